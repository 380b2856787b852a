/** Chance that a failure can repeat. */
import { seeded } from '../crash/seeded.ts'

export class Chance {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = seeded(seed)
  }

  /** From 0 up to, not including, `below`. */
  below(below: number): number {
    return Math.floor(this.#random() * below)
  }

  between(min: number, max: number): number {
    return min + this.below(max - min + 1)
  }

  is(probability: number): boolean {
    return this.#random() < probability
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    for (let index = 0; index < length; index++) bytes[index] = this.below(256)
    return bytes
  }

  /** Of letters and digits. */
  word(length: number): string {
    let word = ''
    while (word.length < length) word += this.below(36 ** 5).toString(36)
    return word.slice(0, length)
  }
}
