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

interface Started {
  process: FunctionProcess
  /** Of the module's file when the process was started. */
  version: string
}

export function openModuleFunction(sys: Sys, options: FunctionProcessOptions): FunctionTarget {
  const inTurn = lane(PROCESSES_MAX)
  const idle: Started[] = []
  const busy = new Set<Started>()
  let closed = false

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

  async function callOnce(invocation: Invocation) {
    const started = await ready()
    busy.add(started)
    try {
      // Closed while the file was looked at: nobody would end this process any more.
      if (closed) void started.process.end()
      return await started.process.call(invocation)
    } finally {
      busy.delete(started)
      if (started.process.isAlive && !closed) idle.push(started)
    }
  }

  return {
    callsMax: PROCESSES_MAX,
    call: (invocation) => inTurn(() => callOnce(invocation)),
    async close() {
      closed = true
      await Promise.all([...idle.splice(0), ...busy].map(({ process }) => process.end()))
    },
  }
}
