/**
 * What tells a repeated request from an equal one. AWS's SDKs give all attempts of one call the same amz-sdk-invocation-id; without it only
 * the very same signature is a repetition. Equal content alone never is.
 */
import { createHash } from 'node:crypto'

export interface IdentityParts {
  accessKeyId: string
  invocationId: string | undefined
  target: string
  /** Hex sha256. */
  bodyHash: string
  signature: string
}

/** 16 bytes. */
export function requestIdentity({
  accessKeyId,
  invocationId,
  target,
  bodyHash,
  signature,
}: IdentityParts): Buffer {
  // No part holds a line feed: they come from headers.
  const parts = invocationId
    ? ['invocation', accessKeyId, invocationId, target, bodyHash]
    : ['signature', accessKeyId, signature]
  return createHash('sha256').update(parts.join('\n')).digest().subarray(0, 16)
}
