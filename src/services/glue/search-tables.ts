/** Tables of all databases, by words in them and by single properties. */
import type { Operation } from '../../aws/service.ts'
import { invalidInput } from './faults.ts'
import { tablesOf, type TableOutput } from '../data-catalog/tables.ts'
import type { GlueContext } from './glue-context.ts'
import type { PageInput } from './inputs.ts'
import { invalidToken, pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'

interface Filter {
  Key?: string
  Value?: string
  Comparator?: 'EQUALS' | 'GREATER_THAN' | 'LESS_THAN' | 'GREATER_THAN_EQUALS' | 'LESS_THAN_EQUALS'
}

interface SearchTablesInput extends PageInput {
  SearchText?: string
  Filters?: Filter[]
  SortCriteria?: { FieldName?: string; Sort?: 'ASC' | 'DESC' }[]
}

export const searchTables: Operation<GlueContext, SearchTablesInput> = {
  name: 'SearchTables',
  roles: ['read', 'admin'],
  input: INPUTS.SearchTables,
  handle: (context, input) => {
    const { SearchText: text, Filters: filters = [], SortCriteria: criteria = [] } = input
    const isWanted = text === undefined ? () => true : textMatcher(text)
    const tables = context.catalog.glue
      .databases()
      .flatMap(({ name }) => tablesOf(context, name))
      .filter((table) => isWanted(table) && filters.every((filter) => fits(table, filter)))
    const { FieldName: field = 'Name', Sort: order = 'ASC' } = criteria[0] ?? {}
    const sort = { field: criteria[0] === undefined ? undefined : field, sign: order === 'DESC' ? -1 : 1 }
    const sorted = tables
      .map((table) => ({ table, place: placeOf(table, sort) }))
      .sort((a, b) => comparePlaces(a.place, b.place, sort))
    const { items, ...more } = pageOf(
      sorted,
      input,
      ({ place }) => JSON.stringify(place),
      (a, b) => comparePlaces(placeIn(a), placeIn(b), sort),
    )
    return { TableList: items.map(({ table }) => table), ...more }
  },
}

/** In quotes: a whole value. Else a part of one. */
function textMatcher(text: string): (table: TableOutput) => boolean {
  const quoted = /^"(.*)"$/s.exec(text)?.[1]
  const wanted = (quoted ?? text).toLowerCase()
  return (table) =>
    textsOf(table).some((value) =>
      quoted === undefined ? value.toLowerCase().includes(wanted) : value.toLowerCase() === wanted,
    )
}

function textsOf({
  Name,
  DatabaseName,
  Description,
  Parameters,
  StorageDescriptor,
  PartitionKeys,
}: TableOutput): string[] {
  const columns = [...(StorageDescriptor?.Columns ?? []), ...(PartitionKeys ?? [])]
  return [
    Name,
    DatabaseName,
    Description ?? '',
    ...Object.entries(Parameters ?? {}).flat(),
    ...columns.flatMap((column) => [column.Name, column.Comment ?? '']),
  ]
}

/** What a table has by this name: one of its own members, else one of its parameters. */
function propertyOf(table: TableOutput, key: string): string | number | undefined {
  const own = Object.entries(table).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1] as unknown
  if (typeof own === 'string' || typeof own === 'number') return own
  return table.Parameters?.[key]
}

function fits(
  table: TableOutput,
  { Key: key = '', Value: value = '', Comparator: comparator = 'EQUALS' }: Filter,
): boolean {
  const property = propertyOf(table, key)
  if (property === undefined) return false
  // AWS compares texts by the words in them: `db` finds `my_db`.
  if (comparator === 'EQUALS') {
    const have = String(property).toLowerCase()
    return have === value.toLowerCase() || have.split(/[^\p{L}\p{N}]+/u).includes(value.toLowerCase())
  }
  const [left, right] = [Number(property), Number(value)]
  if (Number.isNaN(right)) throw invalidInput(`${key} can not be compared with ${value}.`)
  if (comparator === 'GREATER_THAN') return left > right
  if (comparator === 'LESS_THAN') return left < right
  return comparator === 'GREATER_THAN_EQUALS' ? left >= right : left <= right
}

interface Sort {
  field: string | undefined
  /** -1: descending. */
  sign: number
}

/** Of a table in the answer: what it is sorted by, then database and name. The token of a page is the last one's. */
type Place = [value: string | number, database: string, name: string]

function placeOf(table: TableOutput, { field }: Sort): Place {
  const value = field === undefined ? '' : (propertyOf(table, field) ?? '')
  return [value, table.DatabaseName, table.Name]
}

function placeIn(text: string): Place {
  try {
    const place = JSON.parse(text) as Place
    if (Array.isArray(place) && place.length === 3) return place
  } catch {
    // Not one of ours: below.
  }
  throw invalidToken()
}

function comparePlaces(a: Place, b: Place, { sign }: Sort): number {
  return sign * compareValues(a[0], b[0]) || compareValues(a[1], b[1]) || compareValues(a[2], b[2])
}

/** Texts, also the empty one of a table without the property, before numbers. */
function compareValues(a: string | number, b: string | number): number {
  if (typeof a !== typeof b) return typeof a === 'string' ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
