/**
 * The SQL of a table: one view that unions what was delivered (Parquet and JSON objects) with what is still in the
 * buffer, all cast to the table's current columns.
 *
 * File names and partition values never enter the SQL text, where hundreds of thousands of them would cost seconds to
 * parse: they are lists in session variables, and the engine's `file_index` picks a row's partition from its list.
 */
import { EXTRA_COLUMN, type Column } from '../../base/schema.ts'
import { duckDbType, quoted } from './column-types.ts'
import { jsonRowsSql } from './json-rows.ts'
import type { Scan, ScanSource } from './protocol.ts'

export interface ScanView {
  view: string
  /** Body of the view. */
  sql: string
  variables: { name: string; values: string[] }[]
}

/** Lower-case column names that the files of a Parquet source have. */
export type ParquetColumns = (source: ScanSource) => Promise<Set<string>>

export async function scanView(scan: Scan, parquetColumns: ParquetColumns): Promise<ScanView> {
  const variables: ScanView['variables'] = []
  const arms: string[] = []
  for (const [index, source] of scan.sources.entries()) {
    const prefix = `${scan.view}_${index}`
    variables.push({ name: `${prefix}_files`, values: source.files })
    const keys = scan.partitionKeys.map((key, position) => {
      const name = `${prefix}_key${position}`
      variables.push({ name, values: source.partitions.map((values) => values[position] ?? '') })
      return `list_extract(getvariable('${name}'), CAST(file_index + 1 AS BIGINT)) AS ${quoted(key)}`
    })
    arms.push(await sourceArm(scan, source, `${prefix}_files`, keys, parquetColumns))
  }
  if (arms.length === 0) arms.push(emptyArm(scan))
  return { view: scan.view, sql: arms.length === 1 ? arms[0]! : union(scan, arms), variables }
}

/**
 * A query that needs no column (`count(*)`) makes a union read the first one of each arm: a constant, so that rows are
 * counted by the files' metadata. For 10 million rows that is 10 ms instead of 130.
 */
function union(scan: Scan, arms: string[]): string {
  const names = [
    ...scan.columns.map(({ name }) => name),
    ...(scan.hasExtra ? [EXTRA_COLUMN] : []),
    ...scan.partitionKeys,
  ]
  const counted = arms.map((arm) => `SELECT CAST(0 AS TINYINT) AS "#", * FROM (${arm})`)
  return `SELECT ${names.map(quoted).join(', ')} FROM (${counted.join('\nUNION ALL\n')})`
}

/** A table without any file has its columns all the same. */
function emptyArm(scan: Scan): string {
  const columns = scan.columns.map(
    (column) => `CAST(NULL AS ${duckDbType(column.type)}) AS ${quoted(column.name)}`,
  )
  const extra = scan.hasExtra ? [`CAST(NULL AS VARCHAR) AS ${EXTRA_COLUMN}`] : []
  const keys = scan.partitionKeys.map((key) => `CAST(NULL AS VARCHAR) AS ${quoted(key)}`)
  return `SELECT ${[...columns, ...extra, ...keys].join(', ')} WHERE false`
}

async function sourceArm(
  scan: Scan,
  source: ScanSource,
  filesVariable: string,
  keys: string[],
  parquetColumns: ParquetColumns,
): Promise<string> {
  if (source.format === 'json') return jsonRowsSql(scan, source, filesVariable, keys)
  const present = await parquetColumns(source)
  const columns = scan.columns.map((column) => castColumn(column, present))
  const extra = !scan.hasExtra
    ? []
    : [present.has(EXTRA_COLUMN) ? EXTRA_COLUMN : `CAST(NULL AS VARCHAR) AS ${EXTRA_COLUMN}`]
  return `SELECT ${[...columns, ...extra, ...keys].join(', ')} FROM read_parquet(getvariable('${filesVariable}'))`
}

/** Files of an older schema have fewer and narrower columns; structs are cast field by field, by name. */
function castColumn(column: Column, present: ReadonlySet<string>): string {
  const name = quoted(column.name)
  const value = present.has(column.name) ? name : 'NULL'
  return `CAST(${value} AS ${duckDbType(column.type)}) AS ${name}`
}
