/**
 * What a statement demands of each of its tables: the WHERE clauses of the SELECTs that name the table, and those around
 * them as far as they are about columns that come from the table as they are. Where a table is named several times, a
 * row may matter to any of them: the demands are joined by OR.
 */
import type { ResolvedTable } from '../engine/protocol.ts'
import { contentOf, isNode, nameOf, tagOf, walkTree, type Node } from '../dialect/ast.ts'
import type { ReadConstant } from './constant.ts'
import { conditionsOf, type Conditions } from './conditions.ts'
import { throughSelect, outputNames, renamed } from './pass-conditions.ts'
import { fromItems, type FromItem } from './from-items.ts'
import { and, or, type PartitionPredicate } from './predicate.ts'
import { boundedPredicate } from './bounded-predicate.ts'
import { keyPredicate } from './key-predicate.ts'

export interface Demands {
  predicates: Record<string, PartitionPredicate>
  /** Expressions without columns whose values would tell more. */
  expressions: Node[]
}

/** By view. Content of `table` nodes -> what they mean; all other names are those of WITH clauses. */
export function gatherDemands(
  tree: Node,
  bound: ReadonlyMap<Node, ResolvedTable>,
  read: ReadConstant,
): Demands {
  const gatherer = new Gatherer(bound, read)
  gatherer.query(tree, ANY, new Map())
  return gatherer.demands()
}

const ANY: Conditions = { kind: 'any' }

/** A WITH clause, and what is demanded of it where it is named. */
interface Clause {
  outers: Conditions[]
  /** Of its columns, where they are known. */
  names: readonly (string | undefined)[] | undefined
}
type Scope = ReadonlyMap<string, Clause>

const SET_OPERATIONS = ['union', 'except', 'intersect']

class Gatherer {
  readonly #bound: ReadonlyMap<Node, ResolvedTable>
  readonly #read: ReadConstant
  readonly #demands = new Map<string, PartitionPredicate[]>()
  readonly #expressions = new Set<Node>()
  readonly #seen = new Set<Node>()

  constructor(bound: ReadonlyMap<Node, ResolvedTable>, read: ReadConstant) {
    this.#bound = bound
    this.#read = read
  }

  demands(): Demands {
    // A table that is found in no FROM clause (a form not thought of): nothing is known of what it needs.
    for (const [content, table] of this.#bound)
      if (!this.#seen.has(content)) this.#demand(table, { kind: 'any' })
    const predicates = Object.fromEntries(
      [...this.#demands].map(([view, parts]) => [view, boundedPredicate(or(parts))]),
    )
    return { predicates, expressions: [...this.#expressions] }
  }

  #demand(table: ResolvedTable, predicate: PartitionPredicate): void {
    const demands = this.#demands.get(table.view)
    if (demands === undefined) this.#demands.set(table.view, [predicate])
    else demands.push(predicate)
  }

  /** `outer` is about the query's output columns. */
  query(node: unknown, outer: Conditions, scope: Scope): void {
    const tag = tagOf(node)
    const content = tag === undefined ? undefined : (node as Node)[tag]
    if (tag === undefined || !isNode(content)) return
    if (tag === 'paren') return this.query(content['this'], outer, scope)
    this.#inClauses(content, scope, (inner) => {
      if (tag === 'subquery') this.query(content['this'], isCut(content) ? ANY : outer, inner)
      else if (tag === 'select') this.#select(content, outer, inner)
      else if (SET_OPERATIONS.includes(tag)) this.#setOperation(content, isCut(content) ? ANY : outer, inner)
      else this.#others(content, inner)
    })
  }

  /** The body first: it tells what is demanded of the clauses, and the last clause what is of those before it. */
  #inClauses(content: Node, scope: Scope, body: (scope: Scope) => void): void {
    const clause = content['with']
    if (!isNode(clause) || !Array.isArray(clause['ctes'])) return body(scope)
    const inner = new Map(scope)
    const visits = (clause['ctes'] as Node[]).map((cte) => {
      const before = new Map(inner)
      const own: Clause = { outers: [], names: columnNames(cte['columns']) ?? outputNames(cte['this']) }
      const name = (nameOf(cte['alias']) ?? '').toLowerCase()
      inner.set(name, own)
      // Of a recursive clause each round feeds the next: nothing is known of it.
      const isRecursive = clause['recursive'] === true
      const sees: Scope = isRecursive ? new Map(inner) : before
      return () => {
        const outer = isRecursive || own.outers.length === 0 ? ANY : or(own.outers)
        this.query(cte['this'], renamed(outer, cte['columns'] ?? [], outputNames(cte['this'])), sees)
      }
    })
    body(inner)
    for (const visit of visits.reverse()) visit()
  }

  #setOperation(content: Node, outer: Conditions, scope: Scope): void {
    const left = outputNames(content['left'])
    this.query(content['left'], outer, scope)
    const right = outputNames(content['right'])
    const positions = left?.map((name) => ({ name }))
    this.query(content['right'], renamed(outer, positions, right), scope)
  }

  #select(select: Node, outer: Conditions, scope: Scope): void {
    const where = isNode(select['where_clause'])
      ? conditionsOf(select['where_clause']['this'], this.#read)
      : ANY
    const items = fromItems(select, (on) => conditionsOf(on, this.#read))
    const isOfOne = (name: string): boolean =>
      isUsed(select, name) || items.filter(({ node }) => this.#mayHave(node, name, scope)).length < 2
    const conditions = and([where, throughSelect(outer, select, isOfOne)])
    for (const item of items) this.#item(item, and([conditions, item.on]), scope)
    const done = new Set(items.map((item) => item.node))
    // WITH is visited by itself, after all that names its clauses.
    const { with: _, ...parts } = select
    walkTree(parts, (node) => {
      if (done.has(node)) return false
      return this.#nested(node, scope)
    })
  }

  #item(item: FromItem, conditions: Conditions, scope: Scope): void {
    const known = item.ofAlias(conditions)
    const table = contentOf(item.node, 'table')
    if (table !== undefined) return this.#table(table, hasAliases(table) ? ANY : known, scope)
    const subquery = contentOf(item.node, 'subquery')
    if (subquery === undefined) return this.#others(item.node, scope)
    const names = outputNames(subquery['this'])
    const aliases = subquery['column_aliases']
    this.query({ subquery }, hasAliases(subquery) ? renamed(known, aliases, names) : known, scope)
  }

  #mayHave(item: Node, name: string, scope: Scope): boolean {
    const table = contentOf(item, 'table')
    const content = table ?? contentOf(item, 'subquery') ?? contentOf(item, 'alias')
    const resolved = table === undefined ? undefined : this.#bound.get(table)
    const names =
      columnNames(content?.['column_aliases']) ??
      (resolved === undefined ? undefined : tableNames(resolved)) ??
      (table === undefined
        ? outputNames(item)
        : scope.get((nameOf(table['name']) ?? '').toLowerCase())?.names)
    return names?.includes(name) ?? true
  }

  #table(table: Node, conditions: Conditions, scope: Scope): void {
    const resolved = this.#bound.get(table)
    if (resolved !== undefined) {
      this.#seen.add(table)
      return this.#demand(
        resolved,
        keyPredicate(conditions, resolved, (node) => this.#expressions.add(node)),
      )
    }
    scope.get((nameOf(table['name']) ?? '').toLowerCase())?.outers.push(conditions)
  }

  /** Queries inside of expressions: nothing around them says what they need. */
  #others(value: unknown, scope: Scope): void {
    walkTree(value, (node) => this.#nested(node, scope))
  }

  #nested(node: Node, scope: Scope): boolean {
    const tag = tagOf(node)
    if (tag === 'select' || tag === 'subquery' || SET_OPERATIONS.includes(tag ?? '')) {
      this.query(node, ANY, scope)
      return false
    }
    const table = contentOf(node, 'table')
    if (table === undefined || !('schema' in table)) return true
    this.#table(table, ANY, scope)
    return false
  }
}

function tableNames({ columns, partitionKeys }: ResolvedTable): string[] {
  return [...columns.map(({ name }) => name.toLowerCase()), ...partitionKeys]
}

/** Of a list of names behind an alias. */
function columnNames(aliases: unknown): (string | undefined)[] | undefined {
  if (!Array.isArray(aliases) || aliases.length === 0) return undefined
  return aliases.map((alias) => nameOf(alias)?.toLowerCase())
}

/** Is the column named by a USING of the SELECT's joins? */
function isUsed(select: Node, name: string): boolean {
  const joins = Array.isArray(select['joins']) ? (select['joins'] as Node[]) : []
  return joins.length === 1 && (columnNames(joins[0]!['using']) ?? []).includes(name)
}

function isCut(content: Node): boolean {
  return ['limit', 'offset', 'fetch'].some((part) => (content[part] ?? null) !== null)
}

function hasAliases(content: Node): boolean {
  return Array.isArray(content['column_aliases']) && content['column_aliases'].length > 0
}
