/**
 * Parquet files that others wrote: each may have columns of its own. Files of the same columns are read together, and
 * columns are found by their names, whatever the case.
 */
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api'
import { AS_THE_FILE_SAYS, quotedText } from './column-types.ts'

/** Files with the same columns. */
export interface ParquetGroup {
  /** Positions in the list that was asked for. */
  files: number[]
  /** By the lower-case name. */
  columns: Map<string, ParquetColumn>
}

export interface ParquetColumn {
  /** As in the files. */
  name: string
  type: DuckDBType
}

/** @param variable of the session, a list of the paths */
export async function groupFiles(
  connection: DuckDBConnection,
  variable: string,
  files: readonly string[],
): Promise<ParquetGroup[]> {
  if (files.length === 1) return [{ files: [0], columns: await columnsOf(connection, files[0]!) }]
  const reader = await connection.runAndReadAll(`
    SELECT file_name, string_agg(concat_ws('|', name, type, type_length, num_children, converted_type, scale,
      precision, logical_type), ',' ORDER BY column_id) AS columns
    FROM parquet_schema(getvariable('${variable}')) GROUP BY file_name`)
  const schemas = new Map(reader.getRows().map(([path, columns]) => [String(path), String(columns)]))
  const groups = new Map<string, number[]>()
  for (const [position, path] of files.entries()) {
    const schema = schemas.get(path) ?? ''
    const group = groups.get(schema)
    if (group === undefined) groups.set(schema, [position])
    else group.push(position)
  }
  const made: ParquetGroup[] = []
  for (const positions of groups.values())
    made.push({ files: positions, columns: await columnsOf(connection, files[positions[0]!]!) })
  return made
}

export async function columnsOf(
  connection: DuckDBConnection,
  path: string,
): Promise<Map<string, ParquetColumn>> {
  const reader = await connection.runAndReadAll(
    `SELECT * FROM read_parquet(${quotedText(path)}, ${AS_THE_FILE_SAYS}) LIMIT 0`,
  )
  const types = reader.columnTypes()
  const columns = new Map<string, ParquetColumn>()
  for (const [index, name] of reader.columnNames().entries()) {
    // Of names that differ in case only, the first: those who wrote the file meant one column.
    if (!columns.has(name.toLowerCase())) columns.set(name.toLowerCase(), { name, type: types[index]! })
  }
  return columns
}
