/** Makes the views of tables in an engine, before it is locked. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { VIEW_SCHEMA } from '../planner/bind.ts'
import { quoted } from './column-types.ts'
import { createCells, setLists } from './file-lists.ts'
import { columnsOf, groupFiles, type ParquetGroup } from './parquet-files.ts'
import type { Scan, ScanSource } from './protocol.ts'
import { scanView } from './scan-sql.ts'

export async function createViews(connection: DuckDBConnection, scans: readonly Scan[]): Promise<void> {
  for (const scan of scans) await createView(connection, scan)
}

async function createView(connection: DuckDBConnection, scan: Scan): Promise<void> {
  const made = await scanView(scan, (source) => groupParquet(connection, source))
  const lists = await setLists(connection, made.variables)
  for (const table of made.tables) await createCells(connection, table)
  const view = `CREATE VIEW ${VIEW_SCHEMA}.${quoted(made.view)} AS ${made.sql}`
  await connection.run([...lists, view].join('; '))
}

const GROUPED = 'files_to_group'

async function groupParquet(connection: DuckDBConnection, source: ScanSource): Promise<ParquetGroup[]> {
  const { files, schemaVersion } = source
  // All files of a schema version have the same columns: one of them tells.
  if (schemaVersion !== undefined)
    return [{ files: [...files.keys()], columns: await columnsOf(connection, files[0]!) }]
  const lists = await setLists(connection, [{ name: GROUPED, values: files }])
  if (lists.length > 0) await connection.run(lists.join('; '))
  return groupFiles(connection, GROUPED, files)
}
