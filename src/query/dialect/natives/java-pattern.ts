/** Java's regular expressions as JavaScript's, where these differ: escapes of what needs none, `\A`, `\Q…\E`, `[[:alpha:]]`. */

const WORD = String.raw`[\p{L}\p{M}\p{N}_]`
const EDGE = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`
const NO_EDGE = `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`

const ESCAPES: Record<string, string> = {
  A: String.raw`(?<![\s\S])`,
  Z: String.raw`(?=\n?(?![\s\S]))`,
  z: String.raw`(?![\s\S])`,
  b: EDGE,
  B: NO_EDGE,
  e: String.raw`\x1b`,
  a: String.raw`\x07`,
}

const CLASSES: Record<string, string> = {
  alpha: String.raw`\p{L}\p{M}`,
  alnum: String.raw`\p{L}\p{M}\p{N}`,
  digit: String.raw`\p{Nd}`,
  upper: String.raw`\p{Lu}`,
  lower: String.raw`\p{Ll}`,
  space: String.raw`\s`,
}

const TOKEN =
  /\\Q([^]*?)(?:\\E|$)|\\p([A-Z])|\\p\{Is(\w+)\}|(\\[pPux]\{[^}]*\})|\\([^])|\[:(\w+):\]|(\{(?:\d+(?:,\d*)?)\})|(\[\^?\])|([[\]{}])/gu

export function javaScriptPattern(pattern: string): string {
  let isInClass = false
  return pattern.replaceAll(
    TOKEN,
    (
      found,
      quoted?: string,
      category?: string,
      script?: string,
      whole?: string,
      escaped?: string,
      named?: string,
      times?: string,
      opened?: string,
    ) => {
      if (quoted !== undefined) return quoted.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`)
      if (category !== undefined) return String.raw`\p{${category}}`
      if (script !== undefined) return String.raw`\p{Script=${script}}`
      if (whole !== undefined) return whole
      if (escaped !== undefined) return escape(escaped, isInClass)
      if (named !== undefined) return isInClass ? (CLASSES[named] ?? found) : found
      if (times !== undefined) return isInClass ? times.replaceAll(/[{}]/g, String.raw`\$&`) : times
      if (opened !== undefined) {
        // A bracket that follows the opening one is a member.
        if (!isInClass) isInClass = true
        return opened.replace(/\]$/, String.raw`\]`)
      }
      if (found === '[' && !isInClass) isInClass = true
      else if (found === ']' && isInClass) isInClass = false
      else return `\\${found}`
      return found
    },
  )
}

function escape(letter: string, isInClass: boolean): string {
  if (!isInClass && ESCAPES[letter] !== undefined) return ESCAPES[letter]
  if (/[\p{L}\p{N}]/u.test(letter) || /[$()*+./?[\\\]^{|}]/.test(letter)) return `\\${letter}`
  return letter === '-' && isInClass ? String.raw`\-` : letter
}

/** What neither engine has: possessive quantifiers, atomic groups, intersections of classes. */
export function isOnlyJava(pattern: string): boolean {
  return /\(\?>|[*+?}]\+|&&/.test(pattern.replaceAll(/\\[pP]\{\w*\}/g, 'x').replaceAll(/\\[^]/g, ''))
}
