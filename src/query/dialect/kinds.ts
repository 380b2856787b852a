/**
 * What is known of an expression's type: enough to choose between rewrites. Columns come from the catalog; names that
 * a query makes itself (aliases, UNNEST) from their expressions. A name with two meanings has none: rules then leave
 * the expression as it is, and DuckDB refuses what does not fit.
 */
import type { ResolvedTable } from '../engine/protocol.ts'
import { contentOf, isNode, nameOf, stringOf, tagOf, textOf, type Node } from './ast.ts'
import { BY_TAG, byFunction, LIKE_ARGUMENT } from './kinds/functions.ts'
import {
  firstKnown,
  knownOfAll,
  listOf,
  offsetOf,
  scaleOf,
  zonedLiteral,
  zoneOf,
  type Kind,
  type Known,
  type Oracle,
} from './kinds/known.ts'
import { note, noteOwnNames, type Names } from './kinds/names.ts'
import { columnsShown } from './kinds/table-columns.ts'
import { knownOfColumn, knownOfDataType } from './kinds/types.ts'

interface Scope {
  names: Names
  /** Of tables of the catalog only. */
  ofTables: Names
  rewritten: WeakMap<object, Known>
}

/** The oracle of one statement. */
export function oracleOf(tree: Node, tables: ResolvedTable[]): Oracle {
  const rewritten = new WeakMap<object, Known>()
  let names: Names = new Map()
  for (const table of tables) {
    for (const column of table.columns) note(names, column.name, knownOfColumn(column.type))
    for (const key of table.partitionKeys) note(names, key, { kind: 'varchar' })
    note(names, '_extra', { kind: 'varchar' })
  }
  const fromTables = names
  // Twice: an alias may be made of an alias of an inner query.
  for (let pass = 0; pass < 2; pass++) {
    const scope = { names, ofTables: fromTables, rewritten }
    names = new Map()
    noteOwnNames(tree, names, (node) => knownOf(node, scope))
    noteTables(names, fromTables, tree)
  }
  const scope = { names, ofTables: fromTables, rewritten }
  return {
    knownOf: (node) => knownOf(node, scope),
    kindOf: (node) => knownOf(node, scope)?.kind,
    remember(node, known) {
      if (known !== undefined && typeof node === 'object' && node !== null) rewritten.set(node, known)
    },
  }
}

/** What the query calls by a column's name hides the column, unless it is seen from where the other one is, too. */
function noteTables(names: Names, ofTables: Names, tree: Node): void {
  const shown = columnsShown(tree)
  for (const [name, known] of ofTables)
    if (!names.has(name) || shown === undefined || shown.has(name)) note(names, name, known)
}

const ofKind = (kind: Kind | undefined): Known | undefined => (kind === undefined ? undefined : { kind })

function knownOf(node: unknown, scope: Scope): Known | undefined {
  const remembered = isNode(node) ? scope.rewritten.get(node) : undefined
  if (remembered !== undefined) return remembered
  const tag = tagOf(node)
  if (tag === undefined) return undefined
  const content = (node as Node)[tag]
  if (tag === 'interval') return { kind: 'interval' }
  if (!isNode(content)) return undefined
  const known = (inner: unknown): Known | undefined => knownOf(inner, scope)
  if (tag === 'column') return knownOfName(content, scope)
  if (tag === 'literal') return knownOfLiteral(content)
  if (tag === 'constant_list') return listOf(ofKind(content['kind'] as Kind))
  if (tag === 'paren' || tag === 'neg' || tag === 'alias') return known(content['this'])
  if (tag === 'cast' || tag === 'try_cast') {
    const type = knownOfDataType(content['to'])
    const zoned = type?.kind === 'timestamptz' ? zonedLiteral(stringOf(content['this']) ?? '') : undefined
    if (type?.kind === 'timestamptz' && known(content['this'])?.kind === 'zoned')
      return known(content['this'])
    return zoned === undefined || zoned.zone === 'UTC' ? type : { kind: 'zoned', zone: zoned.zone }
  }
  if (tag === 'function' || tag === 'aggregate_function') return knownOfCall(content, known)
  if (/^(array|array_func|array_constructor|list)$/.test(tag))
    return listOf(firstKnown((content['expressions'] ?? []) as unknown[], known))
  if (ARITHMETIC.has(tag)) return knownOfArithmetic(tag, known(content['left']), known(content['right']))
  if (tag === 'concat') return known(content['left'])
  if (tag === 'subscript' || tag === 'element_at') return known(content['this'])?.of
  if (tag === 'dot')
    return known(content['this'])?.fields?.get((nameOf(content['field']) ?? '').toLowerCase())
  if (tag === 'window_function') return known(content['this'])
  if (tag === 'at_time_zone') return zoned(content['zone'])
  if (tag === 'avg')
    return known(content['this'])?.kind === 'decimal' ? known(content['this']) : { kind: 'double' }
  if (LIKE_ARGUMENT.has(tag))
    return knownOfAll(
      [content['this'] ?? [], content['expressions'] ?? [], content['expression'] ?? []].flat(),
      known,
    )
  if (tag === 'case') return knownOfCase(content, known)
  if (tag === 'if_func') return knownOfAll([content['true_value'], content['false_value']], known)
  return ofKind(byFunction.get(tag) ?? BY_TAG[tag])
}

function zoned(zone: unknown, minutes?: unknown): Known {
  const name = minutes === undefined ? stringOf(zone) : offsetOf(zone, minutes)
  if (name === undefined) return { kind: 'zoned' }
  const known = zoneOf(name)
  return known === 'UTC' ? { kind: 'timestamptz' } : { kind: 'zoned', zone: known }
}

function knownOfName(column: Node, { names, ofTables }: Scope): Known | undefined {
  const name = (nameOf(column['name']) ?? '').toLowerCase()
  if (column['of_table'] === true && ofTables.has(name)) return ofTables.get(name)
  const table = nameOf(column['table'])?.toLowerCase()
  const struct = table === undefined ? undefined : names.get(table)
  return struct?.fields === undefined ? names.get(name) : struct.fields.get(name)
}

function knownOfCase(content: Node, known: Oracle['knownOf']): Known | undefined {
  const whens = ((content['whens'] ?? []) as unknown[][]).map((when) => when[1])
  return knownOfAll([...whens, content['else_']], known)
}

const ARITHMETIC = new Set(['add', 'sub', 'mul', 'div', 'mod'])

function knownOfLiteral(literal: Node): Known | undefined {
  const type = textOf(literal['literal_type'])
  const value = textOf(literal['value'])
  if (type === 'number') {
    if (/e/i.test(value)) return { kind: 'double' }
    const digits = value.split('.')[1]
    return digits === undefined ? { kind: 'integer' } : { kind: 'decimal', scale: digits.length }
  }
  if (type === 'decimal') return { kind: 'decimal', scale: value.split('.')[1]?.length ?? 0 }
  if (type === 'string') return { kind: 'varchar' }
  if (type === 'date') return { kind: 'date' }
  if (type === 'hex_string') return { kind: 'binary' }
  if (type !== 'timestamp') return undefined
  const zoned = zonedLiteral(value)
  if (zoned === undefined) return { kind: 'timestamp' }
  return zoned.zone === 'UTC' ? { kind: 'timestamptz' } : { kind: 'zoned', zone: zoned.zone }
}

function knownOfCall(call: Node, known: Oracle['knownOf']): Known | undefined {
  const name = textOf(call['name']).toLowerCase()
  const args = Array.isArray(call['args']) ? call['args'] : []
  if (name === 'array_agg') return listOf(known(args[0]))
  if (name === 'element_at') return known(args[0])?.of
  if (name === 'transform') return listOf(known(contentOf(args[1], 'lambda')?.['body']))
  if (name === 'map') return { kind: 'map', ...ofElements(known(args[1])?.of) }
  if (name === 'map_values') return listOf(known(args[0])?.of)
  if (name === 'map_agg') return { kind: 'map', ...ofElements(known(args[1])) }
  if (
    /^(map_filter|map_concat|transform_keys|array_union|array_intersect|array_except|array_remove|trim_array)$/.test(
      name,
    )
  )
    return known(args[0])
  if (name === 'flatten') return known(args[0])?.of
  if (name === 'repeat') return listOf(known(args[0]))
  if (['filter', 'slice', 'array_sort', 'array_distinct', 'shuffle', 'reverse'].includes(name))
    return known(args[0])
  if (name === 'split' || (name.startsWith('regexp_') && byFunction.get(name) === 'list'))
    return listOf({ kind: 'varchar' })
  if (name === 'at_timezone' || name === 'with_timezone' || (name === 'from_unixtime' && args.length > 1))
    return zoned(args[1], args[2])
  if (name === 'date_trunc' || name === 'date_add') return known(args[args.length - 1])
  if (name === 'if') return knownOfAll(args.slice(1), known)
  if (LIKE_ARGUMENT.has(name)) {
    const isOfAll = ['coalesce', 'greatest', 'least'].includes(name)
    return knownOfAll(isOfAll ? args : args.slice(0, 1), known)
  }
  return ofKind(byFunction.get(name))
}

function ofElements(of: Known | undefined): Pick<Known, 'of'> {
  return of === undefined ? {} : { of }
}

function knownOfArithmetic(
  tag: string,
  left: Known | undefined,
  right: Known | undefined,
): Known | undefined {
  const [one, other] = [left?.kind, right?.kind]
  const isTime = (kind: Kind | undefined): boolean =>
    kind === 'date' || kind === 'timestamp' || kind === 'timestamptz' || kind === 'zoned'
  if (tag === 'sub' && isTime(one) && isTime(other)) return { kind: 'interval' }
  if (isTime(one)) return left
  if (isTime(other)) return right
  if (one === 'interval' || other === 'interval') return { kind: 'interval' }
  if (one === 'double' || other === 'double') return { kind: 'double' }
  if (one === 'integer' && other === 'integer') return { kind: 'integer' }
  const [leftScale, rightScale] = [scaleOf(left), scaleOf(right)]
  if (leftScale === undefined || rightScale === undefined) return undefined
  return { kind: 'decimal', scale: tag === 'mul' ? leftScale + rightScale : Math.max(leftScale, rightScale) }
}
