/** Runs the real program: `hozon up` as a child that can be killed, and the other commands to their end. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const MAIN = resolve(ROOT, 'src/cli/main.ts')
/** As bin/hozon sets it. */
const COMPILED = { NODE_COMPILE_CACHE: resolve(ROOT, 'node_modules/.cache/hozon') }

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** One command to its end. */
export async function hozon(
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...COMPILED, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output() }
}

export interface Up {
  /** The line that begins with `hozon ready`. Rejects with what was printed when it ends first. */
  ready: Promise<string>
  exited: Promise<number | null>
  output(): { stdout: string; stderr: string }
  /** SIGKILL to the main process only: its children must notice by themselves. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  pid: number
}

/** `hozon up FILE --data DIR` on free ports; `port` is for clients that come back after a restart. */
export function hozonUp(
  file: string,
  data: string,
  options: { env?: Record<string, string>; port?: number } = {},
): Up {
  const args = [MAIN, 'up', file, '--data', data, '--port', String(options.port ?? 0), '--console-port', '0']
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...COMPILED, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(child)
  const exited = once(child, 'close').then(([code]) => code as number | null)
  const ready = new Promise<string>((resolveReady, reject) => {
    child.stdout.on('data', () => {
      const line = /^hozon ready.*$/m.exec(output().stdout)
      if (line !== null) resolveReady(line[0])
    })
    void exited.then((code) =>
      reject(new Error(`hozon up ended with ${code}: ${output().stderr}${output().stdout}`)),
    )
  })
  // Who kills it before it is ready does not look at this.
  ready.catch(() => {})
  return {
    ready,
    exited,
    output,
    pid: child.pid ?? -1,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
}

/** Rows of `hozon sql --format json`. */
export async function sql(data: string, query: string): Promise<Record<string, unknown>[]> {
  const done = await hozon(['sql', query, '--data', data, '--format', 'json'])
  if (done.code !== 0) throw new Error(`hozon sql ended with ${done.code}: ${done.stderr}`)
  return JSON.parse(done.stdout) as Record<string, unknown>[]
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return () => ({ stdout, stderr })
}

/** Asks again until `condition` gives something; for what another process does in its own time. */
export async function eventually<T>(
  condition: () => Promise<T | undefined> | T | undefined,
  what: string,
  pauseMs = 50,
): Promise<T> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += pauseMs) {
    const value = await condition()
    if (value !== undefined) return value
    await new Promise((wake) => setTimeout(wake, pauseMs))
  }
  throw new Error(`waited for too long: ${what}`)
}
