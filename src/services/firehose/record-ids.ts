/**
 * RecordIds: long text that says nothing, as AWS's do. They derive from the identity of the request, so that a repetition
 * of it is answered the same way, also after a restart.
 */
import { createHash } from 'node:crypto'
import type { AwsCall } from '../../aws/service.ts'

/** 212 letters; with four of the index about as long as AWS's. */
const IDENTITY_BYTES = 159
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** As many as a request has records at most. */
const INDEXES_MAX = 500
/** From the index to the end of an entry: four letters and `"},`. */
const INDEX_END = 7
const INDEX_LETTERS = Array.from({ length: INDEXES_MAX }, (_, index) => Buffer.from(indexText(index)))

export function recordId(identity: Buffer): string {
  return identityText(identity) + indexText(0)
}

/**
 * `head[{"RecordId":"…"},…]}` for `count` records. All differ by four letters only, so the first is repeated and then these are set: half
 * the time of joining text, and a tenth of JSON.stringify's.
 */
export function withRecordIds(
  head: string,
  { identity, memory }: Pick<AwsCall, 'identity' | 'memory'>,
  count: number,
): Buffer {
  const entry = Buffer.from(`{"RecordId":"${recordId(identity)}"},`, 'latin1')
  const start = head.length + 1
  const end = start + count * entry.length
  const out = memory.take(end + 1)
  out.write(`${head}[`, 'latin1')
  out.fill(entry, start, end)
  for (let index = 0, at = start + entry.length - INDEX_END; index < count; index++, at += entry.length)
    out.set(INDEX_LETTERS[index]!, at)
  // In place of the last comma.
  out.write(']}', end - 1, 'latin1')
  return out
}

function identityText(identity: Buffer): string {
  return createHash('shake256', { outputLength: IDENTITY_BYTES }).update(identity).digest('base64')
}

function indexText(index: number): string {
  return [18, 12, 6, 0].map((shift) => LETTERS[(index >> shift) & 63]!).join('')
}
