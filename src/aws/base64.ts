/** Blobs on the wire: standard base64 with padding and nothing else in it, as AWS takes it. */
import { serializationError } from './errors.ts'

/** Throws SerializationException. AWS repeats the text; here it stays out of the error, since it is somebody's log line. */
export function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  // Node's decoder skips what it does not know. Only what comes back equal had nothing to skip, and no bits after its end.
  if (bytes.toString('base64') === text) return bytes
  throw serializationError(`Value can not be converted to a Blob: ${reason(text)}`)
}

function reason(text: string): string {
  if (text.length % 4 !== 0)
    return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`
  const wrong = /[^A-Za-z0-9+/=]|=(?!=?$)/.exec(text)
  // As AWS spells it.
  return wrong === null
    ? 'Invalid last non-pad Base64 character dectected'
    : `Invalid Base64 character: '${wrong[0]}'`
}
