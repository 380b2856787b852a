/** Lines of real logs, and counting them: a log holds equal lines, so what counts is how often each one comes. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

const FIXTURES = resolve(import.meta.dirname, '../fixtures/real')

export function realLines(name: string): string[] {
  return gunzipSync(readFileSync(resolve(FIXTURES, name)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
}

export interface Arrival {
  /** Lines of which fewer came than were written. */
  lost: string[]
  /** Lines that nobody wrote. */
  strange: string[]
  /** How many came more than once. */
  duplicates: number
}

export function compare(written: readonly string[], arrived: readonly string[]): Arrival {
  const counts = new Map<string, number>()
  for (const line of arrived) counts.set(line, (counts.get(line) ?? 0) + 1)
  const expected = new Map<string, number>()
  for (const line of written) expected.set(line, (expected.get(line) ?? 0) + 1)
  const lost = [...expected].flatMap(([line, count]) => ((counts.get(line) ?? 0) < count ? [line] : []))
  const strange = [...counts.keys()].filter((line) => !expected.has(line))
  return { lost, strange, duplicates: arrived.length - written.length }
}
