/**
 * Which columns of an answer are `varchar(n)` or `char(n)`: the engine knows texts only. What is not certain is a text of any
 * length.
 */
import { contentOf, isNode, nameOf, tagOf, type Node } from '../dialect/ast.ts'
import { knownOfDataType } from '../dialect/kinds/types.ts'
import type { ColumnType } from '../../base/schema.ts'
import { printTrinoType } from '../ddl/trino-types.ts'
import type { ResolvedTable } from '../engine/protocol.ts'
import type { ResultColumn } from '../query.ts'
import { fromItems } from './from-items.ts'

/** Lower-case name of a column -> `varchar(10)`, `char(5)`. */
export type TextLengths = Readonly<Record<string, string>>

interface Column {
  name: string
  /** Undefined: none, or not known. */
  length: string | undefined
}
/** In order; undefined where they are not known. */
type Columns = readonly Column[] | undefined
type Scope = ReadonlyMap<string, Columns>
type Bound = ReadonlyMap<Node, ResolvedTable>

export function textLengths(tree: Node, bound: Bound): TextLengths {
  const lengths = new Map<string, string | undefined>()
  for (const { name, length } of columnsOf(tree, bound, new Map()) ?? [])
    lengths.set(name, lengths.has(name) && lengths.get(name) !== length ? undefined : length)
  return Object.fromEntries([...lengths].filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** The columns of an answer, with their lengths. */
export function sizedResult(columns: readonly ResultColumn[], lengths: TextLengths): ResultColumn[] {
  return columns.map((column) => {
    const [, type, precision] = /^(\w+)\((\d+)\)$/.exec(lengthOf(column, lengths) ?? '') ?? []
    return type === undefined ? column : { ...column, type, precision: Number(precision) }
  })
}

/** The same for names of types. */
export function sizedTypes(
  columns: readonly { name: string; type: string }[],
  lengths: TextLengths,
): { name: string; type: string }[] {
  return columns.map((column) => ({ ...column, type: lengthOf(column, lengths) ?? column.type }))
}

/** The same for types of the catalog. */
export function sizedColumnTypes<C extends { name: string; type: ColumnType }>(
  columns: readonly C[],
  lengths: TextLengths,
): C[] {
  return columns.map((column) => {
    const [, type, size] = /^(\w+)\((\d+)\)$/.exec(lengthOf(column, lengths) ?? '') ?? []
    if (type === undefined) return column
    return { ...column, type: type === 'char' ? { char: Number(size) } : { varchar: Number(size) } }
  })
}

function lengthOf({ name, type }: { name: string; type: unknown }, lengths: TextLengths): string | undefined {
  const key = name.toLowerCase()
  return type === 'varchar' && Object.hasOwn(lengths, key) ? lengths[key] : undefined
}

function columnsOf(query: unknown, bound: Bound, scope: Scope): Columns {
  const tag = tagOf(query)
  const content = tag === undefined ? undefined : contentOf(query, tag)
  if (content === undefined) return undefined
  const inner = withClauses(content, bound, scope)
  if (tag === 'paren' || tag === 'subquery') return columnsOf(content['this'], bound, inner)
  if (tag === 'select') return columnsOfSelect(content, bound, inner)
  if (tag !== 'union' && tag !== 'except' && tag !== 'intersect') return undefined
  const right = columnsOf(content['right'], bound, inner)
  return columnsOf(content['left'], bound, inner)?.map(({ name, length }, index) => ({
    name,
    length: right?.[index]?.length === length ? length : undefined,
  }))
}

function withClauses(content: Node, bound: Bound, scope: Scope): Scope {
  const clause = content['with']
  if (!isNode(clause) || !Array.isArray(clause['ctes'])) return scope
  const inner = new Map(scope)
  for (const cte of clause['ctes'] as Node[]) {
    const columns = clause['recursive'] === true ? undefined : columnsOf(cte['this'], bound, inner)
    inner.set((nameOf(cte['alias']) ?? '').toLowerCase(), renamed(columns, cte['columns']))
  }
  return inner
}

function renamed(columns: Columns, aliases: unknown): Columns {
  if (!Array.isArray(aliases) || aliases.length === 0) return columns
  return aliases.map((alias, index) => ({
    name: (nameOf(alias) ?? '').toLowerCase(),
    length: columns?.[index]?.length,
  }))
}

interface Source {
  alias: string
  columns: Columns
}

function columnsOfSelect(select: Node, bound: Bound, scope: Scope): Columns {
  const sources = fromItems(select, () => ({ kind: 'any' })).map(({ node }): Source => {
    const content = contentOf(node, tagOf(node) ?? '')
    const alias = nameOf(content?.['alias']) ?? nameOf(content?.['name']) ?? ''
    const columns = renamed(columnsOfSource(node, bound, scope), content?.['column_aliases'])
    return { alias: alias.toLowerCase(), columns }
  })
  const items = Array.isArray(select['expressions']) ? (select['expressions'] as unknown[]) : []
  const all = items.map((item, index) => columnsOfItem(item, index, sources))
  return all.every((columns) => columns !== undefined) ? all.flat() : undefined
}

function columnsOfSource(node: Node, bound: Bound, scope: Scope): Columns {
  const table = contentOf(node, 'table')
  if (table === undefined) return columnsOf(node, bound, scope)
  const resolved = bound.get(table)
  if (resolved === undefined) return scope.get((nameOf(table['name']) ?? '').toLowerCase())
  const keys = resolved.partitionKeys.map((name, at) => ({
    name,
    type: resolved.keyTypes?.[at] ?? 'varchar',
  }))
  return [...resolved.columns, ...keys].map(({ name, type }) => ({
    name: name.toLowerCase(),
    length:
      typeof type === 'object' && ('varchar' in type || 'char' in type) ? printTrinoType(type) : undefined,
  }))
}

function columnsOfItem(item: unknown, index: number, sources: readonly Source[]): Columns {
  const star = contentOf(item, 'star')
  if (star !== undefined) {
    const qualifier = nameOf(star['table'])?.toLowerCase()
    const meant = sources.filter(({ alias }) => qualifier === undefined || alias === qualifier)
    return meant.every(({ columns }) => columns !== undefined)
      ? meant.flatMap(({ columns }) => columns ?? [])
      : undefined
  }
  const alias = contentOf(item, 'alias')
  const value = alias?.['this'] ?? item
  const name = nameOf(alias?.['alias']) ?? nameOf(contentOf(value, 'column')?.['name']) ?? `_col${index}`
  return [{ name: name.toLowerCase(), length: lengthOfValue(value, sources) }]
}

function lengthOfValue(value: unknown, sources: readonly Source[]): string | undefined {
  const paren = contentOf(value, 'paren')
  if (paren !== undefined) return lengthOfValue(paren['this'], sources)
  const cast = contentOf(value, 'cast') ?? contentOf(value, 'try_cast')
  if (cast !== undefined) return knownOfDataType(cast['to'])?.sized
  const column = contentOf(value, 'column')
  if (column === undefined) return undefined
  const name = nameOf(column['name'])?.toLowerCase()
  const qualifier = nameOf(column['table'])?.toLowerCase()
  const meant = sources.filter(({ alias }) => qualifier === undefined || alias === qualifier)
  const found = meant.flatMap(({ columns }) => columns?.filter((each) => each.name === name) ?? [])
  const isCertain = meant.every(({ columns }) => columns !== undefined)
  return isCertain && new Set(found.map(({ length }) => length)).size === 1 ? found[0]!.length : undefined
}
