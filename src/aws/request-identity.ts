/**
 * What tells a repeated request from an equal one. AWS's SDKs give all attempts of one call the same amz-sdk-invocation-id; without it only
 * the very same signature is a repetition. Equal content alone never is.
 */
import { createHash } from 'node:crypto'

/**
 * Fluent Bit may send two chunks of equal lines within one second, and without any mark its requests for them are the same
 * to the last byte: to take the second for a repetition would lose lines. So none of its requests is one.
 */
const UNMARKED_SENDERS = /\baws-fluent-bit-plugin\b/

export interface IdentityParts {
  accessKeyId: string
  invocationId: string | undefined
  target: string
  /** Hex sha256. */
  bodyHash: string
  signature: string
  userAgent: string | undefined
  /** Of this request alone. */
  requestId: string
}

/** 16 bytes. */
export function requestIdentity({
  accessKeyId,
  invocationId,
  target,
  bodyHash,
  signature,
  userAgent,
  requestId,
}: IdentityParts): Buffer {
  const unmarked = UNMARKED_SENDERS.test(userAgent ?? '')
    ? ['request', requestId]
    : ['signature', accessKeyId, signature]
  // No part holds a line feed: they come from headers.
  const parts = invocationId ? ['invocation', accessKeyId, invocationId, target, bodyHash] : unmarked
  return createHash('sha256').update(parts.join('\n')).digest().subarray(0, 16)
}
