/**
 * Measures: `npm run bench`, or `npm run bench tail size` for some sections. Each prints a table, and a line per target.
 * HOZON_BENCH_BYTES is the size of the log (default 1 GB), HOZON_BENCH_RUNS how often each figure is measured (default 3).
 */
import { printReport, saveReport, type Report } from './report.ts'

export interface BenchOptions {
  bytes: number
  runs: number
}

/** Loaded when it is wanted, so that one section does not need what another imports. */
const SECTIONS: Record<string, () => Promise<{ measure: (options: BenchOptions) => Promise<Report> }>> = {
  tail: () => import('./tail.ts'),
  throughput: () => import('./throughput.ts'),
  freshness: () => import('./freshness.ts'),
  size: () => import('./size.ts'),
  memory: () => import('./memory.ts'),
  firehose: () => import('./firehose.ts'),
  serdes: () => import('./serdes.ts'),
  query: () => import('./query.ts'),
  plan: () => import('./plan.ts'),
  s3: () => import('./s3.ts'),
}

const names = process.argv.slice(2)
const chosen = names.length === 0 ? Object.keys(SECTIONS) : names
const unknown = chosen.filter((name) => SECTIONS[name] === undefined)
if (unknown.length > 0) {
  console.error(`no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}`)
  process.exit(2)
}
const options = { bytes: fromEnv('HOZON_BENCH_BYTES', 1e9), runs: fromEnv('HOZON_BENCH_RUNS', 3) }
for (const name of chosen) {
  const section = await SECTIONS[name]?.()
  if (section === undefined) continue
  const report = await section.measure(options)
  printReport(name, report)
  saveReport(name, options.bytes, report)
}

function fromEnv(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback)
  if (Number.isSafeInteger(value) && value > 0) return value
  console.error(`${name} must be a whole number above 0`)
  process.exit(2)
}
