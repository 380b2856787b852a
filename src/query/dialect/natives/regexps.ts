/**
 * Regular expressions with what DuckDB's RE2 lacks: look-around, back references, and groups that took no part in the
 * match. Java's syntax is JavaScript's but for inline flags, possessive quantifiers and \p names.
 */
import { isOnlyJava, javaScriptPattern } from './java-pattern.ts'
import type { Native, NativeValue, Natives } from './native.ts'

const COMPILED_MAX = 100
const compiled = new Map<string, RegExp>()

function regexp(pattern: string): RegExp {
  let found = compiled.get(pattern)
  if (found === undefined) {
    if (compiled.size >= COMPILED_MAX) compiled.clear()
    if (isOnlyJava(pattern))
      throw new Error(`NOT_SUPPORTED: the regular expression ${pattern} is not supported`)
    const inline = /^\(\?([ims]+)\)/.exec(pattern)
    const source = javaScriptPattern(pattern.slice(inline?.[0].length ?? 0))
    try {
      found = new RegExp(source, `gu${inline?.[1] ?? ''}`)
    } catch {
      throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid regular expression: ${pattern}`)
    }
    compiled.set(pattern, found)
  }
  found.lastIndex = 0
  return found
}

const native = (takes: Native['takes'], gives: Native['gives'], compute: Native['compute']): Native => ({
  takes,
  gives,
  compute,
})

export const regexpNatives: Natives = {
  __re_like: native(['varchar', 'varchar'], 'boolean', (text: string, pattern: string) =>
    regexp(pattern).test(text),
  ),
  __re_extract: native(
    ['varchar', 'varchar', 'bigint'],
    'varchar',
    (text: string, pattern: string, group: bigint) => groupOf(regexp(pattern).exec(text), group),
  ),
  __re_extract_all: native(
    ['varchar', 'varchar', 'bigint'],
    'varchar[]',
    (text: string, pattern: string, group: bigint) =>
      [...text.matchAll(regexp(pattern))].map((match) => groupOf(match, group)),
  ),
  /** The replacement is Java's: `$1`, `${name}`, `\$`. */
  __re_replace: native(
    ['varchar', 'varchar', 'varchar'],
    'varchar',
    (text: string, pattern: string, replacement: string) =>
      text.replaceAll(regexp(pattern), (...found: unknown[]) => expanded(replacement, found)),
  ),
  __re_count: native(['varchar', 'varchar'], 'bigint', (text: string, pattern: string) =>
    BigInt([...text.matchAll(regexp(pattern))].length),
  ),
  __re_position: native(
    ['varchar', 'varchar', 'bigint', 'bigint'],
    'bigint',
    (text: string, pattern: string, start: bigint, occurrence: bigint) =>
      position(text, pattern, start, occurrence),
  ),
  __re_split: native(['varchar', 'varchar'], 'varchar[]', (text: string, pattern: string) =>
    splitBy(text, pattern),
  ),
  /** What is between the matches, and each match with its groups: [[between, match, group 1 …], …, [rest]]. */
  __re_pieces: native(['varchar', 'varchar'], 'varchar[][]', (text: string, pattern: string) => {
    const pieces: NativeValue[][] = []
    let from = 0
    for (const match of text.matchAll(regexp(pattern))) {
      pieces.push([text.slice(from, match.index), ...match.map((group) => group ?? null)])
      from = match.index + match[0].length
    }
    return [...pieces, [text.slice(from)]]
  }),
}

function groupOf(match: RegExpExecArray | null, group: bigint): string | null {
  if (match !== null && group >= match.length)
    throw new Error(
      `INVALID_FUNCTION_ARGUMENT: Pattern has ${match.length - 1} groups. Cannot access group ${group}`,
    )
  return match?.[Number(group)] ?? null
}

function expanded(replacement: string, found: unknown[]): string {
  const names = found.at(-1)
  return replacement.replaceAll(
    /\\(.)|\$(\d)|\$\{(\w+)\}/gs,
    (_, literal?: string, index?: string, name?: string) => {
      if (literal !== undefined) return literal
      const group = index !== undefined ? found[Number(index)] : (names as Record<string, unknown>)[name!]
      return typeof group === 'string' ? group : ''
    },
  )
}

function position(text: string, pattern: string, start: bigint, occurrence: bigint): bigint {
  if (start < 1n || occurrence < 1n)
    throw new Error('INVALID_FUNCTION_ARGUMENT: start position and occurrence cannot be smaller than 1')
  if (start > BigInt(Array.from(text).length)) return -1n
  const before = Array.from(text)
    .slice(0, Number(start) - 1)
    .join('')
  let left = occurrence
  for (const match of text.matchAll(regexp(pattern))) {
    if (match.index < before.length) continue
    if (--left === 0n) return BigInt(Array.from(text.slice(0, match.index)).length + 1)
  }
  return -1n
}

function splitBy(text: string, pattern: string): string[] {
  const parts: string[] = []
  let from = 0
  for (const match of text.matchAll(regexp(pattern))) {
    parts.push(text.slice(from, match.index))
    from = match.index + match[0].length
  }
  return [...parts, text.slice(from)]
}
