/** What access keys are made of: as long as AWS's and of the same letters, since some clients look at that. */
import type { Random } from '../sys/sys.ts'

/** Not AWS's `AKIA`: who scans for AWS's keys does not take ours for one of them, and can look for ours. */
const ID_START = 'HOZON'
const ID_CHARS = 20
const SECRET_CHARS = 40

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** Without AWS's `+` and `/`, which get lost in URLs and shells; 238 bits all the same. */
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export function makeAccessKeyId(random: Random): string {
  return ID_START + letters(random, BASE32, ID_CHARS - ID_START.length)
}

export function makeSecretAccessKey(random: Random): string {
  return letters(random, BASE62, SECRET_CHARS)
}

function letters(random: Random, alphabet: string, count: number): string {
  // The last bytes would make the first letters more frequent.
  const limit = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < count) {
    for (const byte of random.bytes(count))
      if (byte < limit && text.length < count) text += alphabet[byte % alphabet.length]
  }
  return text
}
