/** How long the longest line of files may be, found by looking at one place per window instead of at every line. */
import type { Files } from '../../sys/sys.ts'

/** DuckDB's reader holds twice this per thread; a quarter of it is as fast, and lines of logs are shorter. */
const WINDOW_BYTES = 1024 * 1024
const NEWLINE = 0x0a

export interface LineExtent {
  /** No line of the files, its newline included, is longer; a power of two. */
  lineBytesMax: number
  /** Of all files. */
  bytes: number
}

export async function lineExtent(files: Files, paths: readonly string[]): Promise<LineExtent> {
  let bytes = 0
  let window = Buffer.allocUnsafe(WINDOW_BYTES)
  for (const path of paths) {
    const file = await files.open(path, 'read')
    try {
      let at = 0
      for (;;) {
        const read = await file.read(window, at)
        if (read === 0) break
        const last = window.subarray(0, read).lastIndexOf(NEWLINE)
        // A read that ends early is not the end of the file; the next one says.
        if (last >= 0) at += last + 1
        else if (read === window.length) window = Buffer.allocUnsafe(window.length * 2)
        else break
      }
      bytes += at
    } finally {
      await file.close()
    }
  }
  return { lineBytesMax: window.length, bytes }
}
