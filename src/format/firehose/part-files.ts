/** The delivered bytes of some hundred partitions at a time: gathered in memory, appended to their files now and then. */
import { join } from 'node:path'
import type { Files } from '../../sys/sys.ts'
import { createByteWriter, type ByteWriter } from '../byte-writer.ts'

/** Times 500 partitions this is what is held; a file is open only while it is written. */
const HELD_BYTES_MAX = 256 * 1024

export interface PartFile {
  path: string
  /** Written to the file; the rest is in `pending`. */
  bytes: number
  pending: ByteWriter
  units: number
}

export interface PartFiles {
  /** In order of their numbers, which are given out from 0 on. */
  readonly all: readonly PartFile[]
  at(index: number): PartFile
  /** Between records. */
  flushLarge(): Promise<void>
  flushAll(): Promise<void>
}

export function createPartFiles(files: Files, folder: string): PartFiles {
  const all: PartFile[] = []

  async function flush(part: PartFile): Promise<void> {
    const file = await files.open(part.path, part.bytes === 0 ? 'create' : 'update')
    try {
      const bytes = part.pending.view()
      await file.write([bytes], part.bytes)
      part.bytes += bytes.length
      part.pending.truncate(0)
    } finally {
      await file.close()
    }
  }

  return {
    all,
    at(index) {
      for (let next = all.length; next <= index; next++) {
        all.push({ path: join(folder, `part-${next}`), bytes: 0, pending: createByteWriter(), units: 0 })
      }
      return all[index]!
    },
    async flushLarge() {
      for (const part of all) if (part.pending.length >= HELD_BYTES_MAX) await flush(part)
    },
    async flushAll() {
      for (const part of all) if (part.pending.length > 0 || part.bytes === 0) await flush(part)
    },
  }
}
