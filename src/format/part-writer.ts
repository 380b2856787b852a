/** A file written front to back in large pieces. */
import type { Files } from '../sys/sys.ts'
import { createByteWriter, type ByteWriter } from './byte-writer.ts'

/** One system call per MiB; also what the writer holds in memory. */
const FLUSH_BYTES = 1024 * 1024

export interface PartWriter {
  readonly pending: ByteWriter
  /** To be awaited after each line; cheap until there is something to write. */
  flushIfLarge(): Promise<void> | undefined
  /** Returns the size of the file. */
  close(): Promise<number>
}

export async function openPart(files: Files, path: string, pending: ByteWriter): Promise<PartWriter> {
  const file = await files.open(path, 'create')
  let written = 0
  async function flush(): Promise<void> {
    const bytes = pending.view()
    await file.write([bytes], written)
    written += bytes.length
    pending.truncate(0)
  }
  return {
    pending,
    flushIfLarge: () => (pending.length >= FLUSH_BYTES ? flush() : undefined),
    async close() {
      try {
        if (pending.length > 0) await flush()
      } finally {
        pending.truncate(0)
        await file.close()
      }
      return written
    },
  }
}

/** One buffer serves all the files of a segment: they are written one after the other. */
export const partBuffer = createByteWriter
