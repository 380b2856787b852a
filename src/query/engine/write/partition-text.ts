/** The value of a partition column as its folder and the catalog have it. */
import { DuckDBTypeId, type DuckDBType, type DuckDBValue } from '@duckdb/node-api'
import { HozonError } from '../../../base/errors.ts'
import { NULL_FOLDER } from '../../../base/hive-folder.ts'
import { athenaText } from '../athena-text.ts'
import { scalarText } from '../scalar-text.ts'

const NESTED: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.MAP,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.BLOB,
])

export function partitionWriter(type: DuckDBType): (value: DuckDBValue) => string {
  if (NESTED.has(type.typeId))
    throw new HozonError('HOZON_SQL_FAILED', 'NOT_SUPPORTED: a partition column has a simple type', {
      op: 'write files',
    })
  // Hive leaves out a fraction of zero.
  const text =
    type.typeId === DuckDBTypeId.TIMESTAMP
      ? (value: DuckDBValue) => scalarText(value, 'all').replace(/\.000$/, '')
      : athenaText(type)
  return (value) => (value === null || value === '' ? NULL_FOLDER : text(value))
}
