/**
 * Names that a query makes itself: aliases, UNNEST, columns of subqueries. A name with two meanings has none: rules then
 * leave the expression as it is, and DuckDB refuses what does not fit.
 */
import { contentOf, nameOf, tagOf, textOf, walkTree, type Node } from '../ast.ts'
import { knownOfAll, type Known, type Oracle } from './known.ts'

export type Names = Map<string, Known | undefined>

export function note(names: Names, name: string, known: Known | undefined): void {
  const key = name.toLowerCase()
  const before = names.get(key)
  names.set(key, !names.has(key) || isSame(before, known) ? known : mixed(before, known))
}

/** The clock of a zone may be among them: which zone is not known, and its instant is not to be guessed. */
function mixed(left: Known | undefined, right: Known | undefined): Known | undefined {
  return left?.kind === 'zoned' || right?.kind === 'zoned' ? { kind: 'zoned' } : undefined
}

function isSame(left: Known | undefined, right: Known | undefined): boolean {
  return left?.kind === right?.kind && left?.scale === right?.scale && left?.zone === right?.zone
}

export function noteOwnNames(tree: Node, names: Names, known: Oracle['knownOf']): void {
  walkTree(tree, (node) => {
    const alias = contentOf(node, 'alias')
    if (alias !== undefined) noteAlias(alias, names, known)
    const call = contentOf(node, 'function')
    if (call !== undefined) noteLambda(call, names, known)
    if (Array.isArray(node['ctes'])) {
      for (const cte of node['ctes'] as Node[])
        noteColumns(cte['columns'], columnsOf(cte['this'], known), names)
    }
    const subquery = contentOf(node, 'subquery')
    if (subquery !== undefined)
      noteColumns(subquery['column_aliases'], columnsOf(subquery['this'], known), names)
  })
}

/** `AS t(a, b)`, `WITH t(a, b) AS`: by their positions. */
function noteColumns(identifiers: unknown, columns: (Known | undefined)[], names: Names): void {
  if (!Array.isArray(identifiers)) return
  for (const [index, identifier] of identifiers.entries()) {
    const name = nameOf(identifier)
    if (name !== undefined) note(names, name, columns[index])
  }
}

/** The types of a query's columns; none where a star hides how many there are. */
function columnsOf(query: unknown, known: Oracle['knownOf']): (Known | undefined)[] {
  const tag = tagOf(query)
  const content = tag === undefined ? undefined : contentOf(query, tag)
  if (content === undefined) return []
  if (tag === 'values') return columnsOfValues((content['expressions'] ?? []) as Node[], known)
  if (tag === 'union' || tag === 'intersect' || tag === 'except') return columnsOf(content['left'], known)
  if (tag === 'subquery' || tag === 'paren') return columnsOf(content['this'], known)
  if (tag !== 'select') return []
  const items = (content['expressions'] ?? []) as unknown[]
  return items.some((item) => JSON.stringify(item).startsWith('{"star"')) ? [] : items.map(known)
}

function columnsOfValues(rows: Node[], known: Oracle['knownOf']): (Known | undefined)[] {
  const lists = rows.map((row) => (row['expressions'] ?? []) as unknown[])
  return (lists[0] ?? []).map((_, index) =>
    knownOfAll(
      lists.map((list) => list[index]),
      known,
    ),
  )
}

/** What UNNEST makes of lists, of lists of rows and of maps. */
function columnsOfUnnest(unnest: Node, count: number, known: Oracle['knownOf']): (Known | undefined)[] {
  const values = [unnest['this'], ...((unnest['expressions'] ?? []) as unknown[])].map(known)
  const columns = values.flatMap((value): (Known | undefined)[] => {
    if (value?.kind === 'map') return [undefined, value.of]
    const fields = value?.of?.fields
    return fields !== undefined && value?.kind === 'structlist' ? [...fields.values()] : [value?.of]
  })
  if (unnest['with_ordinality'] === true) columns.push({ kind: 'integer' })
  return columns.length === count ? columns : []
}

const LAMBDAS_OF_ELEMENTS = new Set([
  'transform',
  'filter',
  'any_match',
  'all_match',
  'none_match',
  'array_sort',
])

/** Parameters hide columns, inside the lambda only: which is which is not followed here. */
function noteLambda(call: Node, names: Names, known: Oracle['knownOf']): void {
  const args = Array.isArray(call['args']) ? call['args'] : []
  const isOfElements = LAMBDAS_OF_ELEMENTS.has(textOf(call['name']).toLowerCase())
  for (const argument of args) {
    const parameters = (contentOf(argument, 'lambda')?.['parameters'] ?? []) as Node[]
    const element = isOfElements ? known(args[0])?.of : undefined
    for (const parameter of parameters) note(names, nameOf(parameter) ?? '', element)
  }
}

function noteAlias(alias: Node, names: Names, known: Oracle['knownOf']): void {
  const columns = (alias['column_aliases'] ?? []) as Node[]
  const name = nameOf(alias['alias'])
  const unnest = contentOf(alias['this'], 'unnest')
  if (unnest !== undefined && columns.length > 0)
    noteColumns(columns, columnsOfUnnest(unnest, columns.length, known), names)
  else if (columns.length > 0) noteColumns(columns, columnsOf(alias['this'], known), names)
  else if (unnest !== undefined) note(names, name ?? '', columnsOfUnnest(unnest, 1, known)[0])
  else if (name !== undefined && !(name.toLowerCase() === nameOfColumn(alias['this']))) {
    // `max(x) AS x` names what it is made of; taking it for a second meaning would lose both.
    note(names, name, known(alias['this']))
  }
}

function nameOfColumn(node: unknown): string | undefined {
  return nameOf(contentOf(node, 'column')?.['name'])?.toLowerCase()
}
