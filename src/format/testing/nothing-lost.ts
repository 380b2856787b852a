/**
 * For tests: is every value of a line in its row's columns or in its `_extra`, and nothing else? It shares no code with
 * what it checks: an own small JSON reader that keeps duplicate keys and the text of numbers.
 */
import type { Column, ColumnType } from '../../base/schema.ts'

export type Tree =
  | { kind: 'scalar'; raw: string; value: string | boolean | number | null }
  | { kind: 'array'; items: Tree[] }
  | { kind: 'object'; members: [string, Tree][] }

/** `text` is valid JSON. */
export function readTree(text: string): Tree {
  let at = 0
  const space = (): void => {
    while (' \t\r\n'.includes(text[at] ?? 'x')) at++
  }
  const scalar = (): Extract<Tree, { kind: 'scalar' }> => {
    const raw = /"(?:[^"\\]|\\.)*"|[^\s,\]}:]+/y
    raw.lastIndex = at
    const [found] = raw.exec(text)!
    at += found.length
    return { kind: 'scalar', raw: found, value: JSON.parse(found) as string | number }
  }
  const value = (): Tree => {
    space()
    const open = text[at]
    if (open !== '{' && open !== '[') return scalar()
    at++
    const members: [string, Tree][] = []
    for (space(); text[at] !== '}' && text[at] !== ']'; space()) {
      const key = open === '{' ? String(scalar().value) : ''
      space()
      if (open === '{') at++
      members.push([key, value()])
      space()
      if (text[at] === ',') at++
    }
    at++
    return open === '{'
      ? { kind: 'object', members }
      : { kind: 'array', items: members.map(([, item]) => item) }
  }
  return value()
}

/** A row as DuckDB's JSON form has it: bigints and timestamps as text. Returns what is wrong, or undefined. */
export function lossOf(
  line: string,
  columns: readonly Column[],
  row: Record<string, unknown>,
  extraText: string | null,
): string | undefined {
  const extra = extraText === null ? undefined : readTree(extraText)
  const original = readTree(line)
  if (!objectKept(original, columns, row, extra))
    return `lost: ${line}\nrow: ${JSON.stringify(row)}\n_extra: ${extraText}`
  const kept = columns.reduce((sum, { name }) => sum + rowLeaves(row[name]), 0) + leaves(extra)
  return kept === leaves(original)
    ? undefined
    : `${leaves(original)} values became ${kept}: ${line}\n${JSON.stringify(row)} ${extraText}`
}

function objectKept(
  original: Tree,
  columns: readonly Column[],
  row: unknown,
  extra: Tree | undefined,
): boolean {
  if (original.kind !== 'object') return false
  const left = extra?.kind === 'object' ? [...extra.members] : []
  const seen = new Set<string>()
  for (const [at, [key, value]] of original.members.entries()) {
    const column = seen.has(key) ? undefined : columns.find((known) => known.key === key)
    seen.add(key)
    const got = column === undefined ? undefined : (row as Record<string, unknown> | null)?.[column.name]
    // Later members of this key are in `_extra`, each as a whole: what is there beyond them is this one's.
    const later = original.members.slice(at + 1).filter(([name]) => name === key).length
    const moved = left.filter(([name]) => name === key).length > later ? take(left, key) : undefined
    const inColumn = column !== undefined && valueKept(value, column.type, got, moved)
    if (inColumn || (moved === undefined ? isNull(value) : sameText(value, moved))) continue
    return false
  }
  return left.length === 0
}

function take(members: [string, Tree][], key: string): Tree {
  return members.splice(
    members.findIndex(([name]) => name === key),
    1,
  )[0]![1]
}

function valueKept(value: Tree, type: ColumnType, got: unknown, moved: Tree | undefined): boolean {
  if (value.kind === 'object') {
    if (typeof type === 'string' || !('struct' in type) || got === null || got === undefined) return false
    return objectKept(value, type.struct, got, moved)
  }
  if (moved !== undefined) return false
  if (value.kind === 'scalar') return scalarKept(value, type, got)
  if (typeof type === 'string' || !('list' in type) || !Array.isArray(got)) return false
  return (
    got.length === value.items.length &&
    value.items.every((item, i) => valueKept(item, type.list, got[i], undefined))
  )
}

function scalarKept(value: Extract<Tree, { kind: 'scalar' }>, type: ColumnType, got: unknown): boolean {
  if (value.value === null) return got === null || got === undefined
  if (got === null || got === undefined) return false
  if (type === 'varchar') return got === (typeof value.value === 'string' ? value.value : value.raw)
  if (type === 'double') return typeof value.value === 'number' && Object.is(Number(got) + 0, value.value + 0)
  if (type === 'bigint') return /^-?\d+$/.test(value.raw) && got === value.raw
  if (type === 'boolean') return got === value.value
  if (type !== 'timestamp' || typeof value.value !== 'string') return false
  return instantUs(got as string) === instantUs(value.value)
}

/** Microseconds, since Date only knows milliseconds. */
function instantUs(text: string): bigint {
  const [, second, fraction = '', zone = ''] = /^(.{19})(?:\.(\d+))?(.*)$/.exec(text)!
  const offset =
    zone === '' ? 'Z' : /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')
  return BigInt(Date.parse(`${second!.replace(' ', 'T')}${offset}`)) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

function isNull(value: Tree): boolean {
  return value.kind === 'scalar' && value.value === null
}

function sameText(a: Tree, b: Tree): boolean {
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.raw === b.raw
  if (a.kind === 'array') {
    return (
      b.kind === 'array' &&
      a.items.length === b.items.length &&
      a.items.every((x, i) => sameText(x, b.items[i]!))
    )
  }
  if (b.kind !== 'object' || a.members.length !== b.members.length) return false
  return a.members.every(([key, x], i) => key === b.members[i]![0] && sameText(x, b.members[i]![1]))
}

function leaves(tree: Tree | undefined): number {
  if (tree === undefined || isNull(tree)) return 0
  if (tree.kind === 'scalar') return 1
  if (tree.kind === 'array') return tree.items.reduce((sum, item) => sum + leaves(item), 0)
  return tree.members.reduce((sum, [, value]) => sum + leaves(value), 0)
}

function rowLeaves(value: unknown): number {
  if (value === null || value === undefined) return 0
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + rowLeaves(item), 0)
  return typeof value === 'object'
    ? Object.values(value).reduce<number>((sum, item) => sum + rowLeaves(item), 0)
    : 1
}
