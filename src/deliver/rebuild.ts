/** Makes a stream's part of an empty catalog from the manifests in its bucket. */
import { join } from 'node:path'
import { assert, HozonError } from '../base/errors.ts'
import type { Column, TableSchema } from '../base/schema.ts'
import type { StreamConfig } from '../base/stream.ts'
import type { Catalog, Table } from '../catalog/catalog.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'
import { errorsSchema, errorsTable } from './errors-table.ts'
import { decodeManifest, manifestPrefix, type Manifest } from './manifest.ts'

export interface RebuildReport {
  runs: number
  objects: number
  records: number
  /** Objects under the manifests' prefix that are none, and objects that a manifest names but the store does not have. */
  problems: string[]
}

export async function rebuildStream(context: {
  sys: Sys
  store: Store
  catalog: Catalog
  config: StreamConfig
  table: Omit<Table, 'schema'>
  /** An existing folder for downloaded manifests. */
  scratch: string
}): Promise<RebuildReport> {
  const { config, store } = context
  const report: RebuildReport = { runs: 0, objects: 0, records: 0, problems: [] }
  const tables = new StreamTables(context)
  for await (const { key } of store.list(config.deliver.bucket, manifestPrefix(config.name))) {
    const manifest = await readManifest(context, key)
    if (manifest === undefined) report.problems.push(`${key} is not a manifest that this version knows`)
    else await restore(context, manifest, tables.versionsOf(manifest), report)
  }
  return report
}

/** The errors table has a fixed schema; the main table grows with the manifests. */
export function prepareTables({
  catalog,
  config,
  table,
}: {
  catalog: Catalog
  config: StreamConfig
  table: Omit<Table, 'schema'>
}): void {
  const made = catalog.ensureTable(table)
  if (made.partitionKeys.join() !== table.partitionKeys.join() || made.stream !== table.stream) {
    throw new HozonError(
      'HOZON_TABLE_CHANGED',
      `it belongs to stream ${made.stream} and is partitioned by (${made.partitionKeys.join(', ')}), ` +
        `but the pipeline file wants stream ${table.stream} and (${table.partitionKeys.join(', ')})`,
      {
        op: 'open table',
        target: `${table.database}.${table.name}`,
        hint: 'give the stream another `table`, or restore its prefix',
      },
    )
  }
  const errors = catalog.ensureTable(errorsTable(config))
  const schema = errorsSchema(config)
  if (errors.schema.version < schema.version) catalog.evolve(errors.database, errors.name, schema)
}

async function restore(
  { store, catalog }: { store: Store; catalog: Catalog },
  manifest: Manifest,
  versions: SchemaVersions,
  report: RebuildReport,
): Promise<void> {
  for (const object of manifest.result.objects) {
    const head = await store.head(object.bucket, object.key)
    if (head === undefined)
      report.problems.push(`${object.bucket}/${object.key} is in a manifest but not in the store`)
  }
  const schemaVersion = versions.of(manifest.schema)
  const objects = manifest.result.objects.map((object) =>
    object.table === manifest.table.name ? { ...object, schemaVersion } : object,
  )
  catalog.restoreRun({ ...manifest.run, schemaVersion }, { ...manifest.result, objects })
  report.runs++
  report.objects += objects.length
  report.records += manifest.result.records
}

async function readManifest(
  { sys, store, config, scratch }: { sys: Sys; store: Store; config: StreamConfig; scratch: string },
  key: string,
): Promise<Manifest | undefined> {
  const { bucket } = config.deliver
  const path = join(scratch, 'manifest.json')
  await sys.files.remove(path)
  await store.getFile(bucket, key, path)
  const manifest = decodeManifest(key, await sys.files.readFile(path))
  const head = await store.head(bucket, key)
  // Copies of a folder have lost all metadata.
  const run = head?.metadata['hozon-run'] ?? manifest?.run.id
  return run === manifest?.run.id && manifest?.run.stream === config.name ? manifest : undefined
}

/** A stream's table may have had another name, and the stream's name may have been that of another stream. */
class StreamTables {
  readonly #context: Parameters<typeof prepareTables>[0]
  readonly #versions = new Map<string, SchemaVersions>()

  constructor(context: Parameters<typeof prepareTables>[0]) {
    this.#context = context
    this.#open(context.table)
  }

  versionsOf({ table }: Manifest): SchemaVersions {
    return this.#versions.get(fullName(table)) ?? this.#open(table)
  }

  #open(table: Omit<Table, 'schema'>): SchemaVersions {
    const { catalog, config } = this.#context
    const { database, name } = table
    prepareTables({ catalog, config: { ...config, table: { database, name } }, table })
    const versions = new SchemaVersions(catalog, table)
    this.#versions.set(fullName(table), versions)
    return versions
  }
}

function fullName({ database, name }: Omit<Table, 'schema'>): string {
  return `${database}.${name}`
}

/**
 * The lost catalog's version numbers may have holes (versions that no run used), and manifests of two catalogs that were
 * lost one after the other may use a number twice; so versions are given anew. What one of them had, the next keeps.
 */
class SchemaVersions {
  readonly #given = new Map<string, number>()
  readonly #catalog: Catalog
  readonly #table: { database: string; name: string }

  constructor(catalog: Catalog, table: { database: string; name: string }) {
    this.#catalog = catalog
    this.#table = table
  }

  of({ columns }: TableSchema): number {
    const identity = JSON.stringify(columns)
    const known = this.#given.get(identity)
    if (known !== undefined) return known
    const { database, name } = this.#table
    const current = this.#catalog.table(database, name)?.schema
    assert(current !== undefined, 'the table is made before its runs are restored')
    // Even where it adds no column: queries take the files of one version to have the same columns.
    const isNew = identity !== JSON.stringify(current.columns)
    const version = isNew ? current.version + 1 : current.version
    if (isNew) this.#catalog.evolve(database, name, { version, columns: unite(current.columns, columns) })
    this.#given.set(identity, version)
    return version
  }
}

/** Columns of both, in the order of their first appearance; where they differ, that of the later manifest: types only widen. */
function unite(earlier: Column[], later: Column[]): Column[] {
  const byName = new Map([...earlier, ...later].map((column) => [column.name, column]))
  return [...byName.values()]
}
