/** What a section hands back, and how it is printed and kept. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { CACHE } from './measure.ts'

export interface Report {
  tables: Table[]
  targets: Target[]
  /** What a reader must know to judge the figures: peers that were missing, sizes. */
  notes: string[]
}

export interface Table {
  columns: string[]
  rows: (string | number)[][]
}

export interface Target {
  what: string
  /** `≥ 3` or `≤ 700 MB` */
  bound: { least?: number; most?: number; unit: string }
  /** undefined: not measured, `notes` say why. */
  measured: number | undefined
}

export function printReport(section: string, report: Report): void {
  console.log(`\n## ${section}\n`)
  for (const table of report.tables) console.log(markdown(table) + '\n')
  for (const note of report.notes) console.log(`- ${note}`)
  for (const target of report.targets) console.log(targetLine(target))
}

export function saveReport(section: string, bytes: number, report: Report): void {
  mkdirSync(CACHE, { recursive: true })
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
  }
  const at = new Date().toISOString()
  const targets = report.targets.map((target) => ({ ...target, met: isMet(target) }))
  const text = JSON.stringify({ section, at, bytes, machine, ...report, targets }, null, 2)
  writeFileSync(join(CACHE, `${section}.json`), text + '\n')
}

/** Four digits at most: more would pretend a precision that two runs do not share. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value >= 1000) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

function targetLine({ what, bound, measured }: Target): string {
  const wanted = bound.least === undefined ? `≤ ${bound.most}` : `≥ ${bound.least}`
  if (measured === undefined) return `target ${what}: ${wanted}${bound.unit} … not measured`
  const verdict = isMet({ what, bound, measured }) ? 'met' : 'missed'
  return `target ${what}: ${wanted}${bound.unit} … measured ${rounded(measured)}${bound.unit} … ${verdict}`
}

function isMet({ bound, measured }: Target): boolean | undefined {
  if (measured === undefined) return undefined
  return measured >= (bound.least ?? -Infinity) && measured <= (bound.most ?? Infinity)
}

function markdown({ columns, rows }: Table): string {
  const cells = [
    columns,
    ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? rounded(cell) : cell))),
  ]
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)))
  const line = (row: string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(cells[0] ?? []), rule, ...cells.slice(1).map(line)].join('\n')
}
