import type { Random } from '../../sys/sys.ts'

/** A random UUID in lower case, as Athena's ids are. */
export function uuid4(random: Pick<Random, 'bytes'>): string {
  const bytes = random.bytes(16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
