/** The processes that hold Hozon's engines, found from outside. */
import { readdirSync, readFileSync } from 'node:fs'

export interface Engine {
  pid: number
  kind: 'converter' | 'query engine'
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

/** /proc/PID/stat: `pid (name) state ppid …`, where the name may hold anything. */
function parentOf(pid: number): number {
  return Number(
    read(pid, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ')[1],
  )
}

/** Its title; before it has set one, its module. */
function kindOf(pid: number): Engine['kind'] | undefined {
  const command = read(pid, 'cmdline')
  if (/hozon-converter|converter-child/.test(command)) return 'converter'
  if (/hozon-engine|engine-child/.test(command)) return 'query engine'
  return undefined
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // It has just ended.
    return ''
  }
}
