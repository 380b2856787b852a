/** Every record that was sent, by its number, and whether the server took it: what must be found at the end, and how often. */
import assert from 'node:assert/strict'

/** `open`: sent and not answered, so that it may be there or not. */
export type Fate = 'open' | 'kept' | 'refused'

const FATES: readonly Fate[] = ['open', 'kept', 'refused']

export class Ledger {
  #fates = new Uint8Array(1 << 16)
  #next = 1

  /** A record with a number of its own, a JSON object. */
  record(more: object = {}): { id: number; data: Buffer } {
    const id = this.#next++
    if (id >= this.#fates.length) {
      const grown = new Uint8Array(this.#fates.length * 2)
      grown.set(this.#fates)
      this.#fates = grown
    }
    return { id, data: Buffer.from(JSON.stringify({ id, ...more })) }
  }

  settle(ids: readonly number[], fate: Fate): void {
    for (const id of ids) this.#fates[id] = FATES.indexOf(fate)
  }

  count(fate: Fate): number {
    return this.#fates.subarray(1, this.#next).filter((value) => value === FATES.indexOf(fate)).length
  }

  /** `found`: the numbers of all records that were delivered, repetitions included. */
  check(found: Iterable<number>): void {
    const times = new Uint8Array(this.#next)
    for (const id of found) {
      assert.ok(id > 0 && id < this.#next, `nobody sent ${id}`)
      times[id] = times[id]! + 1
    }
    const wrong = { lost: [] as number[], refused: [] as number[], repeated: [] as number[] }
    for (let id = 1; id < this.#next; id++) {
      const fate = FATES[this.#fates[id]!]!
      if (fate === 'kept' && times[id] === 0) wrong.lost.push(id)
      if (fate === 'refused' && times[id]! > 0) wrong.refused.push(id)
      if (times[id]! > 1) wrong.repeated.push(id)
    }
    const counts = Object.entries(wrong).map(
      ([name, ids]) => `${ids.length} ${name}: ${ids.slice(0, 10).join()}`,
    )
    assert.deepEqual(wrong, { lost: [], refused: [], repeated: [] }, counts.join('; '))
  }
}
