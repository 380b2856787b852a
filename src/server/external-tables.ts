/**
 * Tables over folders of files: which partitions were declared, which files they have, and those files in a form that the
 * engine reads. Parquet is read as it lies there; everything else is rewritten to JSON lines, once per state of the file.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { HozonError } from '../base/errors.ts'
import { partitionFolder } from '../base/hive-folder.ts'
import { mapInParallel } from '../base/in-parallel.ts'
import type { PartitionInput } from '../base/glue.ts'
import { parseS3Location } from '../base/s3-location.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { lane } from '../deliver/lane.ts'
import type { DiskRoom } from '../query/disk-room.ts'
import type { ExternalFile, ExternalPartition, ExternalTable, TableSource } from '../query/query.ts'
import type { ObjectInfo, Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'
import { filesIn, inAthenasWords } from './external-files.ts'
import { planFiles, tableError, type FilePlan } from './external-plan.ts'
import { openFileCopies, type CopyLease, type FileCopies } from './file-copies.ts'
import { areDownloaded } from './object-cache.ts'
import { openParquetChecks } from './parquet-check.ts'
import { openRewriter } from './rewriter/rewriter.ts'

export interface ExternalTables extends Pick<TableSource, 'externalPartitions' | 'openExternal'> {
  close(): Promise<void>
}

interface Context {
  sys: Sys
  catalog: Catalog
  store: Store
  dataDirectory: string
  room: DiskRoom
}

/** Folders listed and files prepared at a time by one query: a remote store answers each in tens of milliseconds. */
const LISTINGS_MAX = 16
const FILES_AT_ONCE_MAX = 16
/**
 * And by all queries. Whoever waits has its turn in order of arrival, and a query waits with no more than its own few: one
 * with a hundred thousand folders does not keep another one from its first.
 */
const ALL_LISTINGS_MAX = 32
const ALL_FILES_AT_ONCE_MAX = 32
/** More are a question to the wrong table, or files that should be put together first: the engine opens each of them. */
const FILES_MAX = 100_000
/** A file that is replaced each time that it is read is no file to query. */
const CHANGES_MAX = 3

export function openExternalTables(context: Context): ExternalTables {
  const { sys, catalog, store, dataDirectory, room } = context
  const rewriter = openRewriter(sys)
  const listings = lane(ALL_LISTINGS_MAX)
  const openings = lane(ALL_FILES_AT_ONCE_MAX)
  const parquet = openParquetChecks(sys.files)
  let copies: Promise<FileCopies> | undefined

  function opened(): Promise<FileCopies> {
    copies ??= openFileCopies(sys, room, join(dataDirectory, 'scratch', 'external')).catch(
      (error: unknown) => {
        // The next query tries anew.
        copies = undefined
        throw error
      },
    )
    return copies
  }

  /** In order of the partitions. No folder is listed any more once the signal aborts. */
  async function list(
    table: ExternalTable,
    partitions: readonly ExternalPartition[],
    signal: AbortSignal,
  ): Promise<Listed[]> {
    const planOf = planner(table)
    let count = 0
    const listOne = async (partition: number): Promise<Listed[]> => {
      if (signal.aborted) throw cancelled(table)
      const asked = withLocation(table, partitions[partition]!)
      const plan = planOf(asked)
      const place = parseS3Location(asked.location)
      if (place === undefined) throw noPlace(table, asked.location)
      const found: Listed[] = []
      try {
        for await (const object of filesIn(store, place, signal)) {
          if (++count > FILES_MAX) throw tooMany(table)
          found.push({ partition, bucket: place.bucket, object, ...plan })
        }
      } catch (error) {
        throw inAthenasWords(error, asked.location)
      }
      return found
    }
    const found = await mapInParallel(partitions, LISTINGS_MAX, (_, partition) =>
      listings(() => listOne(partition)),
    )
    return found.flat()
  }

  async function open(file: Listed, lease: CopyLease): Promise<ExternalFile> {
    const { partition, bucket, plan } = file
    for (let change = 0; ; change++) {
      try {
        const path =
          plan.format === 'parquet' ? await original(file, lease) : await rewritten(file, plan, lease)
        const { key, bytes, lastModifiedMs } = file.object
        return {
          partition,
          bucket,
          key,
          bytes,
          lastModifiedMs,
          format: plan.format === 'parquet' ? 'parquet' : 'json',
          path,
        }
      } catch (error) {
        const uri = uriOf(file)
        if (!(error instanceof Changed)) throw inAthenasWords(error, uri)
        if (error.now === undefined) throw gone(uri, 'is no longer there')
        if (change >= CHANGES_MAX) throw gone(uri, 'is changed again and again while it is read')
        file.object = error.now
      }
    }
  }

  /** What is rewritten may become smaller than it is: whether that fits is only seen then. */
  async function expectOriginals(listed: readonly Listed[], lease: CopyLease): Promise<void> {
    const originals = listed.filter(({ plan }) => plan.format === 'parquet')
    const objects = originals.map(({ bucket, object }) => ({ bucket, key: object.key }))
    if (!areDownloaded(store, objects)) return
    await lease.expect(originals.map((file) => ({ name: nameOf(file), bytes: file.object.bytes })))
  }

  async function original(file: Listed, lease: CopyLease): Promise<string> {
    const { bucket, object } = file
    const name = nameOf(file)
    const local = await store.localPath(bucket, object.key)
    const path =
      local ??
      (await lease.take(name, object.bytes, async (copy, signal) => {
        await store.getFile(bucket, object.key, copy, signal)
        await checkUnchanged(file)
        return { bytes: object.bytes }
      }))
    await parquet.check({ name, path, uri: uriOf(file) })
    return path
  }

  async function rewritten(file: Listed, plan: FilePlan, lease: CopyLease): Promise<string> {
    const { bucket, object } = file
    const name = `${nameOf(file)} ${file.planHash}`
    return lease.take(name, object.bytes, async (out, signal) => {
      const local = await store.localPath(bucket, object.key)
      const path = local ?? `${out}.original`
      try {
        if (local === undefined) await store.getFile(bucket, object.key, path, signal)
        const { format, columns } = plan
        if (format === 'parquet') throw new Error('parquet is not rewritten')
        const made = await rewriter.rewrite({ path, uri: uriOf(file), format, columns, out }, signal)
        await checkUnchanged(file)
        return made
      } finally {
        if (local === undefined) await sys.files.remove(path)
      }
    })
  }

  /** The copy is named after the state that was listed, and must not be of another. */
  async function checkUnchanged({ bucket, object }: Listed): Promise<void> {
    const now = await store.head(bucket, object.key)
    if (now?.etag !== object.etag) throw new Changed(now)
  }

  return {
    *externalPartitions(table) {
      if (table.partitionKeys.length === 0) return
      const keys = table.partitionKeys.map(({ name }) => name)
      for (const { values, definition } of catalog.glue.partitions.all(table.database, table.name)) {
        yield {
          values,
          definition,
          // Only those that a query reads are asked for theirs.
          get location() {
            const own = (JSON.parse(definition) as PartitionInput).StorageDescriptor?.Location
            return own || `${folderOf(table)}${partitionFolder(keys, values)}`
          },
        }
      }
    },
    async openExternal(table, partitions, signal = new AbortController().signal, budget = () => {}) {
      const lease = (await opened()).lease()
      const ended = new AbortController()
      const end = (): void => {
        ended.abort()
        lease.release()
      }
      signal.addEventListener('abort', end, { once: true })
      try {
        if (signal.aborted) throw cancelled(table)
        const listed = await list(table, partitions, ended.signal)
        budget(listed.reduce((sum, { object }) => sum + object.bytes, 0))
        await expectOriginals(listed, lease)
        const files = await mapInParallel(listed, FILES_AT_ONCE_MAX, (file) =>
          openings(() => open(file, lease)),
        )
        if (signal.aborted) throw cancelled(table)
        return { files, release: () => lease.release() }
      } catch (error) {
        // Of what is under way, nothing is needed any more.
        end()
        throw signal.aborted ? cancelled(table) : error
      } finally {
        signal.removeEventListener('abort', end)
      }
    },
    close: () => rewriter.close(),
  }
}

interface Listed extends Planned {
  partition: number
  bucket: string
  object: ObjectInfo
}

/** It is not what was listed: another file, or none. */
class Changed extends Error {
  readonly now: ObjectInfo | undefined

  constructor(now: ObjectInfo | undefined) {
    super('the file was changed')
    this.now = now
  }
}

interface Planned {
  plan: FilePlan
  planHash: string
}

/** Partitions mostly have equal descriptions, and those that were not declared all have the table's. */
function planner(table: ExternalTable): (partition: ExternalPartition) => Planned {
  const hashes = new Map<string, string>()
  let ofTable: Planned | undefined
  const planned = (partition: ExternalPartition): Planned => {
    const plan = planFiles(table, partition)
    const text = JSON.stringify(plan)
    const planHash = hashes.get(text) ?? createHash('sha256').update(text).digest('hex').slice(0, 32)
    hashes.set(text, planHash)
    return { plan, planHash }
  }
  return (partition) =>
    partition.definition === undefined ? (ofTable ??= planned(partition)) : planned(partition)
}

function withLocation(table: ExternalTable, partition: ExternalPartition): ExternalPartition {
  const location = partition.location || folderOf(table)
  return { values: partition.values, location, ...definitionOf(partition) }
}

function definitionOf({ definition }: ExternalPartition): { definition?: string } {
  return definition === undefined ? {} : { definition }
}

/** With a slash at its end. */
function folderOf(table: ExternalTable): string {
  const location = table.input.StorageDescriptor?.Location ?? ''
  if (location === '') throw noPlace(table, location)
  return location.endsWith('/') ? location : `${location}/`
}

/** Of the state that was listed. */
function nameOf({ bucket, object }: Listed): string {
  return `${bucket}/${object.key} ${object.etag}`
}

function uriOf({ bucket, object }: Listed): string {
  return `s3://${bucket}/${object.key}`
}

function noPlace(table: ExternalTable, location: string): HozonError {
  const message = `HIVE_INVALID_METADATA: the location "${location}" is not s3://bucket/folder/`
  return tableError(table, message, 'give the table or partition a location in S3')
}

function tooMany(table: ExternalTable): HozonError {
  return tableError(
    table,
    `HIVE_EXCEEDED_SPLIT_BUFFERING_LIMIT: the query would read more than ${FILES_MAX} files`,
    'name fewer partitions in the WHERE clause, or write the files together with CREATE TABLE AS',
  )
}

function gone(uri: string, problem: string): HozonError {
  const details = { op: 'read file', target: uri }
  return new HozonError('HOZON_SQL_FAILED', `HIVE_CANNOT_OPEN_SPLIT: ${uri} ${problem}`, details)
}

function cancelled(table: ExternalTable): HozonError {
  const target = `${table.database}.${table.name}`
  return new HozonError('HOZON_SQL_CANCELLED', 'the query was cancelled', { op: 'read table', target })
}
