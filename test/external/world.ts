/** Tables over folders of a store in a temporary directory, read by real processes; rows as DuckDB reads them then. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { PartitionInput, StorageDescriptor } from '../../src/base/glue.ts'
import type { Column } from '../../src/base/schema.ts'
import { openCatalog } from '../../src/catalog/open-catalog.ts'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { selectFromJson } from '../../src/format/json-columns.ts'
import { parseGlueType } from '../../src/format/serde/glue-type.ts'
import { ENDLESS_ROOM, type DiskRoom } from '../../src/query/disk-room.ts'
import { DATA_CATALOG, type ExternalSnapshot, type ExternalTable } from '../../src/query/query.ts'
import { openExternalTables, type ExternalTables } from '../../src/server/external-tables.ts'
import { openLocalStore, type LocalStore } from '../../src/store/local-store.ts'
import type { Store } from '../../src/store/store.ts'
import { realSys } from '../../src/sys/real.ts'
import type { Child, Sys } from '../../src/sys/sys.ts'

export const SERDES = {
  text: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
  csv: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
  json: 'org.openx.data.jsonserde.JsonSerDe',
  hiveJson: 'org.apache.hive.hcatalog.data.JsonSerDe',
  regex: 'org.apache.hadoop.hive.serde2.RegexSerDe',
  grok: 'com.amazonaws.glue.serde.GrokSerDe',
  parquet: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
} as const

export interface World {
  directory: string
  store: LocalStore
  catalog: Catalog
  tables: ExternalTables
  /** What the tables see of the store, to be changed by a test. */
  seen: Store
  /** Without an end, unless a test changes it. */
  room: DiskRoom
  /** All processes that were started. */
  children: Child[]
  put(key: string, content: string | Buffer): Promise<void>
  /** Rows in order of files and lines, each as JSON values. */
  rows(table: ExternalTable): Promise<unknown[][]>
  open(table: ExternalTable, signal?: AbortSignal): Promise<ExternalSnapshot>
  isAlive(pid: number): boolean
  /** Does the process have a file of the store open? */
  isReading(pid: number): boolean
  close(): Promise<void>
}

export const BUCKET = 'lake'

export async function openWorld(): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'hozon-external-'))
  const children: Child[] = []
  const sys: Sys = {
    ...realSys,
    processes: {
      ...realSys.processes,
      fork(module, options) {
        const child = realSys.processes.fork(module, options)
        children.push(child)
        return child
      },
    },
  }
  const store = await openLocalStore(sys, join(directory, 'store'))
  await store.openBucket(BUCKET)
  const catalog = openCatalog(join(directory, 'catalog.sqlite'), sys.clock, sys.random)
  const seen = plainStore(store)
  const room = { ...ENDLESS_ROOM }
  const tables = openExternalTables({
    sys,
    catalog,
    store: seen,
    dataDirectory: directory,
    room,
  })
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")

  const world: World = {
    directory,
    store,
    catalog,
    tables,
    seen,
    room,
    children,
    async put(key, content) {
      const path = join(directory, 'upload')
      await writeFile(path, content)
      await store.remove(BUCKET, key)
      await store.putFile(BUCKET, key, path, { contentType: 'text/plain', metadata: {} })
    },
    isAlive: (pid) => sys.processes.isAlive(pid) && !isZombie(pid),
    isReading(pid) {
      try {
        const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
        return open.some((path) => path.startsWith(join(directory, 'scratch')))
      } catch {
        // It ended, or closed one, while we looked.
        return false
      }
    },
    open(table, signal) {
      const declared = [...tables.externalPartitions(table)]
      const partitions = table.partitionKeys.length === 0 ? [{ values: [], location: '' }] : declared
      return tables.openExternal(table, partitions, signal)
    },
    async rows(table) {
      const snapshot = await world.open(table)
      try {
        const rows: unknown[][] = []
        for (const { path, format } of snapshot.files) {
          const sql =
            format === 'parquet'
              ? `SELECT * FROM read_parquet('${path}')`
              : selectFromJson({
                  paths: [path],
                  schema: { version: 1, columns: table.columns },
                  hasExtra: false,
                  lineBytesMax: 8 * 1024 * 1024,
                })
          rows.push(...(await connection.runAndReadAll(sql)).getRowsJson())
        }
        return rows
      } finally {
        snapshot.release()
      }
    },
    async close() {
      connection.closeSync()
      instance.closeSync()
      await tables.close()
      catalog.close()
      await store.close()
      await rm(directory, { recursive: true })
    },
  }
  return world
}

export interface TableOptions {
  serde: string
  /** `a:int b:array<string>`; a type has no blanks. */
  columns: string
  /** Below the bucket. */
  folder: string
  parameters?: Record<string, string>
  tableParameters?: Record<string, string>
  partitionKeys?: string[]
  storage?: StorageDescriptor
}

export function externalTable(options: TableOptions): ExternalTable {
  const columns = columnsOf(options.columns)
  return {
    kind: 'external',
    catalog: DATA_CATALOG,
    database: 'db',
    name: 't',
    columns,
    partitionKeys: (options.partitionKeys ?? []).map((name) => ({ name, type: 'varchar' })),
    input: {
      Name: 't',
      TableType: 'EXTERNAL_TABLE',
      Parameters: options.tableParameters ?? {},
      StorageDescriptor: {
        Columns: glueColumns(options.columns),
        Location: `s3://${BUCKET}/${options.folder}`,
        SerdeInfo: { SerializationLibrary: options.serde, Parameters: options.parameters ?? {} },
        ...options.storage,
      },
    },
    version: 0,
  }
}

export function glueColumns(text: string): { Name: string; Type: string }[] {
  return text.split(' ').map((word) => {
    const at = word.indexOf(':')
    return at < 0 ? { Name: word, Type: 'string' } : { Name: word.slice(0, at), Type: word.slice(at + 1) }
  })
}

function columnsOf(text: string): Column[] {
  return glueColumns(text).map(({ Name, Type }) => {
    const parsed = parseGlueType(Type)
    if (!('type' in parsed)) throw new Error(parsed.error)
    return { name: Name, key: Name, type: parsed.type }
  })
}

/** Declares the table and its partitions in the catalog. */
export function declare(world: World, table: ExternalTable, partitions: PartitionInput[]): void {
  world.catalog.glue.createDatabase('db', '{"Name":"db"}')
  world.catalog.glue.createTable({ database: 'db', name: 't', definition: JSON.stringify(table.input) })
  for (const partition of partitions) {
    world.catalog.glue.partitions.create('db', 't', {
      values: partition.Values,
      definition: JSON.stringify(partition),
    })
  }
}

/** As the store is, with methods that a test can replace. */
export function plainStore(store: Store): Store {
  return {
    location: store.location,
    openBucket: (bucket) => store.openBucket(bucket),
    buckets: () => store.buckets(),
    putFile: (bucket, key, path, options) => store.putFile(bucket, key, path, options),
    head: (bucket, key) => store.head(bucket, key),
    getFile: (bucket, key, path, signal) => store.getFile(bucket, key, path, signal),
    localPath: (bucket, key) => store.localPath(bucket, key),
    list: (bucket, prefix) => store.list(bucket, prefix),
    remove: (bucket, key) => store.remove(bucket, key),
    close: () => store.close(),
  }
}

function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

/** The most memory that a process ever had, as Linux counts it. */
export function peakMemoryMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}
