/** Shifts that drop bits instead of failing, and choices of elements. */
import type { Natives } from './native.ts'

/** More would fill the memory: Trino's own limit. */
const COMBINATIONS_MAX = 100_000

export const mathNatives: Natives = {
  __shift_left: {
    takes: ['bigint', 'bigint', 'bigint'],
    gives: 'bigint',
    compute: (value: bigint, by: bigint, bits: bigint) =>
      by >= bits ? 0n : BigInt.asIntN(Number(bits), value << by),
  },
  __shift_right: {
    takes: ['bigint', 'bigint', 'bigint'],
    gives: 'bigint',
    compute: (value: bigint, by: bigint, bits: bigint) =>
      by >= bits ? 0n : BigInt.asIntN(Number(bits), BigInt.asUintN(Number(bits), value) >> by),
  },
  __bit_count: {
    takes: ['bigint', 'bigint'],
    gives: 'bigint',
    compute(value: bigint, bits: bigint) {
      if (bits < 2n || bits > 64n || BigInt.asIntN(Number(bits), value) !== value)
        throw new Error(
          `INVALID_FUNCTION_ARGUMENT: Number must be representable with the bits specified. ${value} cannot be represented with ${bits} bits`,
        )
      return BigInt(BigInt.asUintN(Number(bits), value).toString(2).replaceAll('0', '').length)
    },
  },
  /** 2.3MB -> 2411724 */
  __data_size: { takes: ['varchar'], gives: 'varchar', compute: dataSize },
  __to_base: {
    takes: ['bigint', 'bigint'],
    gives: 'varchar',
    compute(value: bigint, base: bigint) {
      if (base < 2n || base > 36n)
        throw new Error('INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36')
      return value.toString(Number(base))
    },
  },
  /** Positions of all choices of n out of so many, from 1, in order. */
  __choices: {
    takes: ['bigint', 'bigint'],
    gives: 'bigint[][]',
    compute: (size: bigint, count: bigint) => choices(Number(size), Number(count)),
  },
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']

function dataSize(text: string): string {
  const [, digits = '', fraction = '', unit = ''] =
    /^\s*(\d+)(?:\.(\d+))?\s*([kMGTPEZY]?B)\s*$/.exec(text) ?? []
  if (unit === '') throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid data size: '${text}'`)
  const size = BigInt(digits + fraction) * 1024n ** BigInt(UNITS.indexOf(unit))
  return String(size / 10n ** BigInt(fraction.length))
}

function choices(size: number, count: number): bigint[][] {
  if (count < 0 || count > 5)
    throw new Error('INVALID_FUNCTION_ARGUMENT: combination size must not be negative or greater than 5')
  let partial: number[][] = [[]]
  for (let taken = 0; taken < count; taken++) {
    partial = partial.flatMap((chosen) => {
      const from = (chosen.at(-1) ?? 0) + 1
      return Array.from({ length: Math.max(0, size - from + 1) }, (_, index) => [...chosen, from + index])
    })
    if (partial.length > COMBINATIONS_MAX)
      throw new Error('INVALID_FUNCTION_ARGUMENT: combinations exceed max size')
  }
  return partial.map((chosen) => chosen.map(BigInt))
}
