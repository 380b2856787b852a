/** A stream of delivered bytes to a file of rows, a line each. What is held is one item and a piece or two of the bytes. */
import { assert } from '../../base/errors.ts'
import type { Files } from '../../sys/sys.ts'
import { createByteWriter } from '../byte-writer.ts'
import { openPart, type PartWriter } from '../part-writer.ts'
import { createRowReader, MAX_ITEM_BYTES, type RowReader } from './rows.ts'

/** So much is gathered before it is read: an item that lies across two pieces is read twice. */
const PIECE_BYTES = 4 * 1024 * 1024

/** Returns the size of the file. */
export async function writeRows(
  files: Files,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  path: string,
): Promise<number> {
  const reader = createRowReader()
  const writer = await openPart(files, path, createByteWriter())
  let held: Buffer[] = []
  let heldBytes = 0
  let wantedBytes = PIECE_BYTES
  try {
    for await (const chunk of chunks) {
      held.push(chunk)
      heldBytes += chunk.length
      if (heldBytes < wantedBytes) continue
      const rest = await readItems(reader, Buffer.concat(held), false, writer)
      held = [rest]
      heldBytes = rest.length
      // An item of many pieces must not be read again for each of them.
      wantedBytes = Math.max(PIECE_BYTES, 2 * heldBytes)
    }
    await readItems(reader, Buffer.concat(held), true, writer)
  } finally {
    var size = await writer.close()
  }
  return size
}

/** What is left of the bytes: the beginning of an item. */
async function readItems(
  reader: RowReader,
  bytes: Buffer,
  isLast: boolean,
  writer: PartWriter,
): Promise<Buffer> {
  let at = 0
  while (at < bytes.length) {
    const next = reader.step(bytes, at, isLast, writer.pending)
    if (next === at) break
    at = next
    const flushing = writer.flushIfLarge()
    if (flushing !== undefined) await flushing
  }
  assert(at === bytes.length || (!isLast && bytes.length - at <= MAX_ITEM_BYTES), 'an item has an end')
  return bytes.subarray(at)
}
