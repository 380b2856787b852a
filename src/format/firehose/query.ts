/** Partition keys by jq, for many records in one run: starting jq costs more than a record. */
import { COLON, COMMA, OPEN_BRACKET, QUOTE } from '../json-bytes.ts'
import { createJqEngine, type JqEngine } from './jq-engine.ts'
import { wrapProgram } from './jq-program.ts'
import { INVALID, stringEnd } from './json-end.ts'
import { keyValues, type Keys } from './key-values.ts'

export interface PartitionQuery {
  /** One result for each record, in order. */
  evaluate(records: readonly Buffer[]): Promise<Keys[]>
}

/** What jq reads and what it writes are in memory several times over; the cost of a start is small against this. */
const BATCH_BYTES = 1024 * 1024
/** A batch takes a fifth of a second; fifty times that is a program that does not end. */
const BATCH_MS_MAX = 10_000
/** Runs that do not end, or crash, per segment: then it is the program, and its other records are not tried singly. */
const BAD_RUNS_MAX = 12

/**
 * Of a record that was compressed: what comes from senders as it is has a megabyte, and so fewer. As JavaScript's, these
 * take some 30 MB of the heap; 8 MiB of brackets would take several hundred.
 */
const VALUES_MAX = 400_000

const NOT_JSON: Keys = { problem: 'Non JSON record provided' }
const NO_END: Keys = { problem: 'The metadata extraction query did not end, or took too much memory' }
const TOO_MANY: Keys = { problem: `The record has more than ${VALUES_MAX} JSON values` }
const NO_OBJECT: Keys = { problem: 'The metadata extraction query must give one JSON object' }

/** `nowMs` is the program's `now`. A record that runs into the time limit may succeed in a repeat: time is not pure. */
export function createPartitionQuery(
  program: string,
  nowMs: number,
  engine: JqEngine = createJqEngine(),
): PartitionQuery {
  const wrapped = wrapProgram(program, nowMs)
  let badRuns = 0

  async function evaluateBatch(lines: readonly InputLine[], results: Keys[]): Promise<void> {
    if (badRuns >= BAD_RUNS_MAX) return
    const input = lines.map(({ index, text }) => `[${index},${text}]\n`).join('')
    const run = await engine.run(input, wrapped, BATCH_MS_MAX)
    if (run.kind === 'ended' && !run.stderr.includes('parse error')) {
      for (const { index } of lines) results[index] = NO_OBJECT
      for (const line of run.stdout.split('\n')) if (line !== '') readLine(line, results)
      return
    }
    badRuns++
    if (lines.length === 1) return
    const half = lines.length >> 1
    await evaluateBatch(lines.slice(0, half), results)
    await evaluateBatch(lines.slice(half), results)
  }

  return {
    async evaluate(records) {
      const results: Keys[] = records.map(() => NO_END)
      let batch: InputLine[] = []
      let bytes = 0
      for (const [index, record] of records.entries()) {
        if (hasMoreValues(record, VALUES_MAX)) {
          results[index] = TOO_MANY
          continue
        }
        const text = canonical(record)
        if (text === undefined) {
          results[index] = NOT_JSON
          continue
        }
        batch.push({ index, text })
        bytes += record.length
        if (bytes < BATCH_BYTES) continue
        await evaluateBatch(batch, results)
        batch = []
        bytes = 0
      }
      if (batch.length > 0) await evaluateBatch(batch, results)
      return results
    },
  }
}

interface InputLine {
  index: number
  text: string
}

/** One line, with numbers as doubles write themselves (`1.0` is `1`), which is how jq 1.6 reads them. */
function canonical(record: Buffer): string | undefined {
  try {
    return JSON.stringify(JSON.parse(record.toString()))
  } catch {
    // Not JSON, or nested deeper than anything can hold.
    return undefined
  }
}

/** Each value but the first one has a comma, a colon or an opening bracket before it. */
function hasMoreValues(record: Buffer, max: number): boolean {
  if (record.length <= max) return false
  let count = 1
  for (let at = 0; at < record.length; at++) {
    const byte = record[at]!
    if (byte === QUOTE) {
      const end = stringEnd(record, at)
      // No JSON, but what comes before it is made before that is seen.
      if (end === INVALID) break
      at = end - 1
    } else if (byte === COMMA || byte === COLON || byte === OPEN_BRACKET) count++
  }
  return count > max
}

function readLine(line: string, results: Keys[]): void {
  const [index, values, problem] = JSON.parse(line) as [number, unknown[] | null, string?]
  if (values === null) results[index] = { problem: problem ?? '' }
  else if (values.length === 1) results[index] = keyValues(values[0]) ?? NO_OBJECT
}
