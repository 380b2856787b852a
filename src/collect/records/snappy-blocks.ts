/**
 * Raw snappy blocks, one behind the other: they have neither a magic number nor their compressed length, so the only way
 * to know where one ends, or whether there is one at all, is to walk through its elements.
 */
import { assert } from '../../base/errors.ts'
import { uncompressBlock } from '../../format/encodings/snappy-block.ts'
import { snappyBlockEnd, type BlockFound } from '../../format/encodings/snappy-raw.ts'

/** Bytes that the blocks become, or undefined where the record is not whole blocks and nothing else. */
export function snappyLength(record: Buffer): number | undefined {
  let length = 0
  for (let at = 0; at < record.length;) {
    const block = wholeBlock(record, at)
    if (block === undefined) return undefined
    at = block.end
    length += block.contentBytes
  }
  return length
}

/** `length` from snappyLength(). */
export function uncompressSnappy(record: Buffer, length: number): Buffer {
  const contents: Buffer[] = []
  for (let at = 0; at < record.length;) {
    const block = wholeBlock(record, at)
    assert(block !== undefined, 'snappyLength() has looked at every element')
    contents.push(uncompressBlock(record.subarray(at, block.end)))
    at = block.end
  }
  return contents.length === 1 ? contents[0]! : Buffer.concat(contents, length)
}

function wholeBlock(record: Buffer, at: number): BlockFound | undefined {
  const found = snappyBlockEnd(record, at, Infinity)
  return typeof found === 'object' && 'end' in found ? found : undefined
}
