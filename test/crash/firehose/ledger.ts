/** Who sent which records to which stream, and what was answered. */
import assert from 'node:assert/strict'
import { checksumOf, padOf } from '../lines.ts'

/** Records of one call: all of them are stored or none. */
export interface Call {
  stream: string
  client: string
  numbers: number[]
  /** `unsure`: nobody waited for the answer. */
  outcome: 'running' | 'acknowledged' | 'unsure'
}

/** As it is read again. */
export interface Row {
  client: string
  number: number
  checksum: number
  padLength: number
}

export class Ledger {
  readonly #calls: Call[] = []
  readonly #next = new Map<string, number>()

  begin(stream: string, client: string, records: number): Call {
    const first = this.#next.get(client) ?? 0
    this.#next.set(client, first + records)
    const numbers = Array.from({ length: records }, (_, index) => first + index)
    const call: Call = { stream, client, numbers, outcome: 'running' }
    this.#calls.push(call)
    return call
  }

  /** What must be there when it is looked at later. */
  acknowledged(stream: string): Call[] {
    return this.#calls.filter((call) => call.stream === stream && call.outcome === 'acknowledged')
  }

  count(outcome: Call['outcome']): number {
    return this.#calls
      .filter((call) => call.outcome === outcome)
      .reduce((sum, { numbers }) => sum + numbers.length, 0)
  }

  get streams(): string[] {
    return [...new Set(this.#calls.map(({ stream }) => stream))].sort()
  }

  /** `due`: calls whose records must be there. Of the others all records or none: never twice, never a part. */
  check(stream: string, rows: Iterable<Row>, due: readonly Call[], where: string): void {
    const times = new Map<string, number>()
    const wrong: string[] = []
    for (const { client, number, checksum, padLength } of rows) {
      const id = `${client}/${number}`
      times.set(id, (times.get(id) ?? 0) + 1)
      if (checksum !== checksumOf(client, number) || padLength !== padOf(number).length)
        wrong.push(`damaged: ${id}`)
    }
    const isDue = new Set(due)
    for (const call of this.#calls) {
      if (call.stream !== stream) continue
      const seen = call.numbers.map((number) => {
        const id = `${call.client}/${number}`
        const count = times.get(id) ?? 0
        times.delete(id)
        return count
      })
      const what = `${call.client} ${call.numbers[0]}–${call.numbers.at(-1)} (${call.outcome})`
      if (seen.some((count) => count > 1)) wrong.push(`doubled: ${what}`)
      if (isDue.has(call) && seen.includes(0)) wrong.push(`lost: ${what}`)
      if (new Set(seen).size > 1) wrong.push(`not all or nothing: ${what}`)
    }
    if (times.size > 0) wrong.push(`nobody sent ${[...times.keys()].slice(0, 5).join()}`)
    assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} faults in ${stream}, ${where}`)
  }
}

/** The record, without a line's end. `shard` is what dynamic partitioning looks at. */
export function recordOf(client: string, number: number): string {
  return JSON.stringify({
    client,
    number,
    shard: `s${number % 4}`,
    pad: padOf(number),
    checksum: checksumOf(client, number),
  })
}

export function rowOf(document: string): Row {
  const { client, number, checksum, pad } = JSON.parse(document) as Row & { pad: string }
  return { client, number, checksum, padLength: pad.length }
}
