/**
 * The contract of line parsers: a block of whole lines as read from a file becomes the lines of the segment, one for
 * one. A segment of a json or parquet stream holds JSON objects, a line each; a line that does not parse is written as
 *
 *     0x15 reason 0x15 original-bytes \n
 *
 * and goes to the error prefix with that reason when the segment is prepared. Segments of raw streams hold the bytes
 * as they came. registry.ts maps ParseConfig.kind to its parser; each parser is one file.
 */

/** NAK: never the first byte of a JSON value, so a rejected line can not be mistaken for a row. */
export const REJECT_MARK = 0x15

export interface Parser {
  /** true: parseBlock returns its argument; the source never needs to look at single lines. */
  readonly passthrough: boolean
  /** `block`: whole lines, each ending in \n. Returns as many lines. Never throws, whatever the bytes. */
  parseBlock(block: Buffer): Buffer
  /** A line longer than the limit: `line` is its beginning without \n, `fullBytes` its length. Returns one line with \n that carries the mark of the cut. */
  parseCut(line: Buffer, fullBytes: number): Buffer
}

export interface ParserOptions {
  /** IANA zone of times that do not name one (RFC 3164 syslog, `yyyy-MM-dd HH:mm:ss`). */
  timezone: string
  /** For times without a year. Epoch ms. */
  now: () => number
}
