/**
 * How DuckDB reads fit files (prepare.ts) as the columns of a table: the same SQL for delivery and for queries on what
 * is still in the buffer, so that a row looks the same before and after it is delivered.
 *
 * read_json with declared columns ignores what is not declared, and that is what makes fit files necessary: in them
 * everything is declared. The number of rows is the caller's to check against what preparation counted.
 * The session needs `SET TimeZone = 'UTC'`: times that name no zone are UTC.
 */
import { EXTRA_COLUMN, type Column, type ColumnType, type TableSchema } from '../base/schema.ts'

export interface JsonSource {
  paths: readonly string[]
  schema: TableSchema
  /** The longest line, or more: DuckDB refuses longer ones, and holds twice as much per thread. */
  lineBytesMax: number
  /** Appended as varchar columns. */
  partition?: readonly { key: string; value: string }[]
}

/** `SELECT <columns>, _extra, <partition> FROM read_json(…)` */
export function selectFromJson({ paths, schema, lineBytesMax, partition = [] }: JsonSource): string {
  const declared = [
    ...schema.columns.map(({ key, type }) => [key, jsonType(type)] as const),
    [EXTRA_COLUMN, 'VARCHAR'],
  ]
  const columns = declared.map(([key, type]) => `${quoteText(key!)}: ${quoteText(type!)}`).join(', ')
  const options = [
    `[${paths.map(quoteText).join(', ')}]`,
    `format = 'newline_delimited'`,
    'records = true',
    'auto_detect = false',
    `compression = 'uncompressed'`,
    `maximum_object_size = ${lineBytesMax}`,
    `columns = {${columns}}`,
  ]
  const selected = [
    ...schema.columns.map(columnSql),
    quoteName(EXTRA_COLUMN),
    ...partition.map(({ key, value }) => `${quoteText(value)} AS ${quoteName(key)}`),
  ]
  return `SELECT ${selected.join(', ')} FROM read_json(${options.join(', ')})`
}

/** A column as delivery and queries both select it from what was read with jsonType. */
export function columnSql({ name, key, type }: Column): string {
  return `${valueSql(quoteName(key), type)} AS ${quoteName(name)}`
}

function valueSql(read: string, type: ColumnType): string {
  // The same as a cast in a session of UTC, without the calendar that the cast asks for each value.
  if (type === 'timestamp') return `make_timestamp(epoch_us(${read}))`
  return jsonType(type) === sqlType(type) ? read : `CAST(${read} AS ${sqlType(type)})`
}

/** The type that the table has. */
export function sqlType(type: ColumnType): string {
  if (typeof type === 'string') return type.toUpperCase()
  if ('list' in type) return `${sqlType(type.list)}[]`
  return `STRUCT(${type.struct.map((member) => `${quoteName(member.name)} ${sqlType(member.type)}`).join(', ')})`
}

/** The type to read with: keys as they are in the lines, and times with their zone, which a cast to TIMESTAMP ignores. */
export function jsonType(type: ColumnType): string {
  if (type === 'timestamp') return 'TIMESTAMPTZ'
  if (typeof type === 'string') return type.toUpperCase()
  if ('list' in type) return `${jsonType(type.list)}[]`
  return `STRUCT(${type.struct.map((member) => `${quoteName(member.key)} ${jsonType(member.type)}`).join(', ')})`
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
