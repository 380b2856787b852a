/** Checksums, phonetics, encodings. */
import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Native, Natives } from './native.ts'

const hmac = (algorithm: string): Native => ({
  takes: ['blob', 'blob'],
  gives: 'blob',
  compute: (data: Uint8Array, key: Uint8Array) => createHmac(algorithm, key).update(data).digest(),
})

export const stringNatives: Natives = {
  __crc32: { takes: ['blob'], gives: 'bigint', compute: (data: Uint8Array) => BigInt(crc32(data)) },
  __sha512: {
    takes: ['blob'],
    gives: 'blob',
    compute: (data: Uint8Array) => createHash('sha512').update(data).digest(),
  },
  __hmac_md5: hmac('md5'),
  __hmac_sha1: hmac('sha1'),
  __hmac_sha256: hmac('sha256'),
  __hmac_sha512: hmac('sha512'),
  __from_utf8: {
    takes: ['blob'],
    gives: 'varchar',
    compute: fixedUtf8,
  },
  __normalize: {
    takes: ['varchar', 'varchar'],
    gives: 'varchar',
    compute: (text: string, form: string) => text.normalize(form),
  },
  __soundex: { takes: ['varchar'], gives: 'varchar', compute: soundex },
  __strpos: { takes: ['varchar', 'varchar', 'bigint'], gives: 'bigint', compute: strpos },
  __levenshtein: { takes: ['varchar', 'varchar'], gives: 'bigint', compute: levenshtein },
  __hamming: { takes: ['varchar', 'varchar'], gives: 'bigint', compute: hamming },
  __reverse: {
    takes: ['varchar'],
    gives: 'varchar',
    compute: (text: string) => Array.from(text).reverse().join(''),
  },
  __human_seconds: { takes: ['double'], gives: 'varchar', compute: humanSeconds },
  __luhn_check: { takes: ['varchar'], gives: 'boolean', compute: luhnCheck },
  __format_number: { takes: ['double'], gives: 'varchar', compute: formatNumber },
  __to_base32: { takes: ['blob'], gives: 'varchar', compute: toBase32 },
  __from_base32: { takes: ['varchar'], gives: 'blob', compute: fromBase32 },
  __to_base64url: {
    takes: ['blob'],
    gives: 'varchar',
    compute: (data: Uint8Array) =>
      Buffer.from(data).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
  },
  __from_base64url: {
    takes: ['varchar'],
    gives: 'blob',
    compute: (text: string) => Buffer.from(text, 'base64url'),
  },
}

/** The position of the n-th place, also of those that overlap; from the end where n is negative. */
function strpos(text: string, part: string, instance: bigint): bigint {
  if (instance === 0n)
    throw new Error(`INVALID_FUNCTION_ARGUMENT: 'instance' must be a positive or negative number.`)
  if (part === '') return 1n
  const step = instance > 0n ? 1 : -1
  let at = step > 0 ? -1 : text.length
  for (let left = instance * BigInt(step); left > 0n; left--) {
    if (step < 0 && at === 0) return 0n
    at = step > 0 ? text.indexOf(part, at + 1) : text.lastIndexOf(part, at - 1)
    if (at < 0) return 0n
  }
  return BigInt(Array.from(text.slice(0, at)).length + 1)
}

function levenshtein(left: string, right: string): bigint {
  const letters = Array.from(right)
  let row = letters.map((_, index) => index + 1)
  for (const [above, one] of Array.from(left).entries()) {
    let diagonal = above
    let before = above + 1
    row = row.map((up, index) => {
      const cost = Math.min(up + 1, before + 1, diagonal + (one === letters[index] ? 0 : 1))
      diagonal = up
      before = cost
      return cost
    })
  }
  return BigInt(letters.length === 0 ? Array.from(left).length : row.at(-1)!)
}

function hamming(left: string, right: string): bigint {
  const [one, other] = [Array.from(left), Array.from(right)]
  if (one.length !== other.length)
    throw new Error(
      'INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance must have the same length',
    )
  return BigInt(one.filter((letter, index) => letter !== other[index]).length)
}

const SPANS: [unit: string, seconds: number][] = [
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

function humanSeconds(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid argument found: ${value}`)
  let left = Math.round(Math.abs(value))
  const parts = SPANS.flatMap(([unit, seconds]) => {
    const count = Math.floor(left / seconds)
    left -= count * seconds
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`]
  })
  return parts.length === 0 ? '0 seconds' : parts.join(', ')
}

/** What is no character is one replacement character for as many bytes as look like a single one. */
function fixedUtf8(data: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let text = ''
  for (let at = 0; at < data.length;) {
    const size = sizeAt(data, at)
    try {
      text += decoder.decode(data.subarray(at, at + size))
    } catch {
      text += '\ufffd'
    }
    at += size
  }
  return text
}

/** The bytes that belong together, whether they are a character or not. */
function sizeAt(data: Uint8Array, at: number): number {
  const first = data[at]!
  const wanted =
    first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : first < 0xfc ? 5 : 6
  let size = 1
  while (size < wanted && (data[at + size] ?? 0) >> 6 === 2) size++
  return size
}

/** Letters that sound alike have one digit; h and w do not part equal digits, vowels do. */
const SOUNDEX: Record<string, string> = {}
for (const [digit, letters] of Object.entries({ 1: 'BFPV', 2: 'CGJKQSXZ', 3: 'DT', 4: 'L', 5: 'MN', 6: 'R' }))
  for (const letter of letters) SOUNDEX[letter] = digit

function soundex(text: string): string {
  const letters = text.toUpperCase().replaceAll(/[^\p{L}]/gu, '')
  if (letters === '') return ''
  if (/[^A-Z]/.test(letters)) throw new Error('INVALID_FUNCTION_ARGUMENT: The character is not mapped')
  let code = letters[0]!
  let last = SOUNDEX[code]
  for (const letter of letters.slice(1)) {
    if (letter === 'H' || letter === 'W') continue
    const digit = SOUNDEX[letter]
    if (digit !== undefined && digit !== last) code += digit
    last = digit
    if (code.length === 4) break
  }
  return code.padEnd(4, '0')
}

function luhnCheck(digits: string): boolean {
  if (!/^\d+$/.test(digits)) throw new Error('INVALID_FUNCTION_ARGUMENT: Input contains non-digit characters')
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** 1234567 -> 1.23M: three digits and a unit. */
function formatNumber(value: number): string {
  const units = ['', 'K', 'M', 'B', 'T', 'Q']
  let size = Math.trunc(Math.abs(value))
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  const digits = size < 10 ? 2 : size < 100 ? 1 : 0
  const text = size.toFixed(digits)
  return `${Math.trunc(value) < 0 ? '-' : ''}${digits > 0 ? text.replace(/\.?0+$/, '') : text}${units[unit]}`
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function toBase32(data: Uint8Array): string {
  let bits = ''
  for (const byte of data) bits += byte.toString(2).padStart(8, '0')
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)])
  return digits.join('').padEnd(Math.ceil(digits.length / 8) * 8, '=')
}

function fromBase32(text: string): Uint8Array {
  let bits = ''
  for (const digit of text.replace(/=+$/, '')) {
    const value = BASE32.indexOf(digit)
    if (value < 0) throw new Error(`INVALID_FUNCTION_ARGUMENT: Unrecognized character: ${digit}`)
    bits += value.toString(2).padStart(5, '0')
  }
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}
