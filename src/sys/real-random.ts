import { randomBytes } from 'node:crypto'
import type { Random } from './sys.ts'

export const realRandom: Random = {
  bytes: (count) => randomBytes(count),
  float: () => randomBytes(4).readUInt32LE() / 0x1_0000_0000,
}
