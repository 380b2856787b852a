/**
 * A small lake for tests of the query service: Parquet and JSON files in a temporary directory, and a TableSource
 * over them as deliver would give it. Reads and writes with DuckDB itself, in the test's own process.
 */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { StoredObject, Table } from '../../src/catalog/catalog.ts'
import type { Prepared } from '../../src/format/prepare.ts'
import { DATA_CATALOG, type StreamTable, type TableSource } from '../../src/query/query.ts'

export interface Lake extends TableSource {
  directory: string
  connection: DuckDBConnection
  /** Filters of all snapshots taken, and how many are not released. */
  asked: { table: string; filter: unknown }[]
  open: number
  addTable(table: Pick<Table, 'name' | 'schema'> & Partial<Table>): Table
  /** Writes the rows of a SELECT as an object of the table. */
  addObject(table: Table, select: string, object?: Partial<StoredObject>): Promise<StoredObject>
  /** Adds objects whose files are there already. */
  shareObjects(table: Table, made: StoredObject[]): void
  /** Adds JSON lines as the prepared part of a segment. */
  addHot(table: Table, lines: unknown[], values?: Record<string, string>): Promise<void>
  close(): Promise<void>
}

export async function openLake(): Promise<Lake> {
  const directory = await mkdtemp(join(tmpdir(), 'hozon-lake-'))
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const tables: Table[] = []
  const objects = new Map<Table, StoredObject[]>()
  const hot = new Map<Table, Prepared[]>()
  let files = 0

  const lake: Lake = {
    directory,
    connection,
    asked: [],
    open: 0,
    catalogs: () => [DATA_CATALOG],
    databases: async () => [...new Set(tables.map((table) => table.database))].sort(),
    tables: async (_catalog, database) =>
      tables.filter((table) => table.database === database).map(streamTable),
    async table(catalog, database, name) {
      return (await lake.tables(catalog, database)).find((table) => table.name === name)
    },
    externalPartitions: () => [],
    openExternal: async () => ({ files: [], release: () => {} }),
    openRemote: () => Promise.reject(new Error('a lake has no remote tables')),
    refresh: async () => {},
    async snapshot(table, filter) {
      lake.asked.push({ table: table.name, filter })
      lake.open++
      const matching = (objects.get(table) ?? []).filter((object) =>
        Object.entries(filter.partition ?? {}).every(([key, values]) =>
          values.includes(object.partition[table.partitionKeys.indexOf(key)] ?? ''),
        ),
      )
      return {
        table,
        objects: matching,
        fetch: async (object) => join(directory, 'store', object.key),
        hot: hot.get(table) ?? [],
        errors: table.name.endsWith('_errors'),
        release: () => void lake.open--,
      }
    },
    addTable(given) {
      const location = `s3://logs/${given.name}/`
      const table = { database: 'logs', stream: given.name, partitionKeys: [], location, ...given }
      tables.push(table)
      objects.set(table, [])
      hot.set(table, [])
      return table
    },
    async addObject(table, select, given = {}) {
      const { format = 'parquet', compression = 'zstd', partition = [] } = given
      const folders = partition.map((value, index) => `${table.partitionKeys[index]}=${value}/`).join('')
      const key = `${table.name}/${folders}${++files}.${format}`
      const path = join(directory, 'store', key)
      await mkdir(dirname(path), { recursive: true })
      const options =
        format === 'parquet' ? 'FORMAT parquet, COMPRESSION zstd' : `FORMAT json, COMPRESSION ${compression}`
      await connection.run(`COPY (${select}) TO '${path.replaceAll("'", "''")}' (${options})`)
      const { database, name } = table
      const bytes = (await stat(path)).size
      const made: StoredObject = {
        bucket: 'logs',
        key,
        database,
        table: name,
        run: `run-${files}`,
        partition,
        bytes,
        etag: '',
        checksum: '',
        rows: 0,
        format,
        compression,
        schemaVersion: table.schema.version,
        fits: true,
        ...given,
      }
      objects.get(table)!.push(made)
      return made
    },
    shareObjects: (table, made) => void objects.get(table)!.push(...made),
    async addHot(table, lines, values = {}) {
      const path = join(directory, `segment-${++files}`)
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      await writeFile(path, text)
      const folders = Object.entries(values).map(([key, value]) => ({ key, value }))
      const bytes = Buffer.byteLength(text)
      const rows = lines.length
      const times = { minTimeMs: undefined, maxTimeMs: undefined, late: 0 }
      const part = {
        prefix: '',
        values: folders,
        path,
        bytes,
        fitPath: path,
        fitBytes: bytes,
        rows,
        ...times,
      }
      const errors = table.name.endsWith('_errors') ? { path, bytes, rows } : undefined
      const counts = { segment: files, records: rows, rejected: 0, blank: 0 }
      hot.get(table)!.push({ ...counts, schema: table.schema, parts: [part], errors })
    },
    async close() {
      connection.closeSync()
      instance.closeSync()
      await rm(directory, { recursive: true })
    },
  }
  return lake
}

function streamTable(table: Table): StreamTable {
  const { database, name, schema } = table
  const partitionKeys = table.partitionKeys.map((key) => ({ name: key, type: 'varchar' as const }))
  return {
    kind: 'stream',
    catalog: DATA_CATALOG,
    database,
    name,
    columns: schema.columns,
    partitionKeys,
    table,
  }
}

/** Columns by name and type, for tables whose keys are their names. */
export function columns(types: Record<string, Table['schema']['columns'][number]['type']>): Table['schema'] {
  return { version: 1, columns: Object.entries(types).map(([name, type]) => ({ name, key: name, type })) }
}
