/**
 * The engines: child processes, each running one query at a time, started when needed and ended when idle. A query
 * whose time or memory is used up is interrupted first; an engine that does not obey is killed, which ends that query
 * and nothing else.
 */
import { HozonError } from '../../base/errors.ts'
import { callsTo, type ChildCalls } from '../../sys/rpc.ts'
import type { Child, Sys } from '../../sys/sys.ts'
import { spillFolder } from './spill-folder.ts'

export interface EnginePoolOptions {
  /** Engines at a time: each may use `residentMiBMax`. */
  enginesMax: number
  /** Queries that wait for an engine; more are refused. */
  waitingMax: number
  /** An engine without work for so long ends, to give its memory back. */
  idleMs: number
  /** Resident memory of an engine above which it is killed. */
  residentMiBMax: number
  /** Each engine spills to a folder of its own below this one, which goes away with it. Undefined: none spills. */
  spillDirectory: string | undefined
}

export interface QueryLimits {
  timeoutMs: number
  signal: AbortSignal | undefined
}

/** Calls into one engine, for the length of one query. */
export type EngineCall = <T>(method: string, params: unknown) => Promise<T>

export interface EnginePool {
  /** Lends an engine to `use`. Rejects with HOZON_SQL_TIMEOUT, _MEMORY, _CANCELLED or HOZON_ENGINE_DIED. */
  lend<T>(limits: QueryLimits, use: (call: EngineCall) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** How long an interrupted engine may take to stop: it looks up between chunks of 2048 rows. */
const INTERRUPT_GRACE_MS = 2000
/**
 * An engine that keeps more than this share of its memory after a query is ended: the allocator gives little back, and
 * the next query would be killed for what this one took.
 */
const KEPT_SHARE_MAX = 0.6
/** How often an engine's memory is looked at: it can grow by 100 MB between two looks. */
const MEMORY_CHECK_MS = 50
const PAGE_BYTES = 4096

interface Engine {
  child: Child
  calls: ChildCalls
  idle: AbortController | undefined
}

type Sysp = Pick<Sys, 'clock' | 'files' | 'processes'>

export function openEnginePool(sys: Sysp, options: EnginePoolOptions): EnginePool {
  const free: Engine[] = []
  const all = new Set<Engine>()
  const waiting: { resolve: (engine: Engine) => void; reject: (error: Error) => void }[] = []
  let closed = false
  let started = 0

  function start(): Engine {
    const title = `hozon-engine-${++started}`
    const child = sys.processes.fork(new URL('./engine-child.ts', import.meta.url), { title, heapMiB: 512 })
    const engine: Engine = { child, calls: callsTo(child, title), idle: undefined }
    all.add(engine)
    void engine.calls.exited.then(() => forget(engine))
    return engine
  }

  function forget(engine: Engine): void {
    all.delete(engine)
    engine.idle?.abort()
    const { pid } = engine.child
    // A killed engine leaves what it has spilled, up to gigabytes. Where it can not be removed, the next start does.
    if (options.spillDirectory !== undefined && pid !== undefined)
      sys.files.removeTree(spillFolder(options.spillDirectory, pid)).catch(() => {})
    const index = free.indexOf(engine)
    if (index >= 0) free.splice(index, 1)
    if (!closed && waiting.length > 0) waiting.shift()!.resolve(start())
  }

  function take(signal: AbortSignal | undefined): Promise<Engine> {
    if (closed) return Promise.reject(stopped())
    const engine = free.pop()
    if (engine !== undefined) {
      engine.idle?.abort()
      return Promise.resolve(engine)
    }
    if (all.size < options.enginesMax) return Promise.resolve(start())
    if (waiting.length >= options.waitingMax) return Promise.reject(tooMany(options.waitingMax))
    const turn = Promise.withResolvers<Engine>()
    waiting.push(turn)
    signal?.addEventListener('abort', () => {
      const index = waiting.indexOf(turn)
      if (index >= 0) waiting.splice(index, 1)
      turn.reject(cancelled())
    })
    return turn.promise
  }

  function giveBack(engine: Engine): void {
    if (!all.has(engine)) return
    const next = waiting.shift()
    if (next !== undefined) return next.resolve(engine)
    free.push(engine)
    engine.idle = new AbortController()
    const { signal } = engine.idle
    void sys.clock.sleep(options.idleMs, signal).then(() => {
      if (!signal.aborted) engine.child.kill()
    })
  }

  return {
    async lend(limits, use) {
      if (limits.signal?.aborted === true) throw cancelled()
      const engine = await take(limits.signal)
      const guard = guardQuery(sys, engine, limits, options.residentMiBMax)
      try {
        const result = await use((method, params) => engine.calls.call(method, params))
        // A query that is interrupted may end as if it had no more rows.
        const stopped = guard.reason()
        if (stopped !== undefined) throw stopped
        return result
      } catch (error) {
        throw guard.reason() ?? error
      } finally {
        guard.end()
        // A query that was stopped may have left the engine in the middle of something.
        if (guard.reason() === undefined && (await isLean(sys, engine, options.residentMiBMax)))
          giveBack(engine)
        else {
          engine.child.kill('SIGKILL')
          // Only when it is gone does nobody write to the query's files any more: its owner may remove them then.
          await engine.calls.exited
        }
      }
    },
    async close() {
      closed = true
      for (const turn of waiting.splice(0)) turn.reject(stopped())
      const engines = [...all]
      for (const engine of engines) engine.child.kill('SIGKILL')
      await Promise.all(engines.map((engine) => engine.calls.exited))
    },
  }
}

async function isLean(sys: Sysp, engine: Engine, residentMiBMax: number): Promise<boolean> {
  const bytes = await residentBytes(sys, engine.child.pid)
  return bytes === undefined || bytes <= residentMiBMax * 1024 * 1024 * KEPT_SHARE_MAX
}

interface Guard {
  /** Why the query was stopped, if it was. */
  reason(): HozonError | undefined
  end(): void
}

/** Watches time, memory and the caller's wish while a query runs. */
function guardQuery(sys: Sysp, engine: Engine, limits: QueryLimits, residentMiBMax: number): Guard {
  const done = new AbortController()
  let reason: HozonError | undefined
  const stop = (why: HozonError): void => {
    if (done.signal.aborted || reason !== undefined) return
    reason = why
    // The call fails when the engine dies, which is what the grace below makes sure of.
    engine.calls.call('interrupt', null).catch(() => {})
    void sys.clock.sleep(INTERRUPT_GRACE_MS, done.signal).then(() => {
      if (!done.signal.aborted) engine.child.kill('SIGKILL')
    })
  }
  const onAbort = (): void => stop(cancelled())
  limits.signal?.addEventListener('abort', onAbort)
  void sys.clock.sleep(limits.timeoutMs, done.signal).then(() => stop(timedOut(limits.timeoutMs)))
  void watchMemory(sys, engine, residentMiBMax, done.signal, (why) => {
    reason ??= why
    engine.child.kill('SIGKILL')
  })
  return {
    reason: () => reason,
    end() {
      done.abort()
      limits.signal?.removeEventListener('abort', onAbort)
    },
  }
}

async function watchMemory(
  sys: Sysp,
  engine: Engine,
  residentMiBMax: number,
  signal: AbortSignal,
  exceed: (why: HozonError) => void,
): Promise<void> {
  while (!signal.aborted) {
    const bytes = await residentBytes(sys, engine.child.pid)
    if (bytes === undefined || signal.aborted) return
    if (bytes > residentMiBMax * 1024 * 1024) return exceed(outOfMemory(residentMiBMax))
    await sys.clock.sleep(MEMORY_CHECK_MS, signal)
  }
}

/** Undefined where there is no /proc (macOS): DuckDB's own limit is then the only one. */
async function residentBytes(sys: Sysp, pid: number | undefined): Promise<number | undefined> {
  try {
    const text = (await sys.files.readFile(`/proc/${pid}/statm`)).toString()
    return Number(text.split(' ')[1]) * PAGE_BYTES
  } catch {
    // No /proc, or the engine has just ended: nothing to watch.
    return undefined
  }
}

function timedOut(timeoutMs: number): HozonError {
  const details = { op: 'run query', hint: 'narrow it by its partition columns, or raise the time limit' }
  return new HozonError('HOZON_SQL_TIMEOUT', `the query took longer than ${timeoutMs} ms`, details)
}

function outOfMemory(mebibytes: number): HozonError {
  const details = { op: 'run query', hint: 'read fewer rows or columns at once' }
  return new HozonError('HOZON_SQL_MEMORY', `the query needed more than ${mebibytes} MiB of memory`, details)
}

function cancelled(): HozonError {
  return new HozonError('HOZON_SQL_CANCELLED', 'the query was cancelled', { op: 'run query' })
}

function stopped(): HozonError {
  return new HozonError('HOZON_SQL_CANCELLED', 'the query service is closed', { op: 'run query' })
}

function tooMany(waitingMax: number): HozonError {
  const details = { op: 'run query', retryable: true }
  return new HozonError('HOZON_SQL_FAILED', `more than ${waitingMax} queries are waiting already`, details)
}
