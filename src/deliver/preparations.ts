/**
 * Sealed segments become readable files (format/prepare.ts), one after the other per stream, because each may evolve the
 * table's schema for the next. Both deliveries and queries wait for them here, so that nothing is prepared twice.
 */
import { join } from 'node:path'
import { assert, HozonError } from '../base/errors.ts'
import type { TableSchema } from '../base/schema.ts'
import type { DeliverConfig, StreamConfig } from '../base/stream.ts'
import type { Segment } from '../buffer/buffer.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Prepared, PrepareJob } from '../format/prepare.ts'
import type { Sys } from '../sys/sys.ts'

export interface Preparations {
  /**
   * Begins with a sealed segment unless that was done before. Ascending ids. `planned` is given for segments of a run
   * that was decided before a crash: they are prepared with its settings, so that the repeat makes the same objects.
   */
  add(segment: Segment, planned?: Planned): void
  /** Resolves when these segments, added before, are prepared; rejects when one cannot be and never will. */
  of(segments: readonly number[]): Promise<Prepared[]>
  /** The same for queries, which do not wait for ever: rejects with HOZON_PREPARE_WAIT then, and says what is the matter. */
  soon(segments: readonly number[]): Promise<Prepared[]>
  /** What a segment was prepared with, once of() has resolved: a run's segments share it. The same object while nothing changed. */
  settingsOf(segment: number): DeliverConfig
  /** Prepares these segments once more, with settings that were fixed since. What queries hold of them stays readable. */
  again(segments: readonly number[], planned: Planned): Promise<Prepared[]>
  /** Keeps the written files of these segments until release, even when they are forgotten. */
  pin(segments: readonly number[]): { release(): Promise<void> }
  /** Their delivery is committed. */
  forget(throughSegment: number): Promise<void>
  /** Why preparation is not getting on, if so. */
  problem(): string | undefined
  /** What a person must mend before sealed segments can be prepared (a Glue table that is missing): waiting is of no use. */
  blocked(): HozonError | undefined
  stop(): void
}

/** The settings of a run that was decided earlier. */
export interface Planned {
  deliver: DeliverConfig
  schema: TableSchema
}

interface Entry {
  segment: Segment
  settings: DeliverConfig | undefined
  /** One per preparation: a query may still read the files of an earlier one. */
  scratch: string[]
  done: Promise<Prepared>
  pins: number
  forgotten: boolean
}

type NewEntry = Omit<Entry, 'done'>

/** After a failure of the engine; it doubles up to the second. */
const RETRY_MS_FIRST = 50
const RETRY_MS_MAX = 5000
/**
 * After the converter died of a segment, three times (converter.ts). It may have been somebody else's doing; but when
 * it goes on, it is the segment, and the others of its process are to come to their turn in between.
 */
const DEADLY_RETRY_MS_FIRST = 1000
const DEADLY_RETRY_MS_MAX = 5 * 60_000
/** A query is answered, or told why not, while somebody still looks at it. */
const QUERY_WAIT_MS = 30_000
/** A function that takes longer for a segment is worth telling of: AWS waits up to five minutes for each call. */
const SLOW_FUNCTION_MS = 30_000

export function openPreparations(
  sys: Sys,
  options: {
    config: StreamConfig
    catalog: Catalog
    /** DIR/scratch/<stream>; emptied by the caller at start. */
    scratch: string
    prepare: (job: PrepareJob) => Promise<Prepared>
    /** The stream's settings now, whole (a Glue table's columns included); a HozonError that is retryable makes segments wait. */
    settings: () => DeliverConfig
    /** Where the records of a segment end; undefined for streams of lines. */
    recordEnds: (segment: number) => Uint32Array | undefined
    /** Makes the file of Lambda's answers; undefined where the settings have no function. */
    transform: (segment: Segment, settings: DeliverConfig) => Promise<string | undefined>
    /** Its delivery is committed, or it will never be: the file of transform() is not needed any more. */
    forgetTransformed: (segment: number) => Promise<void>
  },
): Preparations {
  const { config, catalog, prepare } = options
  const { database, name } = config.table
  const entries = new Map<number, Entry>()
  const stopped = new AbortController()
  let tail: Promise<unknown> = Promise.resolve()
  let problem: string | undefined
  let blocked: HozonError | undefined
  let functionAskedMs: number | undefined

  function currentSchema(): TableSchema {
    const table = catalog.table(database, name)
    assert(table !== undefined, `table ${database}.${name} is made before its stream is opened`)
    return table.schema
  }

  async function prepareOnce(
    entry: NewEntry,
    scratch: string,
    planned: Planned | undefined,
  ): Promise<Prepared> {
    const { segment } = entry
    entry.settings = planned?.deliver ?? entry.settings ?? settingsNow()
    const transformed = await transform(segment, entry.settings)
    const recordEnds = options.recordEnds(segment.id)
    // A former attempt may have left files behind.
    await sys.files.removeTree(scratch)
    await sys.files.makeDirectory(scratch)
    const prepared = await prepare({
      stream: config.name,
      segment: segment.id,
      path: segment.path,
      bytes: segment.bytes,
      firstArrivalMs: segment.firstArrivalMs,
      lastArrivalMs: segment.lastArrivalMs,
      deliver: entry.settings,
      schema: planned?.schema ?? currentSchema(),
      evolve: planned === undefined,
      scratch,
      ...(recordEnds === undefined ? {} : { recordEnds }),
      ...(transformed === undefined ? {} : { transformed }),
    })
    checkCounts(segment, prepared)
    // Before anybody can see the segment: its rows are read with this version.
    if (prepared.schema.version > currentSchema().version) catalog.evolve(database, name, prepared.schema)
    return prepared
  }

  async function transform(segment: Segment, settings: DeliverConfig): Promise<string | undefined> {
    functionAskedMs = settings.firehose?.processing.lambda && sys.clock.now()
    try {
      return await options.transform(segment, settings)
    } finally {
      functionAskedMs = undefined
    }
  }

  function slowFunction(): string | undefined {
    if (functionAskedMs === undefined || sys.clock.now() - functionAskedMs < SLOW_FUNCTION_MS)
      return undefined
    return `the Lambda function has been at a segment since ${new Date(functionAskedMs).toISOString()}; the records wait in the buffer`
  }

  async function prepareUntilDone(
    entry: NewEntry,
    scratch: string,
    planned: Planned | undefined,
  ): Promise<Prepared> {
    for (let failures = 0; ; failures++) {
      try {
        const prepared = await prepareOnce(entry, scratch, planned)
        problem = undefined
        return prepared
      } catch (error) {
        const waitMs = retryMs(error, failures)
        problem = problemText(entry.segment, error, waitMs)
        if (stopped.signal.aborted || !isRetryable(error)) throw error
        await sys.clock.sleep(waitMs, stopped.signal)
      }
    }
  }

  async function dropFiles(segment: number, entry: Entry): Promise<void> {
    entries.delete(segment)
    for (const scratch of entry.scratch) await sys.files.removeTree(scratch)
  }

  function entryOf(segment: number): Entry {
    const entry = entries.get(segment)
    assert(entry !== undefined, `segment ${segment} of ${config.name} was added before it is asked for`)
    return entry
  }

  function settingsNow(): DeliverConfig {
    try {
      const settings = options.settings()
      blocked = undefined
      return settings
    } catch (error) {
      if (error instanceof HozonError) blocked = error
      throw error
    }
  }

  /** Undefined while they can not be had: preparing asks again. */
  function known(): DeliverConfig | undefined {
    try {
      return settingsNow()
    } catch (error) {
      if (error instanceof HozonError && error.retryable) return undefined
      throw error
    }
  }

  /** Behind what is being prepared already. */
  function begin(entry: NewEntry, scratch: string, planned: Planned | undefined): Promise<Prepared> {
    const done = tail.then(() => prepareUntilDone(entry, scratch, planned))
    // of() reports a failure to whoever needs this segment; the next segment is independent of it.
    tail = done.catch(() => {})
    return done
  }

  return {
    add(segment, planned) {
      if (entries.has(segment.id)) return
      const scratch = join(options.scratch, String(segment.id).padStart(10, '0'))
      // Settings of the moment of sealing; a stream's later ones are for later segments.
      const entry: NewEntry = {
        segment,
        settings: planned?.deliver ?? known(),
        scratch: [scratch],
        pins: 0,
        forgotten: false,
      }
      entries.set(segment.id, Object.assign(entry, { done: begin(entry, scratch, planned) }))
    },
    of: (segments) => Promise.all(segments.map((id) => entryOf(id).done)),
    async soon(segments) {
      const ended = new AbortController()
      const late = sys.clock.sleep(QUERY_WAIT_MS, ended.signal).then(() => {
        throw lateError(config, problem ?? slowFunction())
      })
      try {
        return await Promise.race([Promise.all(segments.map((id) => entryOf(id).done)), late])
      } finally {
        ended.abort()
      }
    },
    settingsOf(segment) {
      const { settings } = entryOf(segment)
      assert(
        settings !== undefined,
        `segment ${segment} of ${config.name} is prepared before its settings are asked for`,
      )
      return settings
    },
    again(segments, planned) {
      const entriesAgain = segments.map(entryOf)
      for (const entry of entriesAgain) {
        const scratch = `${entry.scratch[0]}-${entry.scratch.length}`
        entry.scratch.push(scratch)
        entry.done = begin(entry, scratch, planned)
      }
      return Promise.all(entriesAgain.map(({ done }) => done))
    },
    pin(segments) {
      const pinned = segments.map((id) => ({ id, entry: entries.get(id) }))
      for (const { entry } of pinned) if (entry !== undefined) entry.pins++
      return {
        async release() {
          for (const { id, entry } of pinned.splice(0)) {
            if (entry !== undefined && --entry.pins === 0 && entry.forgotten) await dropFiles(id, entry)
          }
        },
      }
    },
    async forget(throughSegment) {
      for (const [id, entry] of entries) {
        if (id > throughSegment) continue
        entry.forgotten = true
        await options.forgetTransformed(id)
        if (entry.pins === 0) await dropFiles(id, entry)
      }
    },
    problem: () => problem ?? slowFunction(),
    blocked: () => blocked,
    stop: () => stopped.abort(),
  }
}

/** Promise 4: what went in is what comes out, or nothing goes on. */
function checkCounts(segment: Segment, prepared: Prepared): void {
  const rows = prepared.parts.reduce((sum, part) => sum + (part.units ?? part.rows), 0)
  const counted = rows + prepared.rejected + prepared.blank
  // A record of a Firehose stream may hold several units; format/firehose/ accounts for each record.
  const expected = prepared.firehose?.units ?? segment.records
  if (counted === expected && prepared.records === segment.records) return
  throw new HozonError(
    'HOZON_PREPARE_COUNT',
    `${segment.records} records went in (${expected} to account for), ${rows} rows, ${prepared.rejected} rejected and ${prepared.blank} blank came out`,
    { op: 'prepare segment', target: segment.path, hint: 'this is a bug; the segment is kept' },
  )
}

function isRetryable(error: unknown): boolean {
  if (error instanceof HozonError) return error.retryable
  // System errors of the scratch folder (ENOSPC, EIO, EMFILE) pass; everything else is a bug.
  return error instanceof Error && 'syscall' in error
}

function isDeadly(error: unknown): boolean {
  return error instanceof HozonError && error.code === 'HOZON_ENGINE_DIED'
}

function retryMs(error: unknown, failures: number): number {
  const [first, max] = isDeadly(error)
    ? [DEADLY_RETRY_MS_FIRST, DEADLY_RETRY_MS_MAX]
    : [RETRY_MS_FIRST, RETRY_MS_MAX]
  return Math.min(first * 2 ** failures, max)
}

function problemText(segment: Segment, error: unknown, waitMs: number): string {
  const message = error instanceof Error ? error.message : String(error)
  if (!isDeadly(error)) return message
  return `preparing ${segment.path} ends the converter each time (${message}); the next attempt is ${waitMs / 1000} s later, and the stream's records wait`
}

function lateError({ name }: StreamConfig, problem: string | undefined): HozonError {
  const message = `the newest records were not ready to be read within ${QUERY_WAIT_MS / 1000} s`
  return new HozonError('HOZON_PREPARE_WAIT', problem === undefined ? message : `${message}: ${problem}`, {
    op: 'query',
    target: name,
    hint: 'ask again; `hozon status` tells what the stream waits for',
    retryable: true,
  })
}
