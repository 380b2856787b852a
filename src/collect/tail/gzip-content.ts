/**
 * The decompressed content of a gzip file as a file that is read forwards: a read a little behind the last one is
 * served from memory, one further back begins again at the start of the file.
 */
import { createGunzip, type Gunzip } from 'node:zlib'
import type { FileStat, OpenFile } from '../../sys/sys.ts'

/** Compressed bytes at a time: even at gzip's best ratio, 1000 to 1, they become no more than 32 MiB. */
const INPUT_BYTES = 32 * 1024

const MAGIC = [0x1f, 0x8b, 0x08] as const

export interface GzipContent extends OpenFile {
  /** Why the content ends early: the file is cut short or damaged. Known when its end was read. */
  readonly failure: string | undefined
  /** Bytes of content, once its end was reached. */
  readonly length: number | undefined
  /** Gives back the memory of decompression; the next read begins again at the start of the file. */
  rest(): void
}

export async function isGzip(file: Pick<OpenFile, 'read'>): Promise<boolean> {
  const start = Buffer.alloc(MAGIC.length)
  const count = await file.read(start, 0)
  return count === MAGIC.length && MAGIC.every((byte, at) => start[at] === byte)
}

export function gzipContent(file: OpenFile): GzipContent {
  let inflation = inflate(file)
  let window: Buffer[] = []
  let windowFrom = 0
  let windowBytes = 0
  let failure: string | undefined
  let length: number | undefined
  let endedAtSize: number | undefined

  /** A file that was cut short may have grown since. */
  async function hasGrown(): Promise<boolean> {
    return endedAtSize !== undefined && (await file.stat()).size !== endedAtSize
  }

  async function fillTo(end: number): Promise<void> {
    while (windowFrom + windowBytes < end) {
      const chunks = await inflation.next()
      if (chunks === undefined) {
        length = windowFrom + windowBytes
        failure = inflation.failure()
        endedAtSize ??= (await file.stat()).size
        return
      }
      for (const chunk of chunks) {
        window.push(chunk)
        windowBytes += chunk.length
      }
    }
  }

  function dropBefore(position: number): void {
    for (
      let first = window[0];
      first !== undefined && windowFrom + first.length <= position;
      first = window[0]
    ) {
      window.shift()
      windowFrom += first.length
      windowBytes -= first.length
    }
  }

  function beginAgain(): void {
    inflation.close()
    inflation = inflate(file)
    window = []
    windowFrom = 0
    windowBytes = 0
    endedAtSize = undefined
    length = undefined
    failure = undefined
  }

  return {
    path: file.path,
    get failure() {
      return failure
    },
    get length() {
      return length
    },
    async read(buffer, position) {
      if (position < windowFrom || (await hasGrown())) beginAgain()
      // Skipped in steps, so that what is skipped is not all in memory at once.
      while (windowFrom + windowBytes < position) {
        const before = windowFrom + windowBytes
        await fillTo(before + 1)
        dropBefore(Math.min(position, windowFrom + windowBytes))
        if (windowFrom + windowBytes === before) return 0
      }
      await fillTo(position + buffer.length)
      dropBefore(position)
      let at = windowFrom
      let count = 0
      for (const chunk of window) {
        const part = chunk.subarray(Math.max(0, position - at))
        count += part.copy(buffer, count)
        at += chunk.length
        if (count === buffer.length) break
      }
      return count
    },
    rest: beginAgain,
    /** Its size is not known before its end: the file's own is given. */
    stat: (): Promise<FileStat> => file.stat(),
    async close() {
      inflation.close()
      window = []
      await file.close()
    },
    write: () => Promise.reject(new Error('a gzip file is only read')),
    sync: () => Promise.reject(new Error('a gzip file is only read')),
    truncate: () => Promise.reject(new Error('a gzip file is only read')),
  }
}

interface Inflation {
  /** Some decompressed bytes (maybe none yet); undefined at the end. */
  next(): Promise<Buffer[] | undefined>
  failure(): string | undefined
  close(): void
}

function inflate(file: OpenFile): Inflation {
  // Made when it is needed: a file that is only known costs no window of zlib.
  let gunzip: Gunzip | undefined
  let chunks: Buffer[] = []
  let error: Error | undefined
  let hasEnded = false
  let position = 0
  const input = Buffer.alloc(INPUT_BYTES)
  let changed = () => {}

  function open(): Gunzip {
    const made = createGunzip({ chunkSize: 64 * 1024 })
    made.on('data', (chunk: Buffer) => chunks.push(chunk))
    made.on('error', (failed) => {
      error = failed
      changed()
    })
    made.on('end', () => {
      hasEnded = true
      changed()
    })
    return made
  }

  /** Resolves when the bytes are taken; or when they are found to be damaged: then nobody calls back. */
  function feed(into: Gunzip, bytes: Buffer | undefined): Promise<void> {
    return new Promise((resolve) => {
      changed = resolve
      if (bytes === undefined) into.end()
      else into.write(bytes, () => resolve())
    })
  }

  return {
    async next() {
      if (error !== undefined || hasEnded) return undefined
      gunzip ??= open()
      const count = await file.read(input, position)
      position += count
      await feed(gunzip, count === 0 ? undefined : input.subarray(0, count))
      const made = chunks
      chunks = []
      if (made.length === 0 && (error !== undefined || hasEnded)) return undefined
      return made
    },
    failure: () => error?.message,
    close: () => gunzip?.destroy(),
  }
}
