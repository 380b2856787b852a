/** Shifts that drop bits instead of failing, and choices of elements. */
import type { Natives } from './native.ts'

/** More would fill the memory: Trino's own limit. */
const COMBINATIONS_MAX = 100_000

export const mathNatives: Natives = {
  __shift_left: {
    takes: ['bigint', 'bigint', 'bigint'],
    gives: 'bigint',
    compute: (value: bigint, by: bigint, bits: bigint) =>
      by >= bits ? 0n : BigInt.asIntN(Number(bits), value << notNegative(by)),
  },
  __shift_right: {
    takes: ['bigint', 'bigint', 'bigint'],
    gives: 'bigint',
    compute: (value: bigint, by: bigint, bits: bigint) =>
      by >= bits ? 0n : BigInt.asIntN(Number(bits), BigInt.asUintN(Number(bits), value) >> notNegative(by)),
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
  __from_base: {
    takes: ['varchar', 'bigint'],
    gives: 'bigint',
    compute: (text: string, base: bigint) => fromBase(text, Number(base)),
  },
  /** Decimals as texts, to so many digits, halves away from zero. */
  __divide_exactly: {
    takes: ['varchar', 'varchar', 'bigint'],
    gives: 'varchar',
    compute: (left: string, right: string, scale: bigint) => divideExactly(left, right, Number(scale)),
  },
  __cbrt: { takes: ['double'], gives: 'double', compute: (value: number) => Math.cbrt(value) },
  /** Positions of all choices of n out of so many, from 1, in order. */
  __choices: {
    takes: ['bigint', 'bigint'],
    gives: 'bigint[][]',
    compute: (size: bigint, count: bigint) => choices(Number(size), Number(count)),
  },
}

function notNegative(by: bigint): bigint {
  if (by < 0n) throw new Error('NOT_SUPPORTED: a shift by a negative number is not supported')
  return by
}

function fromBase(text: string, base: number): bigint {
  if (base < 2 || base > 36) throw new Error('INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36')
  const [, sign = '', digits = ''] = /^([+-]?)([0-9a-z]+)$/i.exec(text) ?? []
  let value = 0n
  for (const letter of digits) {
    const digit = Number.parseInt(letter, 36)
    value = value * BigInt(base) + BigInt(digit)
    if (digit >= base) value = 2n ** 64n
  }
  if (sign === '-') value = -value
  if (digits === '' || BigInt.asIntN(64, value) !== value)
    throw new Error(`INVALID_FUNCTION_ARGUMENT: Not a valid base-${base} number: ${text}`)
  return value
}

function divideExactly(left: string, right: string, scale: number): string {
  const [dividend, divisor] = [left, right].map((text) => {
    const [whole = '', fraction = ''] = text.split('.')
    return { value: BigInt(whole + fraction), scale: fraction.length }
  }) as [Scaled, Scaled]
  const above = dividend.value * 10n ** BigInt(scale + divisor.scale)
  const below = divisor.value * 10n ** BigInt(dividend.scale)
  const size = (2n * absolute(above) + absolute(below)) / (2n * absolute(below))
  const digits = String(size).padStart(scale + 1, '0')
  const point = digits.length - scale
  const sign = above < 0n !== below < 0n ? '-' : ''
  return `${sign}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`
}

interface Scaled {
  value: bigint
  scale: number
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
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
  // Those that end early come first.
  partial.sort((left, right) => {
    const at = left.findLastIndex((position, index) => position !== right[index])
    return at < 0 ? 0 : left[at]! - right[at]!
  })
  return partial.map((chosen) => chosen.map(BigInt))
}
