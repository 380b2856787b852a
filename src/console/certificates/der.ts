/** Distinguished Encoding Rules (ITU-T X.690), as far as certificates need them: only writing. */

/** Tags of the universal class; sequences and sets carry the bit for "made of others". */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** UTCTime has two digits for the year: 50 to 49 are 1950 to 2049. RFC 5280 4.1.2.5 demands it within that range. */
const UTC_TIME_YEAR_MAX = 2049

export function sequence(...parts: Buffer[]): Buffer {
  return value(TAG.sequence, Buffer.concat(parts))
}

export function setOf(part: Buffer): Buffer {
  return value(TAG.set, part)
}

export function boolean(isTrue: boolean): Buffer {
  return value(TAG.boolean, Buffer.of(isTrue ? 0xff : 0))
}

/** Of an unsigned number, most significant byte first; as few bytes as possible, and never read as negative. */
export function integer(bytes: Buffer): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const shortest = bytes.subarray(start)
  const isNegative = (shortest[0] ?? 0) >= 0x80
  return value(TAG.integer, isNegative ? Buffer.concat([Buffer.of(0), shortest]) : shortest)
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return value(TAG.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

export function utf8String(text: string): Buffer {
  return value(TAG.utf8String, Buffer.from(text))
}

export function octetString(bytes: Buffer): Buffer {
  return value(TAG.octetString, bytes)
}

/** `unusedBits`: how many of the last byte do not count. */
export function bitString(bytes: Buffer, unusedBits = 0): Buffer {
  return value(TAG.bitString, Buffer.concat([Buffer.of(unusedBits), bytes]))
}

/** To the second. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\.\d+|[-:T]/g, '')
  const isShort = new Date(ms).getUTCFullYear() <= UTC_TIME_YEAR_MAX
  return isShort
    ? value(TAG.utcTime, Buffer.from(digits.slice(2)))
    : value(TAG.generalizedTime, Buffer.from(digits))
}

/** `[number]` around whole values. */
export function explicit(number: number, inner: Buffer): Buffer {
  return value(0xa0 | number, inner)
}

/** `[number]` in the place of the tag that the bytes would have. */
export function implicit(number: number, bytes: Buffer): Buffer {
  return value(0x80 | number, bytes)
}

function value(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag), length(content.length), content])
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.of(bytes)
  const digits: number[] = []
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return Buffer.from([0x80 | digits.length, ...digits])
}

function base128(number: number): number[] {
  const digits = [number % 128]
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift(0x80 | (rest % 128))
  return digits
}
