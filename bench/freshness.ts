/** How long it takes from write() until a SQL answer holds the line, while the file grows and deliveries go on. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ControlClient } from '../src/console/control-client.ts'
import { MB, quantile, runScript, withScratch } from './measure.ts'
import type { Report } from './report.ts'
import { statusOf, withServer } from './server.ts'

const SECONDS = 30
const MB_PER_SECOND = 5

interface Probe {
  askedMs: number
  answeredMs: number
  /** Number of the newest line in the answer. */
  newest: number
  /** Of the query's time: seal, prepare and plan; and the engine. */
  planMs: number
  runMs: number
}

interface Written {
  writes: [n: number, writtenMs: number][]
  written: number
  seconds: number
}

/** One run, whatever `runs` says: it holds some thousand writes. */
export async function measure(): Promise<Report> {
  return withScratch(async (folder) => {
    const path = join(folder, 'app.log')
    writeFileSync(path, '{"n":0}\n')
    // Deliveries shall fall into the time of the measurement.
    const streams =
      '  app: {collect: [{tail: {paths: [FOLDER/app.log]}}], deliver: {buffer: {size: 32MiB, interval: 5s}}}\n'
    return withServer(folder, streams, async ({ client }) => {
      // The first query starts the processes that prepare and query; it is a figure of its own.
      const first = await ask(client)
      const isOver = { value: false }
      const probing = probe(client, isOver)
      const written = await runScript<Written>('freshness-writer.ts', [
        path,
        String(SECONDS),
        String(MB_PER_SECOND),
      ])
      isOver.value = true
      const probes = await probing
      const { deliveredObjects, receivedRecords } = await statusOf(client, 'app')
      const last = await waitForAll(client, written, probes)
      return report({
        written,
        first,
        probes: [...probes, last],
        objects: deliveredObjects,
        records: receivedRecords,
      })
    })
  })
}

async function probe(client: ControlClient, isOver: { value: boolean }): Promise<Probe[]> {
  const probes: Probe[] = []
  while (!isOver.value) probes.push(await ask(client))
  return probes
}

async function ask(client: ControlClient): Promise<Probe> {
  const askedMs = Date.now()
  const { rows, stats } = await client.sql('SELECT max(n) FROM logs.app')
  const answeredMs = Date.now()
  return { askedMs, answeredMs, newest: Number(rows[0]?.[0]), planMs: stats.planMs, runMs: stats.runMs }
}

/** The writes after the last probe are seen too. */
async function waitForAll(client: ControlClient, { writes }: Written, probes: Probe[]): Promise<Probe> {
  const newest = writes.at(-1)?.[0] ?? 0
  for (;;) {
    const last = await ask(client)
    if (last.newest >= newest) return last
    probes.push(last)
  }
}

interface Measured {
  written: Written
  /** Before anything was written but one line. */
  first: Probe
  probes: Probe[]
  objects: number
  records: number
}

function report({ written, first, probes, objects, records }: Measured): Report {
  const visibleMs = latencies(written, probes)
  const answersMs = probes.map(({ askedMs, answeredMs }) => answeredMs - askedMs)
  const firstMs = first.answeredMs - first.askedMs
  const row = (what: string, values: number[]): (string | number)[] => [
    what,
    values.length,
    quantile(values, 0.5),
    quantile(values, 0.99),
    Math.max(...values),
  ]
  return {
    tables: [
      {
        columns: ['', 'count', 'p50 ms', 'p99 ms', 'max ms'],
        rows: [
          row('from write() to an answer that holds it', visibleMs),
          row('a query, from asking to its answer', answersMs),
          row(
            '· seal, prepare, plan',
            probes.map(({ planMs }) => planMs),
          ),
          row(
            '· engine',
            probes.map(({ runMs }) => runMs),
          ),
        ],
      },
    ],
    targets: [
      {
        what: 'p99 from write() to visible',
        bound: { most: 1000, unit: ' ms' },
        measured: quantile(visibleMs, 0.99),
      },
    ],
    notes: [
      `${(written.written / MB / written.seconds).toFixed(2)} MB/s for ${written.seconds.toFixed(0)} s; ${objects} objects of ${records} records were delivered meanwhile`,
      `before: the first query after the start took ${firstMs.toFixed(0)} ms`,
      'one query after the other: a line waits for the answer under way, then for its own',
    ],
  }
}

/** For each write: the first answer that holds its last line. */
function latencies({ writes }: Written, probes: Probe[]): number[] {
  let at = 0
  return writes.map(([n, writtenMs]) => {
    while ((probes[at]?.newest ?? Infinity) < n) at++
    return (probes[at]?.answeredMs ?? NaN) - writtenMs
  })
}
