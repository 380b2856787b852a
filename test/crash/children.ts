/** The processes that hold Hozon's engines, found from outside. */
import { readdirSync, readFileSync } from 'node:fs'

/** Their titles; before they have set one, their modules. */
const KINDS = {
  converter: /hozon-converter|converter-child/,
  'query engine': /hozon-engine|engine-child/,
  'file reader': /hozon-files|rewriter-child/,
  crawler: /hozon-crawler|classify-child/,
}

export interface Engine {
  pid: number
  kind: keyof typeof KINDS
}

export function enginesOf(parent: number): Engine[] {
  const engines: Engine[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const pid = Number(name)
    const kind = parentOf(pid) === parent ? kindOf(pid) : undefined
    if (kind !== undefined) engines.push({ pid, kind })
  }
  return engines
}

/** False: it ended by itself since it was found, as engines without work and used-up ones do. */
export function killEngine({ pid }: Engine): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** /proc/PID/stat: `pid (name) state ppid …`, where the name may hold anything. */
function parentOf(pid: number): number {
  return Number(
    read(pid, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ')[1],
  )
}

function kindOf(pid: number): Engine['kind'] | undefined {
  const command = read(pid, 'cmdline')
  const kinds = Object.keys(KINDS) as Engine['kind'][]
  return kinds.find((kind) => KINDS[kind].test(command))
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // It has just ended.
    return ''
  }
}
