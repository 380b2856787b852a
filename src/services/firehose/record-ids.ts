/**
 * RecordIds: text that says nothing, as AWS's do. They derive from the identity of the request, so that a repetition
 * of it is answered the same way, also after a restart.
 */
import { createHash } from 'node:crypto'
import type { AwsCall } from '../../aws/service.ts'

/** 44 letters, and four of the index. AWS's are 216 long, of which nobody gets anything: 500 of them took a tenth of the time of their request. */
const IDENTITY_BYTES = 33
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const LETTER_BYTES = Buffer.from(LETTERS)
/** From the last two letters of an index to the end of an entry: these and `"},`. The first two are the same for as many as a request has. */
const INDEX_END = 5

export function recordId(identity: Buffer): string {
  return identityText(identity) + indexText(0)
}

/**
 * `head[{"RecordId":"…"},…]}` for `count` records, 4096 at most. All differ by two letters only, so the first is repeated and then these are
 * set: a tenth of the time of JSON.stringify.
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
  for (let index = 0, at = start + entry.length - INDEX_END; index < count; index++, at += entry.length) {
    out[at] = LETTER_BYTES[index >> 6]!
    out[at + 1] = LETTER_BYTES[index & 63]!
  }
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
