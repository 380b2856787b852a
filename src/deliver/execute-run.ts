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
import { crcTextOf } from '../base/crc-text.ts'
import { HozonError } from '../base/errors.ts'
import { uuid5 } from '../base/uuid5.ts'
import type { DeliverConfig } from '../base/stream.ts'
import type { Segment } from '../buffer/buffer.ts'
import type { RunResult, StoredObject } from '../catalog/catalog.ts'
import { extensionOf } from '../format/encodings/registry.ts'
import type { Prepared } from '../format/prepare.ts'
import type { ParquetLayout } from './converter/contract.ts'
import { encodeManifest, manifestKey } from './manifest.ts'
import { putAs, putOwn, type Encoded } from './put-object.ts'
import { putBackup } from './put-backup.ts'
import { putErrors } from './put-errors.ts'
import { identity, rangesOf, type RunContext, type RunInput } from './run-context.ts'
import { planObjects, type PlannedObject } from './run-objects.ts'

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
    deliver.firehose?.fileExtension ?? extensionOf(deliver.format, deliver.compression),
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
  await putBackup(context, input, deliver, folder)
  const all = await Promise.all(written)
  return [...all, ...rejected.map((object) => ({ object, late: 0 }))]
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
    return converter.encode({
      parts: object.parts.map((part) => part.path),
      out,
      compression,
      // As AWS does it. A repeat gives the same name, and with it the same bytes.
      ...(deliver.firehose === undefined ? {} : { entryName: uuid5(input.run.id, `entry ${object.key}`) }),
    })
  const { bytes, crc32, rows } = await converter.convert({
    parts: object.parts.map((part) => part.fitPath),
    schema: input.schema,
    rows: object.rows,
    out,
    compression,
    ...layoutOf(deliver),
    metadata: identity(input, Infinity),
  })
  if (rows !== object.rows)
    throw countError(out, `${object.rows} rows were prepared, the Parquet file has ${rows}`)
  return { bytes, crc32 }
}

/** Format conversion: files as the stream describes them, with the Glue table's columns and no other. */
function layoutOf({ firehose }: DeliverConfig): { layout?: ParquetLayout } {
  if (firehose?.conversion === undefined) return {}
  const { compression: _, ...layout } = firehose.conversion.parquet
  return { layout }
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
    rows: object.records,
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

function resultOf({ segments, prepared }: RunInput, written: Written[]): RunResult {
  const newest = written.flatMap(({ object }) => object.maxTimeMs ?? [])
  return {
    objects: written.map(({ object }) => object),
    records: recordsOf(segments, prepared),
    rejected: prepared.reduce((total, segment) => total + segment.rejected, 0),
    blank: prepared.reduce((total, segment) => total + segment.blank, 0),
    late: written.reduce((total, { late }) => total + late, 0),
    ranges: rangesOf(segments),
    ...(newest.length === 0 ? {} : { newestTimeMs: Math.max(...newest) }),
  }
}

/** Of a Firehose stream what its records became: one may hold many, and each is accounted for by itself. */
function recordsOf(segments: Segment[], prepared: Prepared[]): number {
  const units = prepared.map(({ firehose }, index) => firehose?.units ?? segments[index]?.records ?? 0)
  return units.reduce((total, count) => total + count, 0)
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
  const { run, schema } = input
  const path = join(folder, 'manifest')
  const manifest = encodeManifest({ version: 1, run, result, table: context.table, schema })
  await context.sys.files.writeFileDurably(path, manifest)
  const { bucket } = JSON.parse(run.deliver) as DeliverConfig
  const key = manifestKey(run)
  await putOwn(context, input, {
    bucket,
    key,
    path,
    crc32: crcTextOf(manifest),
    contentType: 'application/json',
  })
  return result
}
