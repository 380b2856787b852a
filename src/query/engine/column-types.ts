/** Column types of the catalog as DuckDB and as Athena spell them. */
import type { Column, ColumnType, ScalarType } from '../../base/schema.ts'

const DUCKDB: Record<ScalarType, string> = {
  boolean: 'BOOLEAN',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  varchar: 'VARCHAR',
  timestamp: 'TIMESTAMP',
}

export function duckDbType(type: ColumnType): string {
  if (typeof type === 'string') return DUCKDB[type]
  if ('list' in type) return `${duckDbType(type.list)}[]`
  return `STRUCT(${type.struct.map((field) => `${quoted(field.name)} ${duckDbType(field.type)}`).join(', ')})`
}

/** As DESCRIBE and GetTable show it: `struct<a:bigint>`, `array<string>`. */
export function hiveType(type: ColumnType): string {
  if (type === 'varchar') return 'string'
  if (typeof type === 'string') return type
  if ('list' in type) return `array<${hiveType(type.list)}>`
  return `struct<${type.struct.map((field: Column) => `${field.name}:${hiveType(field.type)}`).join(',')}>`
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
