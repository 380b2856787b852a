/** A segment's bytes as a whole: at most 16 MiB, outside of the engine's heap. */
import type { Files } from '../sys/sys.ts'

/** Returns `bytes` and then `paddingBytes` of anything. */
export async function readSegment(
  files: Files,
  { path, bytes: size }: { path: string; bytes: number },
  paddingBytes = 0,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size + paddingBytes)
  const file = await files.open(path, 'read')
  try {
    for (let at = 0; at < size;) {
      const read = await file.read(bytes.subarray(at, size), at)
      if (read === 0) throw new RangeError(`${path} ends at byte ${at}, not at ${size}`)
      at += read
    }
  } finally {
    await file.close()
  }
  return bytes
}
