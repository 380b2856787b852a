/** Memory under full load, and the price of a thousand files in which nothing happens. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { applicationLogFile, type Input } from './input.ts'
import { MB, memoryBytes, processTree, withScratch } from './measure.ts'
import type { Report } from './report.ts'
import type { BenchOptions } from './run.ts'
import { cpuByProcess, untilDelivered, untilReceived, withServer } from './server.ts'
import { followed, STREAM } from './throughput.ts'

const IDLE_FILES = 1000
const IDLE_SECONDS = 30
/** Longer than files count as lately changed (collect/tail/tail-limits.ts). */
const SETTLE_SECONDS = 15
/** smaps_rollup makes the kernel walk the page tables of the process: more often would slow it down. */
const SAMPLE_MS = 250

interface Peaks {
  mainResident: number
  mainHighWater: number
  groupProportional: number
  groupResident: number
}

export async function measure({ bytes }: BenchOptions): Promise<Report> {
  const input = await applicationLogFile(bytes)
  const peaks = await withScratch((folder) => underLoad(input, folder))
  const idlePercent = await withScratch(idle)
  return {
    tables: [
      {
        columns: ['at most, under full load', 'MB'],
        rows: [
          ['main process, RSS (VmHWM)', peaks.mainHighWater / MB],
          ['main process, RSS (sampled)', peaks.mainResident / MB],
          ['all processes, PSS', peaks.groupProportional / MB],
          ['all processes, RSS (shared pages count several times)', peaks.groupResident / MB],
        ],
      },
      {
        columns: ['idle', '% of a core'],
        rows: [[`${IDLE_FILES} files followed, ${IDLE_SECONDS} s`, idlePercent]],
      },
    ],
    targets: [
      {
        what: 'RSS of the main process',
        bound: { most: 150, unit: ' MB' },
        measured: peaks.mainHighWater / MB,
      },
      {
        what: 'PSS of all processes',
        bound: { most: 700, unit: ' MB' },
        measured: peaks.groupProportional / MB,
      },
      {
        what: `CPU with ${IDLE_FILES} idle files`,
        bound: { most: 1, unit: ' % of a core' },
        measured: idlePercent,
      },
    ],
    notes: [`load: ${(input.bytes / MB).toFixed(0)} MB of the application log as in section throughput`],
  }
}

async function underLoad(input: Input, folder: string): Promise<Peaks> {
  return withServer(folder, followed(input.path), async ({ client, pid }) => {
    const peaks: Peaks = { mainResident: 0, mainHighWater: 0, groupProportional: 0, groupResident: 0 }
    const isOver = new AbortController()
    const sampling = sample(pid, peaks, isOver.signal)
    await untilDelivered(client, STREAM, input.lines)
    isOver.abort()
    await sampling
    return peaks
  })
}

async function sample(pid: number, peaks: Peaks, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const group = processTree(pid)
    const sum = (file: 'status' | 'smaps_rollup', field: string): number =>
      group.reduce((total, each) => total + (memoryBytes(each, file, field) ?? 0), 0)
    peaks.mainResident = Math.max(peaks.mainResident, memoryBytes(pid, 'status', 'VmRSS') ?? 0)
    peaks.mainHighWater = Math.max(peaks.mainHighWater, memoryBytes(pid, 'status', 'VmHWM') ?? 0)
    peaks.groupProportional = Math.max(peaks.groupProportional, sum('smaps_rollup', 'Pss'))
    peaks.groupResident = Math.max(peaks.groupResident, sum('status', 'VmRSS'))
    await sleep(SAMPLE_MS)
  }
}

async function idle(folder: string): Promise<number> {
  const files = join(folder, 'files')
  mkdirSync(files)
  for (let at = 0; at < IDLE_FILES; at++) writeFileSync(join(files, `${at}.log`), `{"file":${at}}\n`)
  return withServer(folder, followed(join(files, '*.log')), async ({ client, pid }) => {
    await untilReceived(client, STREAM, IDLE_FILES)
    await client.flush(STREAM)
    await sleep(SETTLE_SECONDS * 1000)
    const total = (): number => [...cpuByProcess(pid).values()].reduce((sum, each) => sum + each, 0)
    const before = total()
    await sleep(IDLE_SECONDS * 1000)
    return ((total() - before) / IDLE_SECONDS) * 100
  })
}
