/** From a file to rows that SQL reads from delivered Parquet, against DuckDB's own COPY of the same file. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { applicationLogFile, type Input } from './input.ts'
import { MB, median, runScript, withScratch } from './measure.ts'
import type { Report } from './report.ts'
import type { BenchOptions } from './run.ts'
import { cpuByProcess, untilDelivered, withServer } from './server.ts'

interface Copy {
  seconds: number
  cpuSeconds: number
  parquetBytes: number
}

interface Delivery {
  seconds: number
  cpu: Map<string, number>
}

export const STREAM = 'app'

/** All defaults: what someone gets who has just begun. */
export const followed = (path: string): string => `  ${STREAM}: {collect: [{tail: {paths: [${path}]}}]}\n`

export async function measure({ bytes, runs }: BenchOptions): Promise<Report> {
  const input = await applicationLogFile(bytes)
  const copies: Copy[] = []
  const deliveries: Delivery[] = []
  for (let turn = 0; turn < runs; turn++) {
    copies.push(await withScratch((folder) => copy(input, folder)))
    deliveries.push(await withScratch((folder) => deliver(input, folder)))
  }
  return report(input, copies, deliveries)
}

/** From the start of the process to its end, as for us. */
async function copy(input: Input, folder: string): Promise<Copy> {
  const out = join(folder, 'copy.parquet')
  const startedMs = performance.now()
  const { cpuSeconds } = await runScript<{ cpuSeconds: number }>('duckdb-copy.ts', [input.path, out])
  return { seconds: (performance.now() - startedMs) / 1000, cpuSeconds, parquetBytes: statSync(out).size }
}

/** From the start of the server until a query has counted all rows in its objects. */
async function deliver(input: Input, folder: string): Promise<Delivery> {
  const startedMs = performance.now()
  return withServer(folder, followed(input.path), async ({ client, pid }) => {
    await untilDelivered(client, STREAM, input.lines)
    const seconds = (performance.now() - startedMs) / 1000
    return { seconds, cpu: cpuByProcess(pid) }
  })
}

function report(input: Input, copies: Copy[], deliveries: Delivery[]): Report {
  const rate = (runs: { seconds: number }[]): number =>
    input.bytes / MB / median(runs.map((run) => run.seconds))
  const names = [...new Set(deliveries.flatMap(({ cpu }) => [...cpu.keys()]))]
  const cpuOf = (name: string): number => median(deliveries.map(({ cpu }) => cpu.get(name) ?? 0))
  const total = median(deliveries.map(({ cpu }) => [...cpu.values()].reduce((sum, each) => sum + each, 0)))
  const [ours, theirs] = [rate(deliveries), rate(copies)]
  return {
    tables: [
      {
        columns: ['program', 'MB/s', 'CPU-seconds', 'part of DuckDB'],
        rows: [
          ['Hozon, file to queryable Parquet', ours, total, ours / theirs],
          ...names.map((name) => [`· ${name}`, '', cpuOf(name), '']),
          ['DuckDB COPY, file to Parquet', theirs, median(copies.map((run) => run.cpuSeconds)), 1],
        ],
      },
    ],
    targets: [
      {
        what: 'speed as part of a bare DuckDB COPY',
        bound: { least: 0.5, unit: '' },
        measured: ours / theirs,
      },
    ],
    notes: [
      `${(input.bytes / MB).toFixed(0)} MB of the application log, ${input.lines} lines, in the page cache; both from the start of the process`,
    ],
  }
}
