/**
 * The engines: child processes, each running one query at a time, started when needed and ended when idle. A query
 * whose time or memory is used up is interrupted first; an engine that does not obey is killed, which ends that query
 * and nothing else.
 */
import { HozonError } from '../../base/errors.ts'
import { callsTo, type ChildCalls } from '../../sys/rpc.ts'
import type { Child, Sys } from '../../sys/sys.ts'
import type { DiskRoom, TakenRoom } from '../disk-room.ts'
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
  room: DiskRoom
}

export interface QueryLimits {
  timeoutMs: number
  signal: AbortSignal | undefined
  /** What the engine writes besides what it spills: HOZON_SQL_DISK when it is too much. */
  paths?: readonly string[]
}

/** Calls into one engine, for the length of one query. */
export type EngineCall = <T>(method: string, params: unknown) => Promise<T>

export type UseEngine<T> = (call: EngineCall, signal: AbortSignal) => Promise<T>

export interface EnginePool {
  /**
   * Lends an engine to `use`, whose signal aborts when the query is stopped for any reason: what it does besides calling
   * the engine must end then. Rejects with HOZON_SQL_TIMEOUT, _MEMORY, _DISK, _CANCELLED or HOZON_ENGINE_DIED.
   */
  lend<T>(limits: QueryLimits, use: UseEngine<T>): Promise<T>
  close(): Promise<void>
}

/** How long a query that is stopped may take to end: an engine looks up between chunks of 2048 rows. */
const INTERRUPT_GRACE_MS = 2000
/**
 * An engine that keeps more than this share of its memory after a query is ended: the allocator gives little back, and
 * the next query would be killed for what this one took.
 */
const KEPT_SHARE_MAX = 0.6
/** An instance is closed in milliseconds; the files that it spilled, gigabytes, are removed with it. */
const SETTLE_MS = 30_000
/** How often an engine's memory is looked at: it can grow by 100 MB between two looks. */
const MEMORY_CHECK_MS = 50
const PAGE_BYTES = 4096

interface Engine {
  child: Child
  calls: ChildCalls
  idle: AbortController | undefined
  /** It has ended, and nothing of it is left on the disk. */
  gone: Promise<void>
}

type Sysp = Pick<Sys, 'clock' | 'files' | 'processes'>

export function openEnginePool(sys: Sysp, options: EnginePoolOptions): EnginePool {
  const free: Engine[] = []
  const all = new Set<Engine>()
  /** Answered, and not yet done with: they are free in a moment. */
  let settling = 0
  const waiting: { resolve: (engine: Engine) => void; reject: (error: Error) => void }[] = []
  let closed = false
  let started = 0

  function start(): Engine {
    const title = `hozon-engine-${++started}`
    const child = sys.processes.fork(new URL('./engine-child.ts', import.meta.url), { title, heapMiB: 512 })
    const engine: Engine = { child, calls: callsTo(child, title), idle: undefined, gone: Promise.resolve() }
    all.add(engine)
    engine.gone = engine.calls.exited.then(() => forget(engine))
    return engine
  }

  async function forget(engine: Engine): Promise<void> {
    all.delete(engine)
    engine.idle?.abort()
    const index = free.indexOf(engine)
    if (index >= 0) free.splice(index, 1)
    serveWaiting()
    // A killed engine leaves what it has spilled, up to gigabytes. Where it can not be removed, the next start does.
    for (const folder of spilledBy(engine)) await sys.files.removeTree(folder).catch(() => {})
  }

  /** Those for whom no engine that settles will be free: it may have died instead. */
  function serveWaiting(): void {
    while (!closed && waiting.length > settling && all.size < options.enginesMax)
      waiting.shift()!.resolve(start())
  }

  function spilledBy({ child: { pid } }: Engine): string[] {
    const { spillDirectory } = options
    return spillDirectory === undefined || pid === undefined ? [] : [spillFolder(spillDirectory, pid)]
  }

  function take(signal: AbortSignal | undefined): Promise<Engine> {
    if (closed) return Promise.reject(stopped())
    const engine = free.pop()
    if (engine !== undefined) {
      engine.idle?.abort()
      return Promise.resolve(engine)
    }
    if (all.size < options.enginesMax && waiting.length >= settling) return Promise.resolve(start())
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

  /** Behind the answer: what the query held is given back, and with it the engine. */
  async function settle(engine: Engine, taken: TakenRoom): Promise<void> {
    settling++
    const settled = new AbortController()
    void sys.clock.sleep(SETTLE_MS, settled.signal).then(() => {
      if (!settled.signal.aborted) engine.child.kill('SIGKILL')
    })
    try {
      await engine.calls.call('settle', null)
      if (!(await isLean(sys, engine, options.residentMiBMax))) {
        engine.child.kill('SIGKILL')
        await engine.gone
      }
    } catch (error) {
      // It died, or can not close its instance: the answer is out, and the next query gets another engine.
      const isDead = error instanceof HozonError && error.code === 'HOZON_ENGINE_DIED'
      if (!isDead) engine.child.kill('SIGKILL')
      await engine.gone
    }
    settled.abort()
    settling--
    taken.release()
    giveBack(engine)
  }

  function giveBack(engine: Engine): void {
    if (!all.has(engine)) return serveWaiting()
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
      const paths = [...spilledBy(engine), ...(limits.paths ?? [])]
      const taken = await options.room.take({ paths, stop: guard.kill })
      try {
        const used = use((method, params) => engine.calls.call(method, params), guard.signal)
        const result = await Promise.race([used, guard.overdue])
        // A query that is interrupted may end as if it had no more rows.
        const stopped = guard.reason()
        if (stopped !== undefined) throw stopped
        return result
      } catch (error) {
        throw guard.reason() ?? error
      } finally {
        guard.end()
        if (guard.reason() === undefined) void settle(engine, taken)
        else {
          // A query that was stopped may have left the engine in the middle of something.
          engine.child.kill('SIGKILL')
          // Only when it is gone does nobody write to the query's files any more: its owner may remove them then.
          await engine.gone
          taken.release()
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
  /** Aborts when the query is stopped. */
  signal: AbortSignal
  /** Rejects when a query that was stopped goes on all the same: whatever it waits for, nobody waits for it. */
  overdue: Promise<never>
  /** At once: what it takes meanwhile is taken from others. */
  kill: (why: HozonError) => void
  end(): void
}

/** Watches time, memory and the caller's wish while a query runs. */
function guardQuery(sys: Sysp, engine: Engine, limits: QueryLimits, residentMiBMax: number): Guard {
  const done = new AbortController()
  const ended = new AbortController()
  const overdue = Promise.withResolvers<never>()
  let reason: HozonError | undefined
  const end = (why: HozonError): void => {
    reason = why
    ended.abort()
    void sys.clock.sleep(INTERRUPT_GRACE_MS, done.signal).then(() => {
      if (done.signal.aborted) return
      engine.child.kill('SIGKILL')
      overdue.reject(why)
    })
  }
  const stop = (why: HozonError): void => {
    if (done.signal.aborted || reason !== undefined) return
    // The call fails when the engine dies, which is what the grace makes sure of.
    engine.calls.call('interrupt', null).catch(() => {})
    end(why)
  }
  const kill = (why: HozonError): void => {
    if (done.signal.aborted) return
    engine.child.kill('SIGKILL')
    if (reason === undefined) end(why)
  }
  const onAbort = (): void => stop(cancelled())
  limits.signal?.addEventListener('abort', onAbort)
  void sys.clock.sleep(limits.timeoutMs, done.signal).then(() => stop(timedOut(limits.timeoutMs)))
  void watchMemory(sys, engine, residentMiBMax, done.signal, kill)
  return {
    reason: () => reason,
    signal: ended.signal,
    overdue: overdue.promise,
    kill,
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
