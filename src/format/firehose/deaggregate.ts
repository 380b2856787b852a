/**
 * Records that hold several records are split: JSON objects that follow one another (`{..}{..}` or one per line, never
 * in an array), or pieces between delimiters. A record that is something else, or holds too many, stays whole, as
 * Firehose leaves it: nothing is lost by not splitting.
 */
import type { FirehoseProcessing } from '../../base/firehose-delivery.ts'
import { balancedEnd } from '../balanced-end.ts'
import { CLOSE_BRACE, OPEN_BRACE, skipSpace } from '../json-bytes.ts'

/** Firehose's limit: a record with more is not split at all. */
export const SUB_RECORDS_MAX = 500

export type Deaggregate = (data: Buffer) => Buffer[]

/** Undefined: the stream has no such step. */
export function createDeaggregator(settings: FirehoseProcessing['deaggregation']): Deaggregate | undefined {
  if (settings === undefined) return undefined
  if (settings.kind === 'json') return splitJson
  const delimiter = Buffer.from(settings.delimiterBase64, 'base64')
  return delimiter.length === 0 ? undefined : (data) => splitDelimited(data, delimiter)
}

/** White space around the objects is dropped, as Firehose does. */
function splitJson(data: Buffer): Buffer[] {
  const parts: Buffer[] = []
  let at = skipSpace(data, 0)
  while (at < data.length) {
    const end = data[at] === OPEN_BRACE ? balancedEnd(data, at, data.length) : -1
    if (end < 0 || data[end - 1] !== CLOSE_BRACE || parts.length === SUB_RECORDS_MAX) return [data]
    parts.push(data.subarray(at, end))
    at = skipSpace(data, end)
  }
  return parts.length === 0 ? [data] : parts
}

/** Nothing between two delimiters is no record. */
function splitDelimited(data: Buffer, delimiter: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 0; at < data.length;) {
    const found = data.indexOf(delimiter, at)
    const end = found < 0 ? data.length : found
    if (end > at) {
      if (parts.length === SUB_RECORDS_MAX) return [data]
      parts.push(data.subarray(at, end))
    }
    at = end + delimiter.length
  }
  return parts.length === 0 ? [data] : parts
}
