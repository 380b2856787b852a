/** Reads Thrift's compact protocol into plain values: structures as maps by field id. Throws where the bytes end early. */
export type ThriftValue = boolean | number | bigint | Buffer | ThriftValue[] | Map<number, ThriftValue>

/** Deeper than anything that is written. */
const DEPTH_MAX = 32

const TRUE = 1
const FALSE = 2
const BYTE = 3
const I16 = 4
const I32 = 5
const I64 = 6
const DOUBLE = 7
const BINARY = 8
const LIST = 9
const SET = 10
const MAP = 11
const STRUCT = 12

export class ThriftReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** One field of the structure that begins here; what is behind it is not read. Undefined: it has none. */
  field(wanted: number): ThriftValue | undefined {
    for (const [id, value] of this.#fields(0)) if (id === wanted) return value
    return undefined
  }

  *#fields(depth: number): Generator<[number, ThriftValue]> {
    let id = 0
    for (;;) {
      const header = this.#byte()
      if (header === 0) return
      const type = header & 0x0f
      id = header >> 4 === 0 ? this.#zigzag() : id + (header >> 4)
      yield [id, this.#value(type, depth + 1)]
    }
  }

  #value(type: number, depth: number): ThriftValue {
    if (depth > DEPTH_MAX) throw new Error('nested too deep')
    switch (type) {
      case TRUE:
        return true
      case FALSE:
        return false
      case BYTE:
        return this.#byte()
      case I16:
      case I32:
      case I64:
        return this.#zigzag()
      case DOUBLE:
        return this.#take(8).readDoubleLE()
      case BINARY:
        return this.#take(this.#varint())
      case LIST:
      case SET:
        return this.#list(depth)
      case MAP:
        return this.#map(depth)
      case STRUCT:
        return new Map(this.#fields(depth))
      default:
        throw new Error(`${type} is no type`)
    }
  }

  #list(depth: number): ThriftValue[] {
    const header = this.#byte()
    const size = header >> 4 === 15 ? this.#varint() : header >> 4
    const values: ThriftValue[] = []
    // Booleans have a byte each here; one by one, so that a false size ends where the bytes end.
    for (let count = 0; count < size; count++)
      values.push((header & 0x0f) <= FALSE ? this.#byte() === TRUE : this.#value(header & 0x0f, depth + 1))
    return values
  }

  /** Nothing that is asked for is in one: keys and values in turn. */
  #map(depth: number): ThriftValue[] {
    const size = this.#varint()
    if (size === 0) return []
    const types = this.#byte()
    const values: ThriftValue[] = []
    for (let count = 0; count < size; count++)
      values.push(this.#value(types >> 4, depth + 1), this.#value(types & 0x0f, depth + 1))
    return values
  }

  #byte(): number {
    return this.#take(1)[0]!
  }

  #take(count: number): Buffer {
    const end = this.#at + count
    if (end > this.#bytes.length) throw new Error('the bytes end early')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  /** Exact up to 2^53: larger ones are nothing that is asked for. */
  #varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte()
      value += (byte & 0x7f) * factor
      if (byte < 128) return value
      if (factor > 2 ** 63) throw new Error('a number without end')
    }
  }

  #zigzag(): number {
    const value = this.#varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
}
