/**
 * Where one raw snappy block ends that others follow: it says how long its content is and nothing about its own length,
 * and decoders refuse what follows. The elements are walked, nothing is copied.
 */

export interface BlockFound {
  end: number
  contentBytes: number
}

export type BlockEnd =
  | BlockFound
  /** It only looked like one, and showed it after so many bytes. */
  | { vainBytes: number }
  /** There may be one, cut by the end of the bytes. */
  | 'more'
  | undefined

export function snappyBlockEnd(bytes: Buffer, from: number, maxBytes: number): BlockEnd {
  const announced = announcedLength(bytes, from)
  if (typeof announced !== 'object') return announced
  const contentBytes = announced.length
  if (contentBytes > maxBytes) return undefined
  let at = announced.end
  let made = 0
  while (made < contentBytes) {
    const element = elementAt(bytes, at)
    if (element === 'more') return 'more'
    made += element.length
    // Most of what is no block ends here at once: there is nothing yet to copy from.
    if (made > contentBytes || !element.copies(made - element.length)) return { vainBytes: at - from }
    if (element.end > bytes.length) return 'more'
    at = element.end
  }
  return { end: at, contentBytes }
}

interface Element {
  length: number
  end: number
  /** Is there something to copy from when so much is made? */
  copies(made: number): boolean
}

function elementAt(bytes: Buffer, at: number): Element | 'more' {
  const tag = bytes[at]
  if (tag === undefined) return 'more'
  return (tag & 3) === 0 ? literalAt(bytes, at, tag) : copyAt(bytes, at, tag)
}

const ALWAYS = (): boolean => true

function literalAt(bytes: Buffer, at: number, tag: number): Element | 'more' {
  const short = tag >> 2
  if (short < 60) return { length: short + 1, end: at + 2 + short, copies: ALWAYS }
  const sizeBytes = short - 59
  if (at + 1 + sizeBytes > bytes.length) return 'more'
  const length = bytes.readUIntLE(at + 1, sizeBytes) + 1
  return { length, end: at + 1 + sizeBytes + length, copies: ALWAYS }
}

function copyAt(bytes: Buffer, at: number, tag: number): Element | 'more' {
  const offsetBytes = [0, 1, 2, 4][tag & 3]!
  const end = at + 1 + offsetBytes
  if (end > bytes.length) return 'more'
  const low = bytes.readUIntLE(at + 1, offsetBytes)
  const offset = offsetBytes === 1 ? ((tag >> 5) << 8) | low : low
  const length = offsetBytes === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
  return { length, end, copies: (made) => offset > 0 && offset <= made }
}

function announcedLength(bytes: Buffer, from: number): { length: number; end: number } | 'more' | undefined {
  let length = 0
  for (let i = 0; i < 5; i++) {
    const byte = bytes[from + i]
    if (byte === undefined) return 'more'
    length += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { length, end: from + i + 1 }
  }
  return undefined
}
