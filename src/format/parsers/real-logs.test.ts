/** Real logs: everything parses, and the sums agree with those of another, simpler reading of the same files. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { makeParser } from './registry.ts'

const OPTIONS = { timezone: 'UTC', now: () => Date.UTC(2026, 10, 23) }

function read(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`../../../test/fixtures/real/${name}`, import.meta.url)))
}

const linesOf = (bytes: Buffer): string[] => bytes.toString().split('\n').slice(0, -1)

type Row = Record<string, unknown>

function rowsOf(kind: 'apache' | 'syslog' | 'none', bytes: Buffer): Row[] {
  const parsed = linesOf(makeParser({ kind }, 'json', OPTIONS).parseBlock(bytes))
  assert.deepEqual(
    parsed.filter((line) => !line.startsWith('{')),
    [],
  )
  return parsed.map((line) => JSON.parse(line) as Row)
}

function histogram(values: unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1
  return counts
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)

test('an Apache access log of 10,000 lines', () => {
  const bytes = read('apache-access-combined.log.gz')
  const lines = linesOf(bytes)
  const rows = rowsOf('apache', bytes)
  assert.equal(rows.length, 10_000)
  // Independently: the status and size are what follows the request's closing quote and precedes the next quote.
  const numbers = lines.map((line) => / (\d{3}) (\d+|-)(?: "|$)/.exec(line)!)
  assert.deepEqual(histogram(rows.map((row) => row['code'])), histogram(numbers.map((match) => match[1])))
  assert.equal(
    sum(rows.map((row) => Number(row['size'] ?? 0))),
    sum(numbers.map((match) => Number(match[2]) || 0)),
  )
  assert.deepEqual(
    rows.map((row) => row['host']),
    lines.map((line) => line.split(' ', 1)[0]),
  )
  assert.deepEqual(
    rows.map((row) => row['time']),
    lines.map((line) => isoOfApache(/\[([^\]]+)\]/.exec(line)![1]!)),
  )
  const agents = lines.map((line) => line.split('"')[5])
  assert.deepEqual(
    rows.map((row) => row['agent'] ?? '-'),
    agents,
  )
  assert.deepEqual(
    rows.map(
      (row) => row['request'] ?? `${String(row['method'])} ${String(row['path'])} ${String(row['protocol'])}`,
    ),
    lines.map((line) => line.split('"')[1]),
  )
  assert.equal(rows.filter((row) => 'rest' in row || 'request' in row).length, 0)
})

/** `17/May/2015:10:05:03 +0000`, through Date's own parser. */
function isoOfApache(text: string): string {
  const [day, month, year, clock] = text.replace(':', '/').split('/')
  return new Date(`${day} ${month} ${year} ${clock}`).toISOString().replace('.000Z', 'Z')
}

test('a syslog file of 7,121 lines', () => {
  const bytes = read('auth-syslog.log.gz')
  const lines = linesOf(bytes)
  const rows = rowsOf('syslog', bytes)
  assert.equal(rows.length, 7121)
  const matches = lines.map((line) =>
    /^(\w{3} [ \d]\d [\d:]{8}) (\S+) ([^\s:[]+)(?:\[(\d+)\])?: ?(.*)$/.exec(line)!,
  )
  const column = (name: string): unknown[] => rows.map((row) => row[name])
  assert.deepEqual(
    column('host'),
    matches.map((match) => match[2]),
  )
  assert.deepEqual(histogram(column('ident')), histogram(matches.map((match) => match[3])))
  assert.deepEqual(
    column('pid'),
    matches.map((match) => (match[4] === undefined ? undefined : Number(match[4]))),
  )
  assert.deepEqual(
    column('message'),
    matches.map((match) => match[5]),
  )
  const isoOf = (text: string): string => {
    const inYear = (year: number): number => Date.parse(`${text} ${year} UTC`)
    const epochMs = inYear(2026) <= OPTIONS.now() ? inYear(2026) : inYear(2025)
    return new Date(epochMs).toISOString().replace('.000Z', 'Z')
  }
  assert.deepEqual(
    column('time'),
    matches.map((match) => isoOf(match[1]!)),
  )
})

test('the same lines as messages come back whole', () => {
  const bytes = read('auth-syslog.log.gz')
  assert.deepEqual(
    rowsOf('none', bytes).map((row) => row['message']),
    linesOf(bytes),
  )
})
