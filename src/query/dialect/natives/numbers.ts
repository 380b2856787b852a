/** Numbers as Java prints them: `%,.2f` with halves away from zero, `1.5E0`, intervals. */
import type { Natives } from './native.ts'

export const numberNatives: Natives = {
  /** Of a double's shortest text: 1.5E0, as CAST(… AS varchar) has it. */
  __scientific: { takes: ['varchar'], gives: 'varchar', compute: scientific },
  /** 1.5, 1.0E10: as it is shown. */
  __java_double: { takes: ['varchar'], gives: 'varchar', compute: javaDouble },
  __json_double: {
    takes: ['double'],
    gives: 'varchar',
    compute: (value: number) =>
      Number.isFinite(value) ? javaDouble(String(value)) : JSON.stringify(String(value)),
  },
  __interval_text: { takes: ['bigint', 'bigint'], gives: 'varchar', compute: intervalText },
  /** One specifier of format() and the text of its value. */
  __java_format: { takes: ['varchar', 'varchar'], gives: 'varchar', compute: javaFormat },
}

/** DuckDB's `inf` and `nan` by their names. */
function notFinite(text: string): string | undefined {
  const found = /^(-?)(inf|nan)/i.exec(text)
  if (found === null) return undefined
  return /nan/i.test(text) ? 'NaN' : `${found[1]}Infinity`
}

function scientific(text: string): string {
  const named = notFinite(text)
  if (named !== undefined) return named
  const value = Number(text)
  if (value === 0) return Object.is(value, -0) ? '-0E0' : '0E0'
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`
}

function javaDouble(text: string): string {
  const size = Math.abs(Number(text))
  if (Number(text) === 0) return text.startsWith('-') || Object.is(Number(text), -0) ? '-0.0' : '0.0'
  if (!(size >= 1e-3 && size < 1e7)) return scientific(text)
  const plain = String(Number(text))
  return plain.includes('.') ? plain : `${plain}.0`
}

/** `1-2` of months, `1 02:03:04.005` of milliseconds. */
function intervalText(months: bigint, milliseconds: bigint): string {
  const sign = months < 0n || milliseconds < 0n ? '-' : ''
  const [size, rest] = [months, milliseconds].map((part) => (part < 0n ? -part : part)) as [bigint, bigint]
  if (size > 0n) return `${sign}${size / 12n}-${size % 12n}`
  const two = (part: bigint): string => String(part).padStart(2, '0')
  const seconds = rest / 1000n
  const clock = [(seconds / 3600n) % 24n, (seconds / 60n) % 60n, seconds % 60n].map(two).join(':')
  return `${sign}${seconds / 86_400n} ${clock}.${String(rest % 1000n).padStart(3, '0')}`
}

interface Specifier {
  flags: string
  width: number
  precision: number | undefined
  letter: string
}

function javaFormat(specifier: string, text: string): string {
  const [, flags = '', width = '0', precision, letter = ''] =
    /^%([-+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z])$/.exec(specifier) ?? []
  const parts = {
    flags,
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    letter,
  }
  if (/[sS]/.test(letter)) return padded(cut(text, parts), parts)
  const named = notFinite(text)
  if (named !== undefined && !/[feE]/.test(letter)) throw conversion(specifier)
  return named === undefined ? number(text, parts, specifier) : padded(signed(named, parts), parts)
}

function cut(text: string, { precision, letter }: Specifier): string {
  const kept = precision === undefined ? text : Array.from(text).slice(0, precision).join('')
  return letter === 'S' ? kept.toUpperCase() : kept
}

function number(text: string, parts: Specifier, specifier: string): string {
  const digits = digitsOf(text, parts, specifier)
  const size = digits.replace(/^-/, '')
  const [whole = '', fraction] = size.split('.')
  const grouped = parts.flags.includes(',') ? whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') : whole
  const unsigned = fraction === undefined ? grouped : `${grouped}.${fraction}`
  const value = signed(digits.startsWith('-') ? `-${unsigned}` : unsigned, parts)
  if (!parts.flags.includes('0')) return padded(value, parts)
  const [, sign = '', rest = ''] = /^([-+( ]?)(.*)$/s.exec(value) ?? []
  return sign + rest.padStart(parts.width - sign.length, '0')
}

function digitsOf(text: string, { letter, precision = 6 }: Specifier, specifier: string): string {
  if (letter === 'f') return fixed(text, precision)
  if (letter === 'e' || letter === 'E') {
    const shown = exponential(text, precision)
    return letter === 'E' ? shown.toUpperCase() : shown
  }
  if (!/^[+-]?\d+$/.test(text)) throw conversion(specifier)
  if (letter === 'd') return text
  const bits = BigInt.asUintN(64, BigInt(text)).toString(letter === 'o' ? 8 : 16)
  return letter === 'X' ? bits.toUpperCase() : bits
}

function conversion(specifier: string): Error {
  return new Error(`INVALID_FUNCTION_ARGUMENT: Invalid format string: ${specifier} does not fit the value`)
}

function signed(text: string, { flags }: Specifier): string {
  if (text.startsWith('-')) return flags.includes('(') ? `(${text.slice(1)})` : text
  if (text === 'NaN') return text
  return `${flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''}${text}`
}

function padded(text: string, { flags, width }: Specifier): string {
  const size = Array.from(text).length
  const filling = ' '.repeat(Math.max(0, width - size))
  return flags.includes('-') ? text + filling : filling + text
}

/** The digits of a decimal text and how many of them are behind the point. */
function scaled(text: string): { sign: string; digits: bigint; scale: number } {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? []
  return {
    sign: sign === '-' ? '-' : '',
    digits: BigInt(whole + fraction),
    scale: fraction.length - Number(exponent),
  }
}

/** Halves go away from zero. */
function fixed(text: string, precision: number): string {
  const { sign, digits, scale } = scaled(text)
  const shift = precision - scale
  const unit = 10n ** BigInt(Math.abs(shift))
  const rounded = shift >= 0 ? digits * unit : (digits + unit / 2n) / unit
  const shown = String(rounded).padStart(precision + 1, '0')
  const point = shown.length - precision
  return `${sign}${shown.slice(0, point)}${precision > 0 ? `.${shown.slice(point)}` : ''}`
}

function exponential(text: string, precision: number): string {
  const { sign, digits, scale } = scaled(text)
  if (digits === 0n) return `${sign}${fixed('0', precision)}e+00`
  let exponent = String(digits).length - 1 - scale
  let shown = fixed(`${digits}e${-scale - exponent}`, precision)
  if (shown.startsWith('10')) {
    exponent++
    shown = fixed(`${digits}e${-scale - exponent}`, precision)
  }
  return `${sign}${shown}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}
