/**
 * The objects in CloudTrail's files, `{"Records":[{…},{…}]}`, one by one: a file is one line of any length. Several such
 * documents may follow one another.
 */
import { objectEnd } from '../json-validate.ts'
import { OPEN_BRACE } from '../json-bytes.ts'
import { BadRow } from '../serde/text-serde.ts'
import type { Chunks } from '../encodings/encoding.ts'
import { RECORD_BYTES_MAX, tooLong } from './line-records.ts'

const RECORDS = /"records"[ \t\r\n]*:[ \t\r\n]*\[/i
/** What stands in front of the array; more is no such file. */
const HEAD_BYTES_MAX = 64 * 1024
const CLOSE_BRACKET = 0x5d

export async function* arrayRecords(chunks: Chunks): AsyncGenerator<string[]> {
  const walk = new ArrayWalk()
  for await (const chunk of chunks) {
    const records = walk.take(chunk)
    if (records.length > 0) yield records
  }
  walk.end()
}

class ArrayWalk {
  #bytes: Buffer = Buffer.alloc(0)
  #inArray = false
  #foundAny = false

  take(chunk: Buffer): string[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    const records: string[] = []
    let at = 0
    for (;;) {
      const next = this.#inArray ? this.#record(at, records) : this.#begin(at)
      if (next === undefined) break
      at = next
    }
    this.#bytes = this.#bytes.subarray(at)
    return records
  }

  end(): void {
    if (this.#inArray) throw notWhole()
    if (!this.#foundAny && this.#bytes.toString('latin1').trim() !== '') {
      throw new BadRow('HIVE_BAD_DATA: the file has no array "Records", as those of CloudTrail have')
    }
  }

  /** Undefined: more bytes are needed. */
  #begin(from: number): number | undefined {
    const head = this.#bytes.toString('latin1', from, from + HEAD_BYTES_MAX)
    const match = RECORDS.exec(head)
    if (match === null) {
      if (head.length === HEAD_BYTES_MAX) throw notWhole()
      return undefined
    }
    this.#inArray = true
    this.#foundAny = true
    return from + match.index + match[0].length
  }

  #record(from: number, records: string[]): number | undefined {
    const bytes = this.#bytes
    let at = from
    while (at < bytes.length && isBetween(bytes[at]!)) at++
    if (at === bytes.length) return undefined
    if (bytes[at] === CLOSE_BRACKET) {
      this.#inArray = false
      return at + 1
    }
    if (bytes[at] !== OPEN_BRACE) throw notWhole()
    const end = objectEnd(bytes, at, bytes.length)
    if (end > 0) {
      records.push(bytes.toString('utf8', at, end))
      return end
    }
    // Cut by the end of the chunk, or wrong: the size tells in the end.
    if (bytes.length - at > RECORD_BYTES_MAX) throw tooLong()
    return undefined
  }
}

/** A comma or blank. */
function isBetween(byte: number): boolean {
  return byte === 0x2c || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function notWhole(): BadRow {
  return new BadRow('HIVE_BAD_DATA: the array "Records" is not one of JSON objects, or has no end')
}
