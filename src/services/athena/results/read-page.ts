/** Some rows of an answer, from a byte on: what came before is not read again. */
import { invalidRequest } from '../faults.ts'
import type { Cell, RowScanner } from './csv-rows.ts'
import { otherObject } from './other-object.ts'

export interface AnswerFile {
  bytes: number
  /** 0 at the end. */
  read(buffer: Buffer, position: number): Promise<number>
}

export interface PageRequest {
  scan: RowScanner
  /** Where a row begins. */
  from: number
  rowsMax: number
}

export interface Page {
  rows: Cell[][]
  /** Where the next begins; undefined: these were the last. */
  next: number | undefined
}

const CHUNK_BYTES = 256 * 1024
/** A page is JSON in memory, several times: long rows come in shorter pages. AWS's clients follow the token, whatever comes. */
const PAGE_BYTES_MAX = 8 * 1024 * 1024
/** Each is an object, and 20 bytes of JSON around its text: a NULL costs as much, though it has no bytes in the file. */
const PAGE_CELLS_MAX = 100_000
/** Longer ones are read from the object. */
const ROW_BYTES_MAX = 32 * 1024 * 1024

export async function readPage(file: AnswerFile, { scan, from, rowsMax }: PageRequest): Promise<Page> {
  if (from > file.bytes) throw otherObject()
  const rows: Cell[][] = []
  let cells = 0
  let bytes: Buffer = Buffer.alloc(0)
  /** Of `bytes` in the file, and of the next row in `bytes`. */
  let [base, at] = [from, 0]
  while (rows.length < rowsMax && cells < PAGE_CELLS_MAX && base + at - from < PAGE_BYTES_MAX) {
    const row = scan(bytes, at)
    if (row !== undefined) {
      rows.push(row.cells)
      cells += row.cells.length
      at = row.end
      continue
    }
    if (base + bytes.length >= file.bytes) {
      // Each row has its line end.
      if (at < bytes.length) throw otherObject()
      break
    }
    if (bytes.length - at > ROW_BYTES_MAX)
      throw invalidRequest(
        'A row of the result is too long for a page: read the object in the output location.',
      )
    // Twice as much as is left over, so that a long row is not looked through again for each chunk of it.
    const more = await readAt(file, base + bytes.length, Math.max(CHUNK_BYTES, bytes.length - at))
    if (more.length === 0) break
    bytes = Buffer.concat([bytes.subarray(at), more])
    base += at
    at = 0
  }
  const next = base + at
  return { rows, next: next < file.bytes && rows.length > 0 ? next : undefined }
}

async function readAt(file: AnswerFile, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(length, file.bytes - position))
  let filled = 0
  while (filled < buffer.length) {
    const read = await file.read(buffer.subarray(filled), position + filled)
    if (read === 0) break
    filled += read
  }
  return buffer.subarray(0, filled)
}
