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
  /** false: the files have no `_extra`, nor has what is made of them (format conversion). */
  hasExtra?: boolean
  /** The longest line, or more: DuckDB refuses longer ones, and holds twice as much per thread. */
  lineBytesMax: number
  /** Appended as varchar columns. */
  partition?: readonly { key: string; value: string }[]
}

/**
 * DuckDB otherwise takes `name=value` anywhere in a file's path for a column, in the place of the file's own column of that
 * name: a data directory below `level=wrong/` would change what every row says.
 */
export const AS_THE_FILE_SAYS = 'hive_partitioning = false'

/** `SELECT <columns>, _extra, <partition> FROM read_json(…)` */
export function selectFromJson({
  paths,
  schema,
  hasExtra = true,
  lineBytesMax,
  partition = [],
}: JsonSource): string {
  const extra = hasExtra ? [EXTRA_COLUMN] : []
  const declared = [
    ...schema.columns.map(({ key, type }) => [key, jsonType(type)] as const),
    ...extra.map((name) => [name, 'VARCHAR'] as const),
  ]
  const columns = declared.map(([key, type]) => `${quoteText(key)}: ${quoteText(type)}`).join(', ')
  const options = [
    `[${paths.map(quoteText).join(', ')}]`,
    `format = 'newline_delimited'`,
    'records = true',
    'auto_detect = false',
    AS_THE_FILE_SAYS,
    `compression = 'uncompressed'`,
    `maximum_object_size = ${lineBytesMax}`,
    `columns = {${columns}}`,
  ]
  const selected = [
    ...schema.columns.map(columnSql),
    ...extra.map(quoteName),
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
  if (typeof type === 'string') return type === 'binary' ? 'BLOB' : type.toUpperCase()
  if ('list' in type) return `${sqlType(type.list)}[]`
  if ('map' in type) return `MAP(${sqlType(type.map.key)}, ${sqlType(type.map.value)})`
  if ('struct' in type) return structSql(type.struct.map((member) => [member.name, sqlType(member.type)]))
  return 'decimal' in type ? `DECIMAL(${type.decimal.precision}, ${type.decimal.scale})` : 'VARCHAR'
}

/**
 * The type to read with: keys as they are in the lines, times with their zone, which a cast to TIMESTAMP ignores, and as
 * text what the reader would take for a double (decimals), and what it does not know (bytes, keys of maps): a cast reads
 * these exactly as format/serde/ writes them.
 */
export function jsonType(type: ColumnType): string {
  if (type === 'timestamp') return 'TIMESTAMPTZ'
  if (type === 'binary') return 'VARCHAR'
  if (typeof type === 'string') return type.toUpperCase()
  if ('list' in type) return `${jsonType(type.list)}[]`
  if ('map' in type) return `MAP(VARCHAR, ${jsonType(type.map.value)})`
  if ('struct' in type) return structSql(type.struct.map((member) => [member.key, jsonType(member.type)]))
  return 'VARCHAR'
}

function structSql(members: [name: string, type: string][]): string {
  return `STRUCT(${members.map(([name, type]) => `${quoteName(name)} ${type}`).join(', ')})`
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
