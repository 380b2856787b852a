/**
 * RecordIds: long text that says nothing, as AWS's do. They derive from the identity of the request, so that a repetition
 * of it is answered the same way, also after a restart.
 */
import { createHash } from 'node:crypto'

/** 212 letters; with four of the index about as long as AWS's. */
const IDENTITY_BYTES = 159
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** As many as a request has records at most. */
const INDEXES_MAX = 500
const INDEX_TEXTS = Array.from({ length: INDEXES_MAX }, (_, index) => indexText(index))

export function recordId(identity: Buffer): string {
  return identityText(identity) + INDEX_TEXTS[0]!
}

/**
 * `[{"RecordId":"…"},…]` for `count` records. As text, since JSON.stringify of 500 objects takes five times as long, and
 * a quarter of the time of a request of small records.
 */
export function recordIdsJson(identity: Buffer, count: number): string {
  const separator = `"},{"RecordId":"${identityText(identity)}`
  return `[${separator.slice('"},'.length)}${INDEX_TEXTS.slice(0, count).join(separator)}"}]`
}

function identityText(identity: Buffer): string {
  return createHash('shake256', { outputLength: IDENTITY_BYTES }).update(identity).digest('base64')
}

function indexText(index: number): string {
  return [18, 12, 6, 0].map((shift) => LETTERS[(index >> shift) & 63]!).join('')
}
