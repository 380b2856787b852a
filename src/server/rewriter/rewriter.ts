/**
 * The parent's side of the processes that read files of external tables. Each has one file at a time, so that ending a
 * process ends one file: that is how a query is cancelled, and how one that never comes to an end is stopped.
 */
import { HozonError } from '../../base/errors.ts'
import { lane } from '../../deliver/lane.ts'
import { callsTo, type ChildCalls } from '../../sys/rpc.ts'
import type { Child, Sys } from '../../sys/sys.ts'
import type { RewriteJob, Rewritten } from './contract.ts'

export interface Rewriter {
  /** Rejects with HOZON_SQL_FAILED, HOZON_SQL_DISK, or HOZON_SQL_CANCELLED when `signal` aborts. */
  rewrite(job: RewriteJob, signal: AbortSignal): Promise<Rewritten>
  close(): Promise<void>
}

/** Reading text is work for the processor: as many as a small machine has, beside the engine that waits for them. */
const PROCESSES_MAX = 2
/** Some batches of records as text, their rows, and the longest record there may be. */
const HEAP_MIB = 256
/** A process holds some 60 MB: one that nobody needs is ended. */
const IDLE_MS = 30_000
/** A batch takes tens of milliseconds. What does not look up for so long is an expression that never ends. */
const LOOK_EVERY_MS = 5_000
const STALLED_MS = 20_000
/** A second death by the same file is no accident. */
const ATTEMPTS_MAX = 2

type Seams = Pick<Sys, 'clock' | 'processes'>

interface Reader {
  process: Child
  calls: ChildCalls
  /** Aborted when the process gets a file. */
  idle: AbortController
}

export function openRewriter({ clock, processes }: Seams): Rewriter {
  const turns = lane(PROCESSES_MAX)
  const waiting: Reader[] = []
  const all = new Set<Reader>()
  let closed = false

  function start(): Reader {
    const process = processes.fork(new URL('./rewriter-child.ts', import.meta.url), {
      title: 'hozon-files',
      heapMiB: HEAP_MIB,
    })
    const reader = { process, calls: callsTo(process, 'hozon-files'), idle: new AbortController() }
    all.add(reader)
    void reader.calls.exited.then(() => {
      all.delete(reader)
      const at = waiting.indexOf(reader)
      if (at >= 0) waiting.splice(at, 1)
    })
    return reader
  }

  function rest(reader: Reader): void {
    if (!all.has(reader)) return
    reader.idle = new AbortController()
    const { signal } = reader.idle
    waiting.push(reader)
    void clock.sleep(IDLE_MS, signal).then(() => {
      if (!signal.aborted) reader.process.kill('SIGTERM')
    })
  }

  async function attempt(job: RewriteJob, signal: AbortSignal): Promise<Rewritten> {
    const reader = waiting.pop() ?? start()
    reader.idle.abort()
    const done = new AbortController()
    let ended: HozonError | undefined
    const end = (reason: HozonError): void => {
      ended ??= reason
      reader.process.kill('SIGKILL')
    }
    const cancel = (): void => end(cancelled(job))
    signal.addEventListener('abort', cancel, { once: true })
    void watch(reader.calls, done.signal).then((isStalled) => isStalled && end(stalled(job)))
    try {
      return await reader.calls.call<Rewritten>('rewrite', job)
    } catch (error) {
      throw ended ?? error
    } finally {
      signal.removeEventListener('abort', cancel)
      done.abort()
      if (ended === undefined) rest(reader)
    }
  }

  /** Resolves to true when the process no longer answers; to false when `done`. */
  async function watch(calls: ChildCalls, done: AbortSignal): Promise<boolean> {
    for (;;) {
      await clock.sleep(LOOK_EVERY_MS, done)
      if (done.aborted) return false
      const answer = calls.call('ping', {}).then(
        () => true,
        // It died: the call itself says so.
        () => true,
      )
      const isAnswered = await Promise.race([answer, clock.sleep(STALLED_MS, done).then(() => done.aborted)])
      if (!isAnswered) return true
    }
  }

  return {
    rewrite: (job, signal) =>
      turns(async () => {
        for (let tries = 1; ; tries++) {
          if (closed || signal.aborted) throw cancelled(job)
          try {
            return await attempt(job, signal)
          } catch (error) {
            const died = error instanceof HozonError && error.code === 'HOZON_ENGINE_DIED'
            if (!died) throw error
            if (tries >= ATTEMPTS_MAX) throw deadly(job, error)
          }
        }
      }),
    async close() {
      closed = true
      const readers = [...all]
      for (const { process, idle } of readers) {
        idle.abort()
        process.kill('SIGKILL')
      }
      await Promise.all(readers.map(({ calls }) => calls.exited))
    },
  }
}

function cancelled({ uri }: RewriteJob): HozonError {
  return new HozonError('HOZON_SQL_CANCELLED', 'the query was cancelled', { op: 'read file', target: uri })
}

function stalled({ uri }: RewriteJob): HozonError {
  const message = `HIVE_CURSOR_ERROR: a record took more than ${STALLED_MS / 1000} seconds (${uri})`
  const hint = 'the regular expression of the table backtracks: write it without nested repetitions'
  return new HozonError('HOZON_SQL_FAILED', message, { op: 'read file', target: uri, hint })
}

function deadly({ uri }: RewriteJob, cause: HozonError): HozonError {
  const message = `HIVE_CANNOT_OPEN_SPLIT: the process that reads the file ended: ${cause.message} (${uri})`
  return new HozonError('HOZON_SQL_FAILED', message, { op: 'read file', target: uri, cause })
}
