/** Rows of Athena's answers, out of bytes: the inverse of what the engines write. */
import { otherObject } from './other-object.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const LINE_END = 0x0a

/** Undefined is NULL, which is not the same as the empty text. */
export type Cell = string | undefined

export interface Row {
  cells: Cell[]
  /** Behind its line end. */
  end: number
}

/** Undefined: the row goes on behind the bytes. */
export type RowScanner = (bytes: Buffer, start: number) => Row | undefined

/** Values in quotes, which are doubled within; nothing at all is NULL. */
export const scanCsvRow: RowScanner = (bytes, start) => {
  const cells: Cell[] = []
  let at = start
  for (;;) {
    const cell = bytes[at] === QUOTE ? quoted(bytes, at) : plain(bytes, at)
    if (cell === undefined) return undefined
    cells.push(cell.text)
    const mark = bytes[cell.end]
    if (mark === undefined) return undefined
    at = cell.end + 1
    if (mark === LINE_END) return { cells, end: at }
    if (mark !== COMMA) throw otherObject()
  }
}

/** The whole line, whatever tabs are in it. */
export const scanTextRow: RowScanner = (bytes, start) => {
  const end = bytes.indexOf(LINE_END, start)
  return end < 0 ? undefined : { cells: [bytes.toString('utf8', start, end)], end: end + 1 }
}

interface Scanned {
  text: Cell
  end: number
}

function quoted(bytes: Buffer, start: number): Scanned | undefined {
  let doubled = false
  for (let at = start + 1; ; at += 2) {
    at = bytes.indexOf(QUOTE, at)
    if (at < 0 || at + 1 >= bytes.length) return undefined
    if (bytes[at + 1] !== QUOTE) {
      const text = bytes.toString('utf8', start + 1, at)
      return { text: doubled ? text.replaceAll('""', '"') : text, end: at + 1 }
    }
    doubled = true
  }
}

function plain(bytes: Buffer, start: number): Scanned | undefined {
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === COMMA || byte === LINE_END)
      return { text: at === start ? undefined : bytes.toString('utf8', start, at), end: at }
  }
  return undefined
}
