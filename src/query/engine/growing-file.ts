/** A new file that grows by texts up to a limit: memory holds one piece of it. */
import { HozonError } from '../../base/errors.ts'
import { realFiles } from '../../sys/real-files.ts'

/** Large enough that a write costs little beside making the text, small beside what an engine may hold. */
const PIECE_BYTES = 1024 * 1024

export interface GrowingFile {
  /** HOZON_SQL_SIZE past the limit: what is there then is not the whole. */
  append(text: string): Promise<void>
  /** Bytes in the file. It is not durable: whoever takes it makes it so. */
  finish(): Promise<number>
  /** After a failure; the file stays for its owner to remove. */
  abandon(): Promise<void>
}

export async function createGrowingFile(path: string, bytesMax: number): Promise<GrowingFile> {
  const file = await realFiles.open(path, 'exclusive')
  let pending = ''
  let written = 0
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(pending)
    pending = ''
    if (written + bytes.length > bytesMax) throw tooLarge(bytesMax)
    await file.write([bytes], written)
    written += bytes.length
  }
  return {
    async append(text) {
      pending += text
      if (pending.length >= PIECE_BYTES) await flush()
    },
    async finish() {
      await flush()
      await file.close()
      return written
    },
    abandon: () => file.close(),
  }
}

function tooLarge(bytesMax: number): HozonError {
  return new HozonError('HOZON_SQL_SIZE', `the answer is larger than ${bytesMax} bytes`, {
    op: 'run query',
    hint: 'add a LIMIT, or write the rows by UNLOAD or CREATE TABLE AS',
  })
}
