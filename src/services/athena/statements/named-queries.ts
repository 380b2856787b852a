/** Named queries: texts that are kept for their users, each in a workgroup. */
import type { AthenaItems } from '../../../catalog/catalog.ts'
import { invalidRequest } from '../faults.ts'

export interface NamedQuery {
  Name: string
  Description?: string
  Database: string
  QueryString: string
  NamedQueryId: string
  WorkGroup: string
}

/** In all workgroups; they are looked through for a list. */
const QUERIES_MAX = 10_000

/** Ascending by id. */
export function namedQueries(items: AthenaItems, workGroup: string): NamedQuery[] {
  return allOf(items).filter((query) => query.WorkGroup === workGroup)
}

export function findNamedQuery(items: AthenaItems, id: string): NamedQuery | undefined {
  const definition = items.find('named query', '', id)
  return definition === undefined ? undefined : (JSON.parse(definition) as NamedQuery)
}

/** Throws InvalidRequestException. */
export function namedQueryOf(items: AthenaItems, id: string): NamedQuery {
  const found = findNamedQuery(items, id)
  if (found === undefined) throw invalidRequest(`NamedQuery ${id} does not exist`)
  return found
}

/** False: there is one with this id. Throws InvalidRequestException. */
export function createNamedQuery(items: AthenaItems, query: NamedQuery): boolean {
  if (allOf(items).length >= QUERIES_MAX)
    throw invalidRequest(`There can not be more than ${QUERIES_MAX} named queries.`)
  return items.create(itemOf(query))
}

export function saveNamedQuery(items: AthenaItems, query: NamedQuery): void {
  items.update(itemOf(query))
}

function allOf(items: AthenaItems): NamedQuery[] {
  return items.all('named query', '').map(({ definition }) => JSON.parse(definition) as NamedQuery)
}

function itemOf(query: NamedQuery) {
  return {
    kind: 'named query',
    scope: '',
    name: query.NamedQueryId,
    definition: JSON.stringify(query),
  } as const
}
