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
import {
  DATA_CATALOG,
  type ExternalFile,
  type ExternalTable,
  type StreamTable,
  type TableSource,
  type View,
} from '../../src/query/query.ts'

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
  /** Declares a table over files, or a view. */
  declare(table: Partial<ExternalTable> & Pick<ExternalTable, 'name'>): ExternalTable
  addView(name: string, sql: string, columns: string): void
  /** Writes the rows of a SELECT as a file of a declared table: Parquet, or JSON lines as openExternal gives them. */
  addFile(
    table: ExternalTable,
    select: string,
    file?: { values?: string[]; format?: 'parquet' | 'json' },
  ): Promise<void>
  /** Partitions that were opened. */
  opened: string[]
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
  const declared: (ExternalTable | View)[] = []
  const declaredFiles = new Map<string, { values: string[]; file: ExternalFile }[]>()
  let files = 0

  const lake: Lake = {
    directory,
    connection,
    asked: [],
    open: 0,
    catalogs: () => [DATA_CATALOG],
    databases: async () => [...new Set([...tables, ...declared].map((table) => table.database))].sort(),
    tables: async (_catalog, database) =>
      [...tables.map(streamTable), ...declared]
        .filter((table) => table.database === database)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    async table(catalog, database, name) {
      return (await lake.tables(catalog, database)).find((table) => table.name === name)
    },
    opened: [],
    externalPartitions(table) {
      const values = (declaredFiles.get(table.name) ?? []).map((file) => file.values)
      const distinct = new Map(values.map((each) => [each.join('/'), each]))
      return [...distinct.values()].map((each) => ({ values: each, location: folder(table, each) }))
    },
    async openExternal(table, partitions, _signal, budget) {
      lake.opened = partitions.map(({ location }) => location)
      const all = declaredFiles.get(table.name) ?? []
      const files = partitions.flatMap(({ values }, partition) =>
        all
          .filter((each) => each.values.join('/') === values.join('/'))
          .map(({ file }) => ({ ...file, partition })),
      )
      budget?.(files.reduce((sum, file) => sum + file.bytes, 0))
      lake.open++
      return { files, release: () => void lake.open-- }
    },
    streamPartitions: (table) => (objects.get(table) ?? []).map(({ partition }) => partition),
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
    declare(given) {
      const location = { Location: `s3://logs/${given.name}/` }
      const named = { catalog: DATA_CATALOG, database: 'logs', columns: [], partitionKeys: [] }
      const input = { Name: given.name, StorageDescriptor: location }
      const table: ExternalTable = { kind: 'external', ...named, input, version: 0, ...given }
      declared.push(table)
      return table
    },
    addView(name, sql, names) {
      const context = { sqlCatalog: DATA_CATALOG, sqlDatabase: 'logs', partitionKeys: [] }
      const made = names.split(' ').map((column) => ({ name: column, key: column, type: 'varchar' as const }))
      declared.push({
        kind: 'view',
        catalog: DATA_CATALOG,
        database: 'logs',
        name,
        sql,
        columns: made,
        ...context,
      })
    },
    async addFile(table, select, { values = [], format = 'parquet' } = {}) {
      const key = `${table.name}/${values.join('/')}/file-${++files}`
      const path = join(directory, `file-${files}`)
      await connection.run(`COPY (${select}) TO '${path}' (FORMAT ${format})`)
      const bytes = (await stat(path)).size
      const lastModifiedMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
      const file: ExternalFile = { partition: 0, bucket: 'logs', key, bytes, lastModifiedMs, format, path }
      declaredFiles.set(table.name, [...(declaredFiles.get(table.name) ?? []), { values, file }])
    },
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

function folder({ name, partitionKeys }: ExternalTable, values: string[]): string {
  return `s3://logs/${name}/${partitionKeys.map((key, index) => `${key.name}=${values[index]}/`).join('')}`
}

/** Columns by name and type, for tables whose keys are their names. */
export function columns(types: Record<string, Table['schema']['columns'][number]['type']>): Table['schema'] {
  return { version: 1, columns: Object.entries(types).map(([name, type]) => ({ name, key: name, type })) }
}
