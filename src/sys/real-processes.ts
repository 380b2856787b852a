import { fork as forkNode } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Child, Processes } from './sys.ts'

/** What a child may see of our environment. Credentials of the store in particular stay with the parent. */
const INHERITED = ['PATH', 'TZ', 'LANG', 'HOME', 'NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE'] as const

export const realProcesses: Processes = {
  pid: process.pid,
  fork(module, options) {
    const env: Record<string, string> = {}
    for (const name of INHERITED) if (process.env[name] !== undefined) env[name] = process.env[name]
    const execArgv = options.heapMiB === undefined ? [] : [`--max-old-space-size=${options.heapMiB}`]
    const output = options.output === undefined ? 'inherit' : 'pipe'
    const forked = forkNode(runnablePath(module), [], {
      env: { ...env, ...options.env, HOZON_TITLE: options.title },
      execArgv,
      serialization: 'advanced',
      stdio: ['ignore', output, output, 'ipc'],
    })
    const child: Child = {
      pid: forked.pid,
      send: (message) => {
        // A child that has just died: its onExit tells the owner, which repeats what was lost.
        if (forked.connected) forked.send(message as object, () => {})
      },
      onMessage: () => {},
      onExit: () => {},
      kill: (signal = 'SIGTERM') => void forked.kill(signal),
    }
    forked.on('message', (message) => child.onMessage(message))
    for (const stream of [forked.stdout, forked.stderr])
      stream?.on('data', (bytes: Buffer) => options.output?.(bytes))
    let exited = false
    const exit = (code: number | null, signal: string | null): void => {
      if (!exited) child.onExit(code, signal)
      exited = true
    }
    forked.on('exit', exit)
    forked.on('error', () => exit(null, 'error'))
    return child
  },
  isAlive(pid) {
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  },
}

/** A published package holds compiled JavaScript only, under the same names. */
function runnablePath(module: URL): string {
  const path = fileURLToPath(module)
  return import.meta.url.endsWith('.js') ? path.replace(/\.ts$/, '.js') : path
}
