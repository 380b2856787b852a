/** CREATE EXTERNAL TABLE, and the way to CREATE TABLE AS. */
import type { Cursor } from './cursor.ts'
import { parseColumn, parseColumns } from './columns.ts'
import { parseTextProperties } from './properties.ts'
import { parseStorage } from './row-format.ts'
import type { DdlStatement, Statement, TableName } from './statement.ts'
import type { GlueColumn, StorageDescriptor } from '../../base/glue.ts'
import { parseCreateTableAs } from './write.ts'

/** After CREATE EXTERNAL TABLE. */
export function parseCreateExternalTable(cursor: Cursor): DdlStatement {
  cursor.speak('hive')
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS')
  return restOfTable(cursor, cursor.tableName(), ifNotExists)
}

/** After CREATE TABLE: without EXTERNAL it comes of a query, since other tables would be of Iceberg. */
export function parseCreateTable(cursor: Cursor): Statement {
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS')
  const table = cursor.tableName()
  if (!cursor.isSign('(')) return parseCreateTableAs(cursor, table, ifNotExists)
  throw cursor.refuse(
    'CREATE TABLE with columns makes an Iceberg table, and there are none here',
    'write CREATE EXTERNAL TABLE',
  )
}

function restOfTable(cursor: Cursor, table: TableName, ifNotExists: boolean): DdlStatement {
  const columns = parseColumns(cursor)
  const description = cursor.accept('COMMENT') ? cursor.text() : undefined
  const partitionKeys = cursor.accept('PARTITIONED', 'BY') ? partitionColumns(cursor) : []
  const buckets = cursor.accept('CLUSTERED', 'BY') ? bucketing(cursor) : {}
  const storage: StorageDescriptor = { ...parseStorage(cursor), Columns: columns, ...buckets }
  if (cursor.accept('LOCATION')) storage.Location = cursor.text()
  const parameters = cursor.accept('TBLPROPERTIES') ? parseTextProperties(cursor) : {}
  cursor.end()
  if (parameters['table_type']?.toUpperCase() === 'ICEBERG')
    throw cursor.refuse('tables of the type ICEBERG can not be made here', 'leave out table_type')
  return { kind: 'create table', table, ifNotExists, description, partitionKeys, storage, parameters }
}

/** `(dt string)`; Iceberg's `(day(ts))` and `(dt)` have no types. */
function partitionColumns(cursor: Cursor): GlueColumn[] {
  return cursor.list(() => {
    const start = cursor.token
    cursor.name()
    const isTransform = [',', '(', ')'].some((sign) => cursor.isSign(sign))
    cursor.back(start)
    if (isTransform)
      throw cursor.refuse(
        'partitions by a column or a transform are of Iceberg tables',
        'give the key a type',
      )
    return parseColumn(cursor)
  })
}

function bucketing(cursor: Cursor): Partial<StorageDescriptor> {
  const columns = cursor.list(() => cursor.name())
  const sorted = cursor.accept('SORTED', 'BY') ? cursor.list(() => sortColumn(cursor)) : []
  cursor.expect('INTO')
  const count = Number(cursor.number())
  cursor.expect('BUCKETS')
  return { NumberOfBuckets: count, BucketColumns: columns, SortColumns: sorted }
}

function sortColumn(cursor: Cursor): { Column: string; SortOrder: number } {
  const column = cursor.name()
  const isDescending = cursor.accept('DESC')
  if (!isDescending) cursor.accept('ASC')
  return { Column: column, SortOrder: isDescending ? 0 : 1 }
}
