/** What a quoted text or name means. */
import type { Language } from './syntax-error.ts'
import type { Token } from './tokens.ts'

const ESCAPES: Record<string, string> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
  // These two keep their backslash: they are for LIKE.
  '%': String.raw`\%`,
  _: String.raw`\_`,
}

const HIVE_ESCAPE = /\\(?:u([\da-fA-F]{4})|([01][0-7]{2})|([\s\S]))|''|""/g

/** A single-quoted text, or a double-quoted one in Hive's language. */
export function textValue(token: Token, language: Language): string {
  const quote = token.text[0]!
  const inner = token.text.slice(1, -1)
  if (language === 'trino') return inner.replaceAll(quote + quote, quote)
  return inner.replaceAll(HIVE_ESCAPE, (found: string, unicode?: string, octal?: string, char?: string) => {
    if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16))
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    if (char !== undefined) return ESCAPES[char] ?? char
    return found === quote + quote ? quote : found
  })
}

export function nameValue(token: Token): string {
  if (token.kind === 'word') return token.text.toLowerCase()
  const quote = token.text[0]!
  return token.text
    .slice(1, -1)
    .replaceAll(quote + quote, quote)
    .toLowerCase()
}
