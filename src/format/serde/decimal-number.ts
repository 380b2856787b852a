/** Decimal numbers of any size, exact: `digits` × 10^-`scale`. */
export interface DecimalNumber {
  isNegative: boolean
  /** Without leading zeros; '' is zero. */
  digits: string
  scale: number
}

/** An exponent of more digits is as good as infinite for every column. */
const EXPONENT_DIGITS_MAX = 9

/** As Java's BigDecimal reads it; undefined: not a number. */
export function parseDecimal(text: string): DecimalNumber | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const digits = (whole + fraction).replace(/^0+/, '')
  const tooLong = exponent.replace(/^[+-]?0*/, '').length > EXPONENT_DIGITS_MAX
  const power = tooLong ? (exponent.startsWith('-') ? -1e9 : 1e9) : Number(exponent)
  return { isNegative: sign === '-', digits, scale: digits === '' ? 0 : fraction.length - power }
}

/** How many digits are before the point; 0 and less: the number is below 1. */
export function wholeDigits({ digits, scale }: DecimalNumber): number {
  return digits.length - scale
}

/**
 * The number × 10^`scale` as an integer. Digits past it are rounded half up (away from zero), or cut. The caller has
 * checked wholeDigits: the answer has as many digits and `scale` more.
 */
export function scaled(number: DecimalNumber, scale: number, rounding: 'half up' | 'cut'): bigint {
  const cut = number.scale - scale
  let magnitude: bigint
  if (cut <= 0) magnitude = BigInt(number.digits || 0) * 10n ** BigInt(-cut)
  else if (cut > number.digits.length) magnitude = 0n
  else {
    const kept = number.digits.length - cut
    magnitude = BigInt(number.digits.slice(0, kept) || '0')
    if (rounding === 'half up' && number.digits[kept]! >= '5') magnitude++
  }
  return number.isNegative ? -magnitude : magnitude
}

/** `123.45` for 12345 and the scale 2. */
export function decimalText(value: bigint, scale: number): string {
  const negative = value < 0n
  const digits = String(negative ? -value : value).padStart(scale + 1, '0')
  const point = digits.length - scale
  return `${negative ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`
}
