/** A file of lines, a piece of whole lines at a time, with the room behind it that scanning needs. */
import type { Files, OpenFile } from '../../sys/sys.ts'
import { NEWLINE } from '../json-bytes.ts'
import { SCAN_PADDING } from '../json-shape.ts'

export interface LineSlice {
  bytes: Buffer
  size: number
}

/** As much as a segment of the buffer: most files are one slice. A longer line is a slice of its own. */
const SLICE_BYTES = 16 * 1024 * 1024

export async function* lineSlices(files: Files, path: string, fileBytes: number): AsyncGenerator<LineSlice> {
  const file = await files.open(path, 'read')
  try {
    for (let at = 0; at < fileBytes;) {
      const slice = await sliceAt(file, at, fileBytes)
      yield slice
      at += slice.size
    }
  } finally {
    await file.close()
  }
}

async function sliceAt(file: OpenFile, from: number, fileBytes: number): Promise<LineSlice> {
  for (let wanted = SLICE_BYTES; ; wanted *= 2) {
    const size = Math.min(wanted, fileBytes - from)
    const bytes = Buffer.allocUnsafeSlow(size + SCAN_PADDING)
    await readFully(file, bytes.subarray(0, size), from)
    if (from + size === fileBytes) return { bytes, size }
    const end = bytes.subarray(0, size).lastIndexOf(NEWLINE) + 1
    if (end > 0) return { bytes, size: end }
  }
}

async function readFully(file: OpenFile, into: Buffer, position: number): Promise<void> {
  for (let at = 0; at < into.length;) {
    const read = await file.read(into.subarray(at), position + at)
    if (read === 0) throw new RangeError(`${file.path} ends at byte ${position + at}`)
    at += read
  }
}

/** A file in pieces of any bytes. */
export async function* byteSlices(files: Files, path: string, fileBytes: number): AsyncGenerator<Buffer> {
  const file = await files.open(path, 'read')
  try {
    for (let at = 0; at < fileBytes;) {
      const slice = Buffer.allocUnsafeSlow(Math.min(SLICE_BYTES, fileBytes - at))
      await readFully(file, slice, at)
      yield slice
      at += slice.length
    }
  } finally {
    await file.close()
  }
}
