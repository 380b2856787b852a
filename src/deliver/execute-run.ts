/**
 * A run of segments becomes objects. The order of the durable steps is the promise "exactly once":
 *
 *   1 the plan is in the catalog (stream-delivery.ts): from here on a crash repeats exactly this run
 *   2 objects are put under keys that derive from the plan, only if absent: a repeat finds them and puts nothing twice
 *   3 the manifest is put, which names the objects: the bucket alone now tells the whole story
 *   4 the catalog's transaction makes the objects visible and forgets the segments, both or neither
 *   5 the buffer removes the segments' files (stream-delivery.ts); a crash before that only leaves files to sweep
 */
import { join } from 'node:path'
import { HozonError } from '../base/errors.ts'
import type { TableSchema } from '../base/schema.ts'
import type { SourceRange } from '../base/source-range.ts'
import type { DeliverConfig, StreamConfig } from '../base/stream.ts'
import type { Segment } from '../buffer/buffer.ts'
import type { Run, RunResult, StoredObject, Table } from '../catalog/catalog.ts'
import { contentEncodingOf, extensionOf } from '../format/encodings/registry.ts'
import { compilePrefix } from '../format/prefix.ts'
import type { Prepared } from '../format/prepare.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'
import type { Converter } from './converter/contract.ts'
import { errorsTable } from './errors-table.ts'
import { encodeManifest, manifestKey } from './manifest.ts'
import { keyOf, planObjects, type PlannedObject } from './run-objects.ts'

export interface RunContext {
  sys: Sys
  config: StreamConfig
  store: Store
  converter: Converter
  table: Omit<Table, 'schema'>
  /** DIR/scratch/<stream> */
  scratch: string
}

export interface RunInput {
  run: Run
  segments: Segment[]
  prepared: Prepared[]
  schema: TableSchema
}

/** Puts of one run at the same time: enough to hide a store's latency, few enough to bound sockets and part buffers. */
const PUTS_MAX = 4

/** Steps 2 and 3. Can be repeated at any time, also after a crash in the middle of itself. */
export async function executeRun(context: RunContext, input: RunInput): Promise<RunResult> {
  const { sys } = context
  const folder = join(context.scratch, `run-${input.run.firstSegment}`)
  await sys.files.removeTree(folder)
  await sys.files.makeDirectory(folder)
  try {
    const objects = await writeObjects(context, input, folder)
    const result = resultOf(input, objects)
    checkCounts(context, input, result)
    return await putManifest(context, input, result, folder)
  } finally {
    await sys.files.removeTree(folder)
  }
}

interface Written {
  object: StoredObject
  late: number
}

async function writeObjects(context: RunContext, input: RunInput, folder: string): Promise<Written[]> {
  const deliver = JSON.parse(input.run.deliver) as DeliverConfig
  const planned = planObjects(
    input.run,
    deliver,
    input.prepared,
    extensionOf(deliver.format, deliver.compression),
  )
  const putting = new Set<Promise<void>>()
  const written: Promise<Written>[] = []
  for (const [index, object] of planned.entries()) {
    if (putting.size >= PUTS_MAX) await Promise.race(putting)
    // One conversion at a time: each uses the engine's threads by itself. Only the puts overlap.
    const path = join(folder, String(index))
    const encoded = await encodeObject(context, input, deliver, object, path)
    const done = putObject(context, input, deliver, object, path, encoded)
    const tracked = done.then(() => undefined).finally(() => putting.delete(tracked))
    // Its failure is seen by Promise.all below; without this it would count as unhandled until then.
    tracked.catch(() => {})
    putting.add(tracked)
    written.push(done)
  }
  const rejected = await putErrors(context, input, deliver, join(folder, 'errors'))
  const all = await Promise.all(written)
  return rejected === undefined ? all : [...all, { object: rejected, late: 0 }]
}

interface Encoded {
  bytes: number
  crc32: string
}

async function encodeObject(
  { converter }: RunContext,
  input: RunInput,
  deliver: DeliverConfig,
  object: PlannedObject,
  out: string,
): Promise<Encoded> {
  const { format, compression } = deliver
  if (format !== 'parquet')
    return converter.encode({ parts: object.parts.map((part) => part.path), out, compression })
  const { bytes, crc32, rows } = await converter.convert({
    parts: object.parts.map((part) => part.fitPath),
    schema: input.schema,
    rows: object.rows,
    out,
    compression,
    metadata: identity(input, Infinity),
  })
  if (rows !== object.rows)
    throw countError(out, `${object.rows} rows were prepared, the Parquet file has ${rows}`)
  return { bytes, crc32 }
}

async function putObject(
  context: RunContext,
  input: RunInput,
  deliver: DeliverConfig,
  object: PlannedObject,
  path: string,
  encoded: Encoded,
): Promise<Written> {
  const stored: StoredObject = {
    bucket: deliver.bucket,
    key: object.key,
    database: context.table.database,
    table: context.table.name,
    run: input.run.id,
    partition: object.partition,
    rows: object.rows,
    format: deliver.format,
    compression: deliver.compression,
    schemaVersion: input.run.schemaVersion,
    fits: deliver.format === 'parquet' || object.parts.every((part) => part.fitPath === part.path),
    ...(await putAs(context, input, { key: object.key, path, encoded, ...deliver })),
    ...(object.minTimeMs === undefined ? {} : { minTimeMs: object.minTimeMs }),
    ...(object.maxTimeMs === undefined ? {} : { maxTimeMs: object.maxTimeMs }),
  }
  return { object: stored, late: object.late }
}

/** Puts if absent and says what is now under the key: ours of this attempt, or ours of an attempt before a crash. */
async function putAs(
  { store }: RunContext,
  input: RunInput,
  {
    bucket,
    key,
    path,
    encoded,
    format,
    compression,
  }: { key: string; path: string; encoded: Encoded } & Pick<
    DeliverConfig,
    'bucket' | 'format' | 'compression'
  >,
): Promise<Pick<StoredObject, 'bytes' | 'etag' | 'checksum'>> {
  const { run } = input
  const contentEncoding = format === 'parquet' ? undefined : contentEncodingOf(compression)
  const outcome = await store.putFile(bucket, key, path, {
    contentType: 'application/octet-stream',
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
    metadata: { ...identity(input), 'hozon-crc32': encoded.crc32 },
  })
  const head = await store.head(bucket, key)
  if (head === undefined || head.metadata['hozon-run'] !== run.id) {
    throw new HozonError('HOZON_DELIVERY_FOREIGN_OBJECT', 'another object has this key', {
      op: outcome === 'exists' ? 'put object' : 'check object',
      target: `${store.location}/${bucket}/${key}`,
      hint: 'use a bucket or prefix that nobody else writes to, or move the other object away',
      retryable: true,
    })
  }
  return { bytes: head.bytes, etag: head.etag, checksum: head.metadata['hozon-crc32'] ?? encoded.crc32 }
}

const ERRORS_COMPRESSION = 'gzip'

async function putErrors(
  context: RunContext,
  input: RunInput,
  deliver: DeliverConfig,
  out: string,
): Promise<StoredObject | undefined> {
  const { run, prepared } = input
  const errors = prepared.flatMap((segment) => (segment.errors === undefined ? [] : [segment.errors]))
  if (errors.length === 0) return undefined
  const encoded = await context.converter.encode({
    parts: errors.map(({ path }) => path),
    out,
    compression: ERRORS_COMPRESSION,
  })
  const prefix = compilePrefix(deliver.errorPrefix, 'errorPrefix').evaluate(run.arrivalMs, {
    timezone: deliver.timezone,
    errorOutputType: 'processing-failed',
  })
  const key = keyOf(run, deliver, prefix, extensionOf('json', ERRORS_COMPRESSION))
  const { database, name } = errorsTable(context.config)
  return {
    bucket: deliver.bucket,
    key,
    database,
    table: name,
    run: run.id,
    partition: [],
    rows: errors.reduce((total, { rows }) => total + rows, 0),
    format: 'json',
    compression: ERRORS_COMPRESSION,
    schemaVersion: 2,
    fits: true,
    ...(await putAs(context, input, {
      bucket: deliver.bucket,
      key,
      path: out,
      encoded,
      format: 'json',
      compression: ERRORS_COMPRESSION,
    })),
  }
}

function resultOf({ segments, prepared }: RunInput, written: Written[]): RunResult {
  const newest = written.flatMap(({ object }) => object.maxTimeMs ?? [])
  return {
    objects: written.map(({ object }) => object),
    records: segments.reduce((total, segment) => total + segment.records, 0),
    rejected: prepared.reduce((total, segment) => total + segment.rejected, 0),
    blank: prepared.reduce((total, segment) => total + segment.blank, 0),
    late: written.reduce((total, { late }) => total + late, 0),
    ranges: rangesOf(segments),
    ...(newest.length === 0 ? {} : { newestTimeMs: Math.max(...newest) }),
  }
}

/** The last check before segments may be forgotten: every record is a row, a rejected line or a blank one. */
function checkCounts({ table }: RunContext, { run }: RunInput, result: RunResult): void {
  const rows = result.objects
    .filter((object) => object.table === table.name)
    .reduce((sum, object) => sum + object.rows, 0)
  const counted = rows + result.rejected + result.blank
  if (counted !== result.records) {
    throw countError(`run ${run.id}`, `${result.records} records went in, ${counted} are accounted for`)
  }
}

function countError(target: string, message: string): HozonError {
  return new HozonError('HOZON_DELIVERY_COUNT', message, {
    op: 'deliver',
    target,
    hint: 'this is a bug; nothing was forgotten, the segments stay in the buffer',
  })
}

async function putManifest(
  context: RunContext,
  input: RunInput,
  result: RunResult,
  folder: string,
): Promise<RunResult> {
  const { sys, store, table } = context
  const { run, schema } = input
  const path = join(folder, 'manifest')
  await sys.files.writeFileDurably(path, encodeManifest({ version: 1, run, result, table, schema }))
  const { bucket } = JSON.parse(run.deliver) as DeliverConfig
  // 'exists' is ours of an earlier attempt: it describes the same objects, since their keys and contents derive from the plan.
  await store.putFile(bucket, manifestKey(run), path, {
    contentType: 'application/json',
    metadata: identity(input),
  })
  return result
}

/** S3 keeps 2 KB of metadata with an object. Longer ranges are in the Parquet file's own metadata and in the manifest. */
const RANGES_BYTES_MAX = 1024

function identity({ run, segments }: RunInput, rangesBytesMax = RANGES_BYTES_MAX): Record<string, string> {
  const ranges = JSON.stringify(rangesOf(segments))
  return {
    'hozon-stream': run.stream,
    'hozon-segments': `${run.firstSegment}-${run.lastSegment}`,
    'hozon-run': run.id,
    ...(Buffer.byteLength(ranges) <= rangesBytesMax ? { 'hozon-ranges': ranges } : {}),
  }
}

/** Contiguous ranges of one source are one. */
export function rangesOf(segments: Segment[]): SourceRange[] {
  const ranges: SourceRange[] = []
  const last = new Map<string, SourceRange>()
  for (const range of segments.flatMap((segment) => segment.sources)) {
    const before = last.get(range.source)
    if (before?.to === range.from) before.to = range.to
    else {
      const copy = { ...range }
      ranges.push(copy)
      last.set(range.source, copy)
    }
  }
  return ranges
}
