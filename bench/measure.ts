/** Small pieces of every measurement: medians, CPU time of processes, programs run to their end, scratch folders. */
import { execFile } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

export const ROOT = resolve(import.meta.dirname, '..')

/** On the disk of the repository and not in /tmp, which may be memory: an fsync there would cost nothing. */
export const CACHE = join(ROOT, '.cache/bench')

export const MB = 1_000_000

/** Linux counts CPU time in hundredths of a second (USER_HZ) on every architecture Node runs on. */
const TICKS_PER_SECOND = 100

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value at or below which the part `q` of all values lies; between two of them in proportion. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN]
  return low + (high - low) * (at - Math.floor(at))
}

/** A folder that is removed when `use` has ended. */
export async function withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'scratch-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const TOUCHED_BYTES = 4 * MB

/**
 * Fills free memory with pages of a file that is removed at once. A virtual machine's host takes back memory that is free for a while, and the first to
 * write to it again pays for that: what a server puts into files is such memory, four times as dear then as any that was used just before.
 */
export function touchFreeMemory(folder: string, bytes: number): void {
  const path = join(folder, 'touched')
  const file = openSync(path, 'w')
  const piece = Buffer.alloc(TOUCHED_BYTES, 'x')
  for (let at = 0; at < bytes; at += piece.length) writeSync(file, piece)
  closeSync(file)
  rmSync(path)
}

/**
 * Runs a script of this folder in a fresh process; it prints one JSON value as its last line. The modules come from a
 * compile cache, as the published package, which holds JavaScript, does not pay for TypeScript at each start either.
 */
export async function runScript<T>(name: string, args: string[]): Promise<T> {
  const script = join(import.meta.dirname, name)
  const env = { ...process.env, NODE_COMPILE_CACHE: join(CACHE, 'compiled') }
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { cwd: ROOT, env })
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T
}

/** User and system time of a process with all its threads, those that ended too; undefined when it is gone. */
export function cpuSeconds(pid: number): number | undefined {
  const fields = statFields(pid)
  if (fields === undefined) return undefined
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** `pid` and all its descendants. */
export function processTree(pid: number, all: readonly number[] = allPids()): number[] {
  const children = all.filter((each) => Number(statFields(each)?.[1]) === pid)
  return [pid, ...children.flatMap((child) => processTree(child, all))]
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** Fields of /proc/PID/stat behind the name, which may hold spaces: state is 0, parent 1, utime 11, stime 12. */
function statFields(pid: number): string[] | undefined {
  const text = procFile(pid, 'stat')
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** What `ps` shows first: `hozon-converter` for a child that has named itself. */
export function processName(pid: number): string {
  return procFile(pid, 'cmdline')?.split('\0')[0]?.split(' ')[0] ?? ''
}

/** kB lines of /proc/PID/status and smaps_rollup, in bytes: VmRSS, VmHWM, Pss. */
export function memoryBytes(pid: number, file: 'status' | 'smaps_rollup', field: string): number | undefined {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(procFile(pid, file) ?? '')
  return match === null ? undefined : Number(match[1]) * 1024
}

/** undefined when the process has ended meanwhile. */
function procFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return undefined
  }
}

/** Looks again every `everyMs` until `probe` gives something. */
export async function until<T>(
  what: string,
  limitMs: number,
  everyMs: number,
  probe: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const endMs = performance.now() + limitMs
  while (performance.now() < endMs) {
    const value = await probe()
    if (value !== undefined) return value
    await sleep(everyMs)
  }
  throw new Error(`not within ${limitMs / 1000} s: ${what}`)
}
