/**
 * The parent's side of the converter process. It is started by the first call and again after it died; a call that it
 * took down with it is made again, because a crash of the engine says nothing about the call before it.
 */
import { HozonError } from '../../base/errors.ts'
import { callsTo, type ChildCalls } from '../../sys/rpc.ts'
import type { Child, Sys } from '../../sys/sys.ts'
import { lane } from '../lane.ts'
import type { Converter } from './contract.ts'

export interface ConverterOptions {
  /** DIR/scratch/…: DuckDB's room for spilling. */
  temporary: string
  threads?: number
  memoryMiB?: number
  /** Start the process at once: the first call need not wait for it. */
  eager?: boolean
  /** Called when the process ended although nobody had asked it to. */
  died?: (reason: string) => void
}

/** Three crashes in the same call: it is the call that crashes the engine. */
const ATTEMPTS_MAX = 3
/**
 * One preparation: it is JavaScript, and the process has one thread for that. It never waits for a conversion, as
 * queries on fresh lines wait for it. Beside it two of the others, which keep two cores busy; more only hold memory.
 */
const PREPARATIONS_MAX = 1
const CONVERSIONS_MAX = 2
/**
 * One thread for each conversion, two side by side. With two threads DuckDB's first one spins whenever it has nothing
 * to do: bench/application-log.ts took a quarter more CPU time per byte, and not less time.
 */
const DEFAULT_THREADS = 1
/**
 * DuckDB's own account, which counts buffers in full that it hardly touches: with 64 MiB of lines in one object and
 * this limit the process was measured below 300 MiB. With 112 MiB every second conversion ran out of memory.
 */
const DEFAULT_MEMORY_MIB = 320
const HEAP_MIB = 96

export function openConverter(sys: Sys, options: ConverterOptions): Converter {
  let child: { process: Child; calls: ChildCalls } | undefined
  let closed = false
  const preparations = lane(PREPARATIONS_MAX)
  const conversions = lane(CONVERSIONS_MAX)

  function start(): ChildCalls {
    if (child !== undefined) return child.calls
    const forked = sys.processes.fork(new URL('./converter-child.ts', import.meta.url), {
      title: 'hozon-converter',
      heapMiB: HEAP_MIB,
      env: {
        HOZON_THREADS: String(options.threads ?? DEFAULT_THREADS),
        HOZON_MEMORY_MIB: String(options.memoryMiB ?? DEFAULT_MEMORY_MIB),
        HOZON_TEMPORARY: options.temporary,
      },
    })
    const calls = callsTo(forked, 'hozon-converter')
    const started = { process: forked, calls }
    child = started
    void calls.exited.then(({ code, signal }) => {
      if (child === started) child = undefined
      if (!closed) options.died?.(signal ?? `exit code ${code}`)
    })
    return calls
  }

  async function callUntilAnswered<T>(method: string, params: unknown): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      if (closed) throw closedError(method)
      const calls = start()
      try {
        return await calls.call<T>(method, params)
      } catch (error) {
        const died = error instanceof HozonError && error.code === 'HOZON_ENGINE_DIED'
        // The call hears of the death before `exited` does: the next attempt is not to meet the dead process.
        if (died && child?.calls === calls) child = undefined
        if (!died || closed || attempt >= ATTEMPTS_MAX) throw error
      }
    }
  }

  if (options.eager) start()
  return {
    prepare: (job) => preparations(() => callUntilAnswered('prepare', job)),
    writeUnits: (job) => preparations(() => callUntilAnswered('writeUnits', job)),
    convert: (job) => conversions(() => callUntilAnswered('convert', job)),
    encode: (job) => conversions(() => callUntilAnswered('encode', job)),
    refit: (job) => conversions(() => callUntilAnswered('refit', job)),
    async close() {
      closed = true
      if (child === undefined) return
      const { process, calls } = child
      process.kill('SIGTERM')
      await calls.exited
    },
  }
}

function closedError(op: string): HozonError {
  return new HozonError('HOZON_ENGINE_DIED', 'the converter is closed', { op, retryable: true })
}
