/**
 * The output block of a parser: one growing buffer per block, written byte by byte or run by run. A parser makes one
 * for each block, so that a block that was handed out is never written again.
 */
export class ByteSink {
  bytes: Buffer
  length = 0

  constructor(expectedBytes: number) {
    this.bytes = Buffer.allocUnsafe(Math.max(256, expectedBytes))
  }

  /** Makes room for `count` more bytes; writers that use `bytes` directly call this first. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** ASCII or Latin-1 text. */
  ascii(text: string): void {
    this.reserve(text.length)
    this.length += this.bytes.write(text, this.length, 'latin1')
  }

  copy(source: Uint8Array, start: number, end: number): void {
    const count = end - start
    this.reserve(count)
    if (count > LONG_RUN) {
      this.bytes.set(source.subarray(start, end), this.length)
      this.length += count
      return
    }
    const { bytes } = this
    let to = this.length
    for (let i = start; i < end; i++) bytes[to++] = source[i]!
    this.length = to
  }

  utf8(text: string): void {
    this.reserve(text.length * 3)
    this.length += this.bytes.write(text, this.length, 'utf8')
  }

  done(): Buffer {
    return this.bytes.subarray(0, this.length)
  }
}

/** Below this a loop is faster than the call that copies memory. */
const LONG_RUN = 48
