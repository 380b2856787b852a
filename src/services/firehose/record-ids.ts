/**
 * RecordIds: long text that says nothing, as AWS's do. They derive from the identity of the request, so that a repetition
 * of it is answered the same way, also after a restart.
 */
import { createHash } from 'node:crypto'

/** 212 letters; with four of the index about as long as AWS's. */
const IDENTITY_BYTES = 159
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function createRecordIds(identity: Buffer, count: number): string[] {
  const common = createHash('shake256', { outputLength: IDENTITY_BYTES }).update(identity).digest('base64')
  return Array.from({ length: count }, (_, index) => common + indexText(index))
}

/** Four letters: as many numbers as no request has records. */
function indexText(index: number): string {
  return (
    LETTERS[index >> 18]! + LETTERS[(index >> 12) & 63]! + LETTERS[(index >> 6) & 63]! + LETTERS[index & 63]!
  )
}
