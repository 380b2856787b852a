/**
 * One block of bzip2: Huffman codes, run lengths, move-to-front, and the Burrows-Wheeler transform backwards. Throws
 * `damaged` for what no encoder writes; never reads or writes outside of its arrays.
 */
import { damaged } from './chunks.ts'

/** Reads bits from whole bytes; asks for none that are not there. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at: number
  #held = 0
  #heldBits = 0

  constructor(bytes: Uint8Array, bit: number) {
    this.#bytes = bytes
    this.#at = bit >> 3
    if ((bit & 7) !== 0) this.read(bit & 7)
  }

  /** Up to 24. */
  read(count: number): number {
    while (this.#heldBits < count) {
      if (this.#at >= this.#bytes.length) throw new OutOfBits()
      this.#held = ((this.#held << 8) | this.#bytes[this.#at++]!) & 0xffffffff
      this.#heldBits += 8
    }
    this.#heldBits -= count
    return (this.#held >>> this.#heldBits) & ((1 << count) - 1)
  }

  /** Bits that were read, from the first byte on. */
  get position(): number {
    return this.#at * 8 - this.#heldBits
  }
}

/** More bytes are needed to go on. */
export class OutOfBits extends Error {}

const GROUP_SYMBOLS = 50
const CODE_BITS_MAX = 20
const RUN_A = 0
const RUN_B = 1

interface Codes {
  /** Per length: codes below have this many bits or more. */
  limit: Int32Array
  base: Int32Array
  symbols: Uint16Array
  bitsMin: number
}

/** The text of the block before its last run-length coding, in `out`; returns where it starts and how long it is. */
export function readBlock(bits: BitReader, out: { links: Uint32Array }): { origin: number; length: number } {
  if (bits.read(1) === 1) throw damaged('the bzip2 block is of the randomised kind, which nobody writes')
  const origin = bits.read(24)
  const bytes = usedBytes(bits)
  const symbols = bytes.length + 2
  const groups = bits.read(3)
  const selectors = readSelectors(bits, groups)
  const tables = Array.from({ length: groups }, () => readCodes(bits, symbols))
  const length = readText(bits, { bytes, selectors, tables, endSymbol: symbols - 1 }, out.links)
  if (origin >= length) throw damaged('a bzip2 block begins outside of itself')
  return { origin, length }
}

function usedBytes(bits: BitReader): Uint8Array {
  const ranges = bits.read(16)
  const bytes: number[] = []
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue
    const used = bits.read(16)
    for (let i = 0; i < 16; i++) if ((used & (0x8000 >> i)) !== 0) bytes.push(range * 16 + i)
  }
  if (bytes.length === 0) throw damaged('a bzip2 block uses no bytes')
  return Uint8Array.from(bytes)
}

/** Which table counts for each group of symbols, move-to-front coded. */
function readSelectors(bits: BitReader, groups: number): Uint8Array {
  const count = bits.read(15)
  if (groups < 2 || groups > 6 || count === 0) throw damaged('a bzip2 block has no code tables')
  const order = Array.from({ length: groups }, (_, index) => index)
  const selectors = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    let place = 0
    while (bits.read(1) === 1) if (++place >= groups) throw damaged('a bzip2 selector is wrong')
    const [chosen] = order.splice(place, 1)
    order.unshift(chosen!)
    selectors[i] = chosen!
  }
  return selectors
}

function readCodes(bits: BitReader, symbols: number): Codes {
  const lengths = new Uint8Array(symbols)
  let length = bits.read(5)
  for (let i = 0; i < symbols; i++) {
    for (;;) {
      if (length < 1 || length > CODE_BITS_MAX) throw damaged('a bzip2 code has no length')
      if (bits.read(1) === 0) break
      length += bits.read(1) === 0 ? 1 : -1
    }
    lengths[i] = length
  }
  return codesOf(lengths)
}

/** Canonical: of equal length in order of symbols, shorter ones first. */
function codesOf(lengths: Uint8Array): Codes {
  const counts = new Int32Array(CODE_BITS_MAX + 2)
  for (const length of lengths) counts[length]!++
  const symbols = new Uint16Array(lengths.length)
  let next = 0
  for (let length = 1; length <= CODE_BITS_MAX; length++)
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === length) symbols[next++] = symbol
  const limit = new Int32Array(CODE_BITS_MAX + 2)
  const base = new Int32Array(CODE_BITS_MAX + 2)
  let [code, index, bitsMin] = [0, 0, 0]
  for (let length = 1; length <= CODE_BITS_MAX; length++) {
    if (counts[length]! > 0 && bitsMin === 0) bitsMin = length
    base[length] = index - code
    code += counts[length]!
    index += counts[length]!
    limit[length] = code
    code *= 2
  }
  return { limit, base, symbols, bitsMin }
}

interface TextCoding {
  bytes: Uint8Array
  selectors: Uint8Array
  tables: Codes[]
  endSymbol: number
}

/** Into the low bytes of `out`. */
function readText(bits: BitReader, coding: TextCoding, out: Uint32Array): number {
  const { bytes, selectors, tables, endSymbol } = coding
  const order = Uint8Array.from(bytes)
  let length = 0
  let group = 0
  let left = 0
  let codes = tables[0]!
  let run = 0
  let runBit = 1
  for (;;) {
    if (left === 0) {
      if (group >= selectors.length) throw damaged('a bzip2 block has no end')
      codes = tables[selectors[group++]!]!
      left = GROUP_SYMBOLS
    }
    left--
    const symbol = readSymbol(bits, codes)
    if (symbol === RUN_A || symbol === RUN_B) {
      run += symbol === RUN_A ? runBit : runBit * 2
      runBit *= 2
      if (run > out.length) throw damaged('a bzip2 block is longer than it says')
      continue
    }
    if (run > 0) {
      if (length + run > out.length) throw damaged('a bzip2 block is longer than it says')
      out.fill(order[0]!, length, length + run)
      length += run
      run = 0
      runBit = 1
    }
    if (symbol === endSymbol) return length
    if (length >= out.length || symbol > order.length) throw damaged('a bzip2 block is longer than it says')
    const place = symbol - 1
    const byte = order[place]!
    order.copyWithin(1, 0, place)
    order[0] = byte
    out[length++] = byte
  }
}

function readSymbol(bits: BitReader, codes: Codes): number {
  let length = codes.bitsMin
  let code = bits.read(length)
  while (code >= codes.limit[length]!) {
    if (++length > CODE_BITS_MAX) throw damaged('a bzip2 code is unknown')
    code = (code << 1) | bits.read(1)
  }
  return codes.symbols[code + codes.base[length]!]!
}

/** The transform backwards: from now on a link is followed for each byte. In `links`: byte, and the next place above it. */
export function linkBlock(links: Uint32Array, length: number): void {
  const starts = new Uint32Array(256)
  for (let i = 0; i < length; i++) starts[links[i]! & 0xff]!++
  let sum = 0
  for (let byte = 0; byte < 256; byte++) {
    const count = starts[byte]!
    starts[byte] = sum
    sum += count
  }
  for (let i = 0; i < length; i++) {
    const byte = links[i]! & 0xff
    links[starts[byte]!++]! |= i << 8
  }
}
