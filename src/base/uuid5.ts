import { createHash } from 'node:crypto'
import { assert } from './errors.ts'

/** Name-based UUID (RFC 9562, version 5): the same name in the same namespace has the same UUID, always. */
export function uuid5(namespace: string, name: string): string {
  const space = Buffer.from(namespace.replaceAll('-', ''), 'hex')
  assert(space.length === 16, `the namespace of a UUID is a UUID, not ${namespace}`)
  const bytes = createHash('sha1').update(space).update(name).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x50
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
