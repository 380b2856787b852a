/** The SELECT around the user's query that makes its columns those of the files: names, order, and types that Hive has. */
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api'
import { HozonError } from '../../../base/errors.ts'
import type { ColumnType } from '../../../base/schema.ts'
import type { QueryColumn } from '../../query.ts'
import { athenaType } from '../athena-types.ts'
import { duckDbType, quoted } from '../column-types.ts'
import type { OutputColumns } from './output-columns.ts'
import type { InsertTarget, WriteRequest } from './protocol.ts'
import { isInsertable, storedType, trinoType } from './stored-type.ts'

export interface Projection {
  sql: string
  /** Partition columns last. */
  columns: QueryColumn[]
}

/** A column of the query as the engine bound it. */
export interface BoundColumn {
  name: string
  type: DuckDBType
}

export function projection(
  sql: string,
  bound: readonly BoundColumn[],
  outputs: OutputColumns,
  request: WriteRequest,
): Projection {
  const columns = request.into === undefined ? newColumns(bound, outputs, request) : request.into.columns
  checkPartitioning(columns, request)
  const sources =
    request.into === undefined
      ? columns.map((_, index) => index)
      : insertSources(bound, outputs, request.into)
  const selected = columns.map(
    ({ name, type }, index) =>
      `${partitionSql(valueSql(sources[index], type), type, name, request)} AS ${quoted(name)}`,
  )
  const names = bound.map((_, index) => `c${index}`).join(', ')
  // The query ends its own line, so that a comment at its end hides nothing.
  return { sql: `SELECT ${selected.join(', ')} FROM (${sql}\n) AS q(${names})`, columns }
}

function newColumns(
  bound: readonly BoundColumn[],
  outputs: OutputColumns,
  { namesColumns }: WriteRequest,
): QueryColumn[] {
  const seen = new Set<string>()
  return bound.map((column, index) => {
    const isUnnamed = outputs.unnamed.includes(index)
    if (isUnnamed && !namesColumns)
      throw refused(`MISSING_COLUMN_NAME: line 1:1: Column name not specified at position ${index + 1}`)
    const name = isUnnamed ? `_col${index}` : column.name.toLowerCase()
    if (seen.has(name))
      throw refused(`DUPLICATE_COLUMN_NAME: line 1:1: Column name '${name}' specified more than once`)
    seen.add(name)
    if (outputs.unknown.includes(index) || column.type.typeId === DuckDBTypeId.SQLNULL)
      throw refused(`COLUMN_TYPE_UNKNOWN: line 1:1: Column type is unknown at position ${index + 1}`)
    const type = storedType(column.type)
    if (type === undefined)
      throw refused(`NOT_SUPPORTED: Unsupported Hive type: ${athenaType(column.type)} (column '${name}')`)
    return { name, type }
  })
}

function checkPartitioning(columns: readonly QueryColumn[], { partitionedBy }: WriteRequest): void {
  const names = columns.map(({ name }) => name)
  const missing = partitionedBy.filter((key) => !names.includes(key))
  if (missing.length > 0)
    throw refused(`INVALID_TABLE_PROPERTY: Partition columns [${missing.join(', ')}] not present in schema`)
  if (partitionedBy.length > 0 && partitionedBy.length === names.length)
    throw refused('INVALID_TABLE_PROPERTY: Table contains only partition columns')
  const last = names.slice(names.length - partitionedBy.length)
  if (last.some((name, index) => name !== partitionedBy[index]))
    throw refused(
      'HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order ' +
        `as the table properties: [${partitionedBy.join(', ')}]`,
    )
}

/** Which column of the query each column of the table gets. */
function insertSources(
  bound: readonly BoundColumn[],
  outputs: OutputColumns,
  { columns, given }: InsertTarget,
): (number | undefined)[] {
  const targets = given.map((name) => columns.find((column) => column.name === name)!)
  const fits = (column: BoundColumn, index: number): boolean => {
    if (outputs.unknown.includes(index)) return true
    const type = storedType(column.type)
    return type !== undefined && isInsertable(type, targets[index]!.type)
  }
  if (bound.length !== targets.length || !bound.every(fits)) {
    const table = targets.map(({ type }) => trinoType(type)).join(', ')
    const query = bound.map(({ type }) => athenaType(type)).join(', ')
    throw refused(
      `TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [${table}], Query: [${query}]`,
    )
  }
  return columns.map(({ name }) => {
    const index = given.indexOf(name)
    return index < 0 ? undefined : index
  })
}

function valueSql(source: number | undefined, type: ColumnType): string {
  const value = source === undefined ? 'NULL' : `q.c${source}`
  const cast = `CAST(${value} AS ${duckDbType(type)})`
  const length = typeof type === 'object' && 'varchar' in type ? type.varchar : undefined
  if (source === undefined || length === undefined) return cast
  const problem = `'Cannot truncate characters when casting value to varchar(${length}) on INSERT'`
  return `CASE WHEN length(${value}) > ${length} THEN error(${problem}) ELSE ${cast} END`
}

/** Folders do not tell the empty text from NULL: both are the default partition, and one of it. */
function partitionSql(
  value: string,
  type: ColumnType,
  name: string,
  { partitionedBy }: WriteRequest,
): string {
  return type === 'varchar' && partitionedBy.includes(name) ? `nullif(${value}, '')` : value
}

function refused(message: string): HozonError {
  return new HozonError('HOZON_SQL_FAILED', message, { op: 'write files' })
}
