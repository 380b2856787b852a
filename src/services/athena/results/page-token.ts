/** The NextToken of results: where the next page begins. Only those that were given are taken, for another byte may be within a row. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { invalidRequest } from '../faults.ts'

const POSITION_BYTES = 8
const SEAL_BYTES = 16

/** `secret`: tokens outlive the process, so it must too. */
export interface PageTokens {
  write(of: string, position: number): string
  /** Throws InvalidRequestException. */
  read(of: string, token: string): number
}

export function openPageTokens(secret: string): PageTokens {
  const seal = (of: string, position: Buffer): Buffer =>
    createHmac('sha256', secret).update(of).update(position).digest().subarray(0, SEAL_BYTES)
  return {
    write(of, position) {
      const bytes = Buffer.alloc(POSITION_BYTES)
      bytes.writeBigUInt64BE(BigInt(position))
      return Buffer.concat([bytes, seal(of, bytes)]).toString('base64url')
    },
    read(of, token) {
      const bytes = Buffer.from(token, 'base64url')
      const position = bytes.subarray(0, POSITION_BYTES)
      if (
        bytes.length !== POSITION_BYTES + SEAL_BYTES ||
        !timingSafeEqual(bytes.subarray(POSITION_BYTES), seal(of, position))
      )
        throw invalidRequest('Invalid pagination token')
      return Number(position.readBigUInt64BE())
    },
  }
}
