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
  /** Prepares these segments once more, with settings that were fixed since. What queries hold of them stays readable. */
  again(segments: readonly number[], planned: Planned): Promise<Prepared[]>
  /** Keeps the written files of these segments until release, even when they are forgotten. */
  pin(segments: readonly number[]): { release(): Promise<void> }
  /** Their delivery is committed. */
  forget(throughSegment: number): Promise<void>
  /** Why preparation is not getting on, if so. */
  problem(): string | undefined
  stop(): void
}

/** The settings of a run that was decided earlier. */
export interface Planned {
  deliver: DeliverConfig
  schema: TableSchema
}

interface Entry {
  segment: Segment
  /** One per preparation: a query may still read the files of an earlier one. */
  scratch: string[]
  done: Promise<Prepared>
  pins: number
  forgotten: boolean
}

/** After a failure of the engine; it doubles up to the second. */
const RETRY_MS_FIRST = 50
const RETRY_MS_MAX = 5000

export function openPreparations(
  sys: Sys,
  options: {
    config: StreamConfig
    catalog: Catalog
    /** DIR/scratch/<stream>; emptied by the caller at start. */
    scratch: string
    prepare: (job: PrepareJob) => Promise<Prepared>
  },
): Preparations {
  const { config, catalog, prepare } = options
  const { database, name } = config.table
  const entries = new Map<number, Entry>()
  const stopped = new AbortController()
  let tail: Promise<unknown> = Promise.resolve()
  let problem: string | undefined

  function currentSchema(): TableSchema {
    const table = catalog.table(database, name)
    assert(table !== undefined, `table ${database}.${name} is made before its stream is opened`)
    return table.schema
  }

  async function prepareOnce(
    segment: Segment,
    scratch: string,
    planned: Planned | undefined,
  ): Promise<Prepared> {
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
      deliver: planned?.deliver ?? config.deliver,
      schema: planned?.schema ?? currentSchema(),
      evolve: planned === undefined,
      scratch,
    })
    checkCounts(segment, prepared)
    // Before anybody can see the segment: its rows are read with this version.
    if (prepared.schema.version > currentSchema().version) catalog.evolve(database, name, prepared.schema)
    return prepared
  }

  async function prepareUntilDone(
    segment: Segment,
    scratch: string,
    planned: Planned | undefined,
  ): Promise<Prepared> {
    for (let waitMs = RETRY_MS_FIRST; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
      try {
        const prepared = await prepareOnce(segment, scratch, planned)
        problem = undefined
        return prepared
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error)
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

  /** Behind what is being prepared already. */
  function begin(segment: Segment, scratch: string, planned: Planned | undefined): Promise<Prepared> {
    const done = tail.then(() => prepareUntilDone(segment, scratch, planned))
    // of() reports a failure to whoever needs this segment; the next segment is independent of it.
    tail = done.catch(() => {})
    return done
  }

  return {
    add(segment, planned) {
      if (entries.has(segment.id)) return
      const scratch = join(options.scratch, String(segment.id).padStart(10, '0'))
      const done = begin(segment, scratch, planned)
      entries.set(segment.id, { segment, scratch: [scratch], done, pins: 0, forgotten: false })
    },
    of: (segments) => Promise.all(segments.map((id) => entryOf(id).done)),
    again(segments, planned) {
      const entriesAgain = segments.map(entryOf)
      for (const entry of entriesAgain) {
        const scratch = `${entry.scratch[0]}-${entry.scratch.length}`
        entry.scratch.push(scratch)
        entry.done = begin(entry.segment, scratch, planned)
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
        if (entry.pins === 0) await dropFiles(id, entry)
      }
    },
    problem: () => problem,
    stop: () => stopped.abort(),
  }
}

/** Promise 4: what went in is what comes out, or nothing goes on. */
function checkCounts(segment: Segment, prepared: Prepared): void {
  const rows = prepared.parts.reduce((sum, part) => sum + part.rows, 0)
  const counted = rows + prepared.rejected + prepared.blank
  if (counted === segment.records && prepared.records === segment.records) return
  throw new HozonError(
    'HOZON_PREPARE_COUNT',
    `${segment.records} records went in, ${rows} rows, ${prepared.rejected} rejected and ${prepared.blank} blank came out`,
    { op: 'prepare segment', target: segment.path, hint: 'this is a bug; the segment is kept' },
  )
}

function isRetryable(error: unknown): boolean {
  if (error instanceof HozonError) return error.retryable
  // System errors of the scratch folder (ENOSPC, EIO, EMFILE) pass; everything else is a bug.
  return error instanceof Error && 'syscall' in error
}
