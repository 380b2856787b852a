/** A function that is a local module. Its processes are started by the first calls and again after they ended. */
import type { Sys } from '../../sys/sys.ts'
import { lane } from '../lane.ts'
import {
  startFunctionProcess,
  type FunctionProcess,
  type FunctionProcessOptions,
} from './function-process.ts'
import type { FunctionTarget, Invocation } from './function-target.ts'

/** As many calls of a function at the same time, each in a process of some 50 MB. */
const PROCESSES_MAX = 2
/** A function that nobody called for so long costs no memory any more; the next call waits for a start, some 100 ms. */
const IDLE_MS = 5 * 60 * 1000

interface Started {
  process: FunctionProcess
  /** Of the module's file when the process was started. */
  version: string
}

export function openModuleFunction(sys: Sys, options: FunctionProcessOptions): FunctionTarget {
  const inTurn = lane(PROCESSES_MAX)
  const idle: Started[] = []
  const busy = new Set<Started>()
  const closed = new AbortController()
  let calls = 0
  let isWatching = false

  /** A file that was changed is loaded anew: with the next call and not with the next start of the server. */
  async function moduleVersion(): Promise<string> {
    try {
      const { ino, size, mtimeNs } = await sys.files.stat(options.module)
      return `${ino} ${size} ${mtimeNs}`
    } catch {
      // Loading it says what is wrong, in the function's own failure.
      return 'unknown'
    }
  }

  async function ready(): Promise<Started> {
    const version = await moduleVersion()
    for (let found = idle.pop(); found !== undefined; found = idle.pop()) {
      if (found.process.isAlive && found.version === version) return found
      void found.process.end()
    }
    return { process: startFunctionProcess(sys, options), version }
  }

  async function endWhenIdle(): Promise<void> {
    if (isWatching) return
    isWatching = true
    while (busy.size > 0 || idle.length > 0) {
      const before = calls
      await sys.clock.sleep(IDLE_MS, closed.signal)
      if (closed.signal.aborted) return
      if (calls === before) for (const { process } of idle.splice(0)) void process.end()
    }
    isWatching = false
  }

  async function callOnce(invocation: Invocation) {
    calls++
    const started = await ready()
    busy.add(started)
    void endWhenIdle()
    try {
      // Closed while the file was looked at: nobody would end this process any more.
      if (closed.signal.aborted) void started.process.end()
      return await started.process.call(invocation)
    } finally {
      busy.delete(started)
      if (started.process.isAlive && !closed.signal.aborted) idle.push(started)
    }
  }

  return {
    callsMax: PROCESSES_MAX,
    call: (invocation) => inTurn(() => callOnce(invocation)),
    async close() {
      closed.abort()
      await Promise.all([...idle.splice(0), ...busy].map(({ process }) => process.end()))
    },
  }
}
