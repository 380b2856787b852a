/**
 * One loop per stream: when enough has gathered or enough time has passed, a run of sealed segments is planned,
 * executed and committed. Runs are executed side by side (bounded), and committed in their order.
 */
import { assert, HozonError } from '../base/errors.ts'
import { uuid5 } from '../base/uuid5.ts'
import { Wakeup } from '../base/wakeup.ts'
import type { DeliverConfig, StreamConfig } from '../base/stream.ts'
import type { Segment, StreamBuffer } from '../buffer/buffer.ts'
import type { Catalog, Run, RunResult } from '../catalog/catalog.ts'
import { executeRun } from './execute-run.ts'
import type { Preparations } from './preparations.ts'
import { redirected } from './redirect.ts'
import { openRetries } from './retries.ts'
import type { RunContext } from './run-context.ts'
import { isRetyped } from './retyped.ts'
import { segmentsOfRun } from './run-segments.ts'

export interface StreamDelivery {
  start(): void
  /** Delivers what is in the buffer now; resolves when it is committed. */
  flush(): Promise<void>
  /** Why deliveries are not getting on, if so. */
  problem(): string | undefined
  /** Lets the runs in flight commit unless they are waiting for a store that fails; the plan survives. */
  stop(): Promise<void>
}

export interface DeliveryEvents {
  committed(run: Run, result: RunResult): void
  /** Once per episode of failures, with what the person who runs it should know. */
  failed(stream: string, error: unknown): void
  recovered(stream: string): void
}

/** One run converts while another's objects are on their way to the store. */
const RUNS_IN_FLIGHT_MAX = 2
/** How often the interval is looked at: a small part of the shortest interval that makes sense. */
const TICK_MS = 200

export function openStreamDelivery(
  context: RunContext & {
    catalog: Catalog
    buffer: StreamBuffer
    preparations: Preparations
    events: DeliveryEvents
  },
): StreamDelivery {
  const { sys, config, catalog, buffer, preparations, events } = context
  const stopped = new AbortController()
  const wakeup = new Wakeup()
  const inFlight = new Set<Promise<void>>()
  const openBuckets = new Set<string>()
  let planned = catalog.deliveredThrough(config.name)
  let flushThrough = 0
  let committing: Promise<void> = Promise.resolve()
  let running: Promise<void> = Promise.resolve()
  const { untilDone, problem } = openRetries(sys, stopped.signal, {
    failed: (error) => events.failed(config.name, error),
    recovered: () => events.recovered(config.name),
  })
  const waiters = new Set<{ through: number; resolve: () => void; reject: (error: Error) => void }>()

  const unplanned = (): Segment[] => buffer.sealed().filter((segment) => segment.id > planned)
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => sys.clock.sleep(ms, signal)

  /** The active segment's too: segments end before they are full, so that counting the sealed ones is never exact. */
  function waitingBytes(): number {
    return buffer.stats().bytes - bytesOf(buffer.sealed().filter((segment) => segment.id <= planned))
  }

  function isDue(): boolean {
    const { sizeBytes, intervalMs } = config.deliver.buffer
    const waiting = unplanned()
    if (waiting.some((segment) => segment.id <= flushThrough) || waitingBytes() >= sizeBytes) return true
    const sinceMs = waiting[0]?.firstArrivalMs ?? buffer.stats().activeArrivalMs
    return sinceMs !== undefined && sys.clock.now() - sinceMs >= intervalMs
  }

  /** A full run needs nothing from the active segment; sealing it then would only make small segments. */
  async function sealForRun(): Promise<void> {
    const sealed = unplanned()
    const active = { bytes: waitingBytes() - bytesOf(sealed) }
    const run = segmentsOfRun([...sealed, active], config.deliver.buffer.sizeBytes)
    if (run.includes(active)) await buffer.seal()
  }

  function addPreparation(segment: Segment): void {
    if (segment.id > planned) preparations.add(segment)
    wakeup.wake()
  }

  /** Of the first of these segments: those with the settings of the first one. */
  async function planRun(waiting: Segment[]): Promise<{ run: Run; segments: Segment[] }> {
    const prepared = await preparations.of(waiting.map((segment) => segment.id))
    const segments = withEqualSettings(waiting)
    const [first, last] = [segments[0], segments.at(-1)]
    assert(first !== undefined && last !== undefined, 'a run has segments')
    const deliver = preparations.settingsOf(first.id)
    const table = catalog.table(config.table.database, config.table.name)
    assert(table !== undefined, 'the table of a stream exists')
    // A column that a later segment has widened (bigint to double): earlier lines must be fitted to the new type, so
    // that what the new type can not hold (20 digits in a double) is kept in _extra and not rounded.
    const isDeclared = deliver.firehose?.conversion !== undefined
    const retyped = prepared.filter(
      ({ segment, schema }) =>
        !isDeclared && segment <= last.id && isRetyped(schema.columns, table.schema.columns),
    )
    await preparations.again(
      retyped.map(({ segment }) => segment),
      { deliver, schema: table.schema },
    )
    const run: Run = {
      id: uuid5(catalog.nodeId, `${config.name}/${segments.map(fingerprint).join()}`),
      stream: config.name,
      firstSegment: first.id,
      lastSegment: last.id,
      arrivalMs: first.firstArrivalMs,
      // All its segments are prepared: this version holds every column of theirs. With declared columns a later segment
      // may have others already.
      schemaVersion: isDeclared ? prepared[segments.length - 1]!.schema.version : table.schema.version,
      // With the table: a run that is resumed after the pipeline file was changed must not end up in another one.
      deliver: JSON.stringify({ ...deliver, table: config.table }),
    }
    catalog.planRun(run)
    return { run, segments }
  }

  /** The settings may have been changed between two segments (UpdateDestination, a new version of a Glue table). */
  function withEqualSettings(segments: Segment[]): Segment[] {
    const of = (segment: Segment): DeliverConfig => preparations.settingsOf(segment.id)
    const other = segments.findIndex((segment) => of(segment) !== of(segments[0]!))
    return other < 0 ? segments : segments.slice(0, other)
  }

  async function attempt(run: Run, segments: Segment[]): Promise<RunResult> {
    const { database, name } = config.table
    const schema = catalog.schema(database, name, run.schemaVersion)
    assert(schema !== undefined, `schema version ${run.schemaVersion} of ${database}.${name} exists`)
    const prepared = await preparations.of(segments.map((segment) => segment.id))
    await openBucket(run)
    return executeRun(context, { run, segments, prepared, schema })
  }

  /** That of a Firehose stream may be another with every update, and must not be needed for the server to start. */
  async function openBucket({ deliver }: Run): Promise<void> {
    const { bucket, firehose } = JSON.parse(deliver) as DeliverConfig
    if (firehose === undefined || openBuckets.has(bucket)) return
    await context.store.openBucket(bucket)
    openBuckets.add(bucket)
  }

  function redirect(run: Run, error: unknown): Run {
    if (error instanceof HozonError && error.code === 'HOZON_STORE_NO_BUCKET') openBuckets.clear()
    const other = redirected(run, config.deliver, error)
    // Before it is tried: a crash must resume it there.
    if (other !== undefined) catalog.redirectRun(other)
    return other ?? run
  }

  function launch(run: Run, segments: Segment[]): void {
    planned = run.lastSegment
    let current = run
    let refusal: unknown
    const executing = untilDone(
      () => {
        current = redirect(current, refusal)
        return attempt(current, segments)
      },
      (error) => {
        refusal = error
      },
    )
    // In order: a later run that is ready first waits, so that "delivered through" is one number per stream.
    committing = committing.then(async () => {
      const result = await executing
      if (result === undefined || isBehindAnUnfinishedRun(run)) return
      const committed = await untilDone(async () => commit(current, result))
      if (committed === undefined) return
      // Only now: until the catalog has the objects, the segments are the records' only home.
      await buffer.forget(run.lastSegment)
      await preparations.forget(run.lastSegment)
      settleWaiters()
    })
    const tracked = committing.finally(() => inFlight.delete(tracked))
    inFlight.add(tracked)
  }

  function commit(run: Run, result: RunResult): true {
    catalog.commitRun(run, result)
    events.committed(run, result)
    return true
  }

  /** While stopping, a run may have been given up; those behind it stay planned too. */
  function isBehindAnUnfinishedRun(run: Run): boolean {
    return stopped.signal.aborted && catalog.plannedRuns(config.name)[0]?.id !== run.id
  }

  function settleWaiters(): void {
    const through = catalog.deliveredThrough(config.name)
    for (const waiter of waiters) {
      if (waiter.through > through) continue
      waiters.delete(waiter)
      waiter.resolve()
    }
  }

  /** Runs that were decided before the last stop or crash come first, with the settings of that time. */
  function resumePlannedRuns(): void {
    for (const run of catalog.plannedRuns(config.name)) {
      const segments = buffer.sealed().filter(({ id }) => id >= run.firstSegment && id <= run.lastSegment)
      assert(segments.length > 0, `segments of the planned run ${run.id} are in the buffer`)
      const { table, ...deliver } = JSON.parse(run.deliver) as DeliverConfig & StreamTable
      if (table !== undefined && nameOf(table) !== nameOf(config.table))
        throw tableChanged(config, nameOf(table))
      const schema = catalog.schema(config.table.database, config.table.name, run.schemaVersion)
      assert(schema !== undefined, `schema version ${run.schemaVersion} exists`)
      for (const segment of segments) preparations.add(segment, { deliver, schema })
      launch(run, segments)
    }
  }

  async function drive(): Promise<void> {
    while (!stopped.signal.aborted) {
      if (!isDue() || inFlight.size >= RUNS_IN_FLIGHT_MAX) {
        await wakeup.sleep(TICK_MS, sleep)
        continue
      }
      await sealForRun()
      const segments = segmentsOfRun(unplanned(), config.deliver.buffer.sizeBytes)
      // While the disk refuses writes nothing can be sealed; without a pause nothing else would ever get its turn.
      if (segments.length === 0) {
        await wakeup.sleep(TICK_MS, sleep)
        continue
      }
      const planning = await untilDone(() => planRun(segments))
      if (planning !== undefined) launch(planning.run, planning.segments)
    }
  }

  return {
    start() {
      resumePlannedRuns()
      for (const segment of buffer.sealed()) addPreparation(segment)
      buffer.onSealed = addPreparation
      running = drive()
    },
    async flush() {
      await buffer.seal()
      if (stopped.signal.aborted) throw stoppingError(config)
      const last = buffer.sealed().at(-1)?.id ?? 0
      if (last <= catalog.deliveredThrough(config.name)) return
      flushThrough = Math.max(flushThrough, last)
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiters.add({ through: last, resolve, reject })
      wakeup.wake()
      await promise
    },
    problem: () => problem() ?? preparations.problem(),
    async stop() {
      stopped.abort()
      preparations.stop()
      wakeup.wake()
      await running
      await Promise.allSettled(inFlight)
      for (const waiter of waiters) waiter.reject(stoppingError(config))
      waiters.clear()
    },
  }
}

/** Absent in runs that were planned before it was recorded. */
type StreamTable = Partial<Pick<StreamConfig, 'table'>>

function stoppingError({ name }: StreamConfig): HozonError {
  return new HozonError('HOZON_STOPPING', 'the server is stopping', { op: 'flush', target: name })
}

function nameOf({ database, name }: StreamConfig['table']): string {
  return `${database}.${name}`
}

function tableChanged(config: StreamConfig, before: string): HozonError {
  return new HozonError(
    'HOZON_TABLE_CHANGED',
    `a delivery to table ${before} was begun and is not finished`,
    {
      op: 'resume deliveries',
      target: config.name,
      hint: `restore \`table: ${before}\`, start, run \`hozon flush ${config.name}\`, and change it then`,
    },
  )
}

/**
 * Its number is not enough: after an older copy of DIR was restored, the number is used again for other records, and
 * the bucket may hold what the first ones became.
 */
function fingerprint({ id, firstArrivalMs, lastArrivalMs, bytes, records }: Segment): string {
  return `${id}/${firstArrivalMs}-${lastArrivalMs}/${bytes}/${records}`
}

function bytesOf(segments: readonly { bytes: number }[]): number {
  return segments.reduce((total, segment) => total + segment.bytes, 0)
}
