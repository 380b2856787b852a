import type { Files } from '../../sys/sys.ts'

/** Large enough that a read costs little per byte; two or three of them are held at a time. */
const READ_BYTES = 1024 * 1024

/** The bytes of some files, one after the other. */
export async function* chunksOf(files: Files, paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) {
    const file = await files.open(path, 'read')
    try {
      for (let at = 0; ;) {
        // A new buffer each time: whoever takes the chunks may still hold the last one.
        const chunk = Buffer.allocUnsafe(READ_BYTES)
        const read = await file.read(chunk, at)
        if (read === 0) break
        at += read
        yield chunk.subarray(0, read)
      }
    } finally {
      await file.close()
    }
  }
}
