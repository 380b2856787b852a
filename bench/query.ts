/**
 * Questions to delivered Parquet: through a running server, through bare DuckDB on the same files, and through ClickHouse
 * (npm `chdb`) on the same files. HOZON_BENCH_BYTES=3300000000 makes ten million rows.
 */
import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { ControlClient } from '../src/console/control-client.ts'
import { applicationLogFile, type Input } from './input.ts'
import { CACHE, median, runScript, withScratch } from './measure.ts'
import type { Report } from './report.ts'
import type { BenchOptions } from './run.ts'
import { untilDelivered, withServer } from './server.ts'
import { followed, STREAM } from './throughput.ts'

const TABLE = `logs.${STREAM}`
const CHDB = 'chdb@3.4.0'

/** What is put into each program's words: `{table}`, `{minute}` of the column time, `{id}` of one line. */
const QUESTIONS: Record<string, string> = {
  'count(*)': 'SELECT count(*) FROM {table}',
  needle: `SELECT service, path, status, latency_ms, message FROM {table} WHERE request_id = '{id}'`,
  'top 10': 'SELECT path, count(*) AS n FROM {table} GROUP BY path ORDER BY n DESC, path LIMIT 10',
  histogram:
    'SELECT {minute} AS m, level, count(*) AS n FROM {table} GROUP BY {minute}, level ORDER BY m, level',
  'errors by service': `SELECT service, count(*) AS n, max(latency_ms) FROM {table} WHERE status >= 500 GROUP BY service ORDER BY service`,
  'text search': `SELECT count(*) FROM {table} WHERE message LIKE '%slow query%'`,
}

/** Beyond the first, which warms up. */
const ASKED_MIN = 3
/** Each program in turn, so often: what the machine does besides meets all of them. */
const ROUNDS = 7

/** Between two questions to any of the programs: somebody reads an answer. Ours makes the next query's instance meanwhile. */
export const PAUSE_MS = 50

/** What a query through a server may cost more than DuckDB alone. */
const OVERHEAD = { factor: 1.2, ms: 30 }

export interface Asked {
  /** Of each run, in milliseconds. */
  ms: number[]
  rows: number
}

type Results = Record<'ours' | 'bare' | 'peer', Asked[]>

export async function measure({ bytes, runs }: BenchOptions): Promise<Report> {
  const input = await applicationLogFile(bytes)
  const times = Math.max(runs, ASKED_MIN)
  return withScratch((folder) =>
    withServer(folder, followed(input.path), async ({ client, dataDirectory }) => {
      await untilDelivered(client, STREAM, input.lines)
      const files = join(dataDirectory, 'store/logs/**/*.parquet')
      const { rows } = await client.sql(`SELECT max(request_id) FROM ${TABLE}`)
      const id = JSON.parse(rows[0]![0]!) as string
      const texts = Object.values(QUESTIONS).map((question) => question.replace('{id}', id))
      const chdb = await chdbFolder()
      const programs = {
        ours: () => askServer(client, texts, times),
        bare: () => runScript<Asked[]>('duckdb-query.ts', [files, String(times), ...texts]),
        peer: () => runScript<Asked[]>('chdb-query.ts', [chdb, files, String(times), ...texts]),
      }
      const asked: Results = { ours: [], bare: [], peer: [] }
      for (let round = 0; round < ROUNDS; round++)
        for (const name of ['ours', 'bare', 'peer'] as const)
          asked[name] = together(asked[name], await programs[name]())
      return report(input, globSync(files).length, asked)
    }),
  )
}

function together(before: Asked[], now: Asked[]): Asked[] {
  return now.map(({ ms, rows }, at) => ({ ms: [...(before[at]?.ms ?? []), ...ms], rows }))
}

async function askServer(client: ControlClient, questions: string[], times: number): Promise<Asked[]> {
  const answers: Asked[] = []
  for (const question of questions) {
    const sql = question.replaceAll('{table}', TABLE).replaceAll('{minute}', `date_trunc('minute', time)`)
    const asked: Asked = { ms: [], rows: 0 }
    for (let run = 0; run <= times; run++) {
      await sleep(PAUSE_MS)
      const startedMs = performance.now()
      asked.rows = (await client.sql(sql)).rows.length
      if (run > 0) asked.ms.push(performance.now() - startedMs)
    }
    answers.push(asked)
  }
  return answers
}

/** Installed once; it is no dependency of the project. */
async function chdbFolder(): Promise<string> {
  const folder = join(CACHE, 'chdb')
  if (!existsSync(join(folder, 'node_modules/chdb'))) {
    mkdirSync(folder, { recursive: true })
    console.log(`installing ${CHDB} into ${folder}: once, half a gigabyte`)
    await promisify(execFile)('npm', ['install', '--no-save', '--prefix', folder, CHDB])
  }
  return folder
}

function report(input: Input, files: number, { ours, bare, peer }: Results): Report {
  const names = Object.keys(QUESTIONS)
  const wrong = names.filter(
    (_, at) => ours[at]!.rows !== bare[at]!.rows || ours[at]!.rows !== peer[at]!.rows,
  )
  if (wrong.length > 0) throw new Error(`the programs answer differently: ${wrong.join(', ')}`)
  const middle = (asked: Asked[], at: number): number => median(asked[at]!.ms)
  const factors = names.map((_, at) => (middle(ours, at) - OVERHEAD.ms) / middle(bare, at))
  return {
    tables: [
      {
        columns: [
          'question',
          'Hozon, ms',
          'bare DuckDB, ms',
          'ClickHouse (chdb), ms',
          '(Hozon − 30 ms) / DuckDB',
        ],
        rows: names.map((name, at) => [
          name,
          middle(ours, at),
          middle(bare, at),
          middle(peer, at),
          Math.max(0, factors[at]!),
        ]),
      },
    ],
    targets: [
      {
        what: 'the largest (time − 30 ms) / time of bare DuckDB',
        bound: { most: OVERHEAD.factor, unit: '' },
        measured: Math.max(...factors),
      },
    ],
    notes: [
      `${input.lines} rows in ${files} Parquet files of one table; medians of ${ours[0]!.ms.length} runs in ${ROUNDS} rounds, one more in each to warm up; ${PAUSE_MS} ms between two questions`,
      'DuckDB and ClickHouse run inside a warm process and read the files by a glob; ours is asked over HTTP, plans, and runs in a locked engine',
    ],
  }
}
