/** A body as JSON. What no service of AWS would send is refused before it costs memory. */
import { isUtf8 } from 'node:buffer'
import { serializationError } from './errors.ts'

/** AWS's deepest input is some ten deep. Eight megabytes of brackets would be half a gigabyte of arrays. */
const DEPTH_MAX = 64
/**
 * Commas, brackets and braces that open, outside strings: as many values can a body have. A put of 500 records has 2,000, a table of ten
 * thousand columns with their comments 40,000. Eight megabytes of `{},` would be a gigabyte of objects and seconds of the one thread.
 */
const VALUES_MAX = 100_000

/** Throws SerializationException, as AWS without a text. */
export function parseJsonBody(body: Buffer): unknown {
  // A byte that is no UTF-8 would become another character, and nobody would be told.
  if (!isUtf8(body) || isOverdone(body)) throw serializationError()
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw serializationError()
  }
}

const [QUOTE, COMMA, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('",\\[]{}')

/** Deeper, or of more values, than anything that is meant. */
function isOverdone(body: Buffer): boolean {
  let depth = 0
  let values = 0
  for (let index = 0; index < body.length; index++) {
    const byte = body[index]
    if (byte === QUOTE) index = endOfString(body, index)
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > DEPTH_MAX || ++values > VALUES_MAX) return true
    } else if (byte === COMMA) {
      if (++values > VALUES_MAX) return true
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--
  }
  return false
}

/** The closing quote, or the end of the body. */
function endOfString(body: Buffer, start: number): number {
  let end = body.indexOf(QUOTE!, start + 1)
  while (end > 0 && isEscaped(body, end)) end = body.indexOf(QUOTE!, end + 1)
  return end < 0 ? body.length : end
}

function isEscaped(body: Buffer, index: number): boolean {
  let backslashes = 0
  while (body[index - 1 - backslashes] === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}
