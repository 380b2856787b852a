/**
 * Files that others put in a bucket: how they are compressed is said by the end of the key, as in Hadoop; where that says
 * nothing, by the first bytes. Reading only.
 */
import { createInflate } from 'node:zlib'
import { decodeBzip2 } from './bzip2.ts'
import { damaged, throughTransform } from './chunks.ts'
import type { Chunks, DecodeLimits, Encoding } from './encoding.ts'
import { gzip } from './gzip.ts'
import { hadoopSnappy } from './hadoop-snappy.ts'
import { limited } from './registry.ts'
import { snappy } from './snappy.ts'
import { decodeZstdFrames } from './zstd-frames.ts'

type FileCompression = 'gzip' | 'zstd' | 'bzip2' | 'deflate' | 'hadoop-snappy' | 'snappy'

const DECODERS: Record<FileCompression, Encoding['decode']> = {
  gzip: gzip.decode,
  zstd: decodeZstdFrames,
  bzip2: decodeBzip2,
  deflate: (chunks) => throughTransform(chunks, createInflate()),
  'hadoop-snappy': hadoopSnappy.decode,
  snappy: snappy.decode,
}

const EXTENSIONS = new Map<string, FileCompression>(
  Object.entries({
    gz: 'gzip',
    gzip: 'gzip',
    zst: 'zstd',
    bz2: 'bzip2',
    deflate: 'deflate',
    snappy: 'hadoop-snappy',
  } as const),
)

/** What can not be read, and what it is called. */
const REFUSED_EXTENSIONS = new Map(
  Object.entries({
    zip: 'zip',
    lz4: 'LZ4',
    lzo: 'LZO',
    xz: 'xz',
    z: 'compress',
    '7z': '7-Zip',
  }),
)

const MAGICS: [bytes: number[], compression: FileCompression][] = [
  [[0x1f, 0x8b, 0x08], 'gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd'],
  [[0x42, 0x5a, 0x68], 'bzip2'],
  [[0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00], 'snappy'],
]

const REFUSED_MAGICS: [bytes: number[], name: string][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'zip'],
  [[0x04, 0x22, 0x4d, 0x18], 'LZ4'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'xz'],
  [[0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59], 'framed snappy'],
]

/** Enough to tell by. */
const HEAD_BYTES = 10

/** The file's content. Errors are those of decodeStream. */
export async function* decodeFile(key: string, chunks: Chunks, limits: DecodeLimits): AsyncGenerator<Buffer> {
  const source = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  try {
    let head: Buffer = Buffer.alloc(0)
    while (head.length < HEAD_BYTES) {
      const next = await source.next()
      if (next.done === true) break
      head = head.length === 0 ? next.value : Buffer.concat([head, next.value])
    }
    if (head.length === 0) return
    const whole = behind(head, source)
    const compression = fileCompression(key, head)
    if (compression === undefined) yield* whole
    else yield* limited(DECODERS[compression], whole, limits)
  } finally {
    // Decoders stop in the middle where something is wrong, and the file is to be closed all the same.
    await source.return?.()
  }
}

async function* behind(
  head: Buffer,
  source: AsyncIterator<Buffer> | Iterator<Buffer>,
): AsyncGenerator<Buffer> {
  yield head
  for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value
}

function fileCompression(key: string, head: Buffer): FileCompression | undefined {
  const extension = /\.(\w+)$/.exec(key)?.[1]?.toLowerCase() ?? ''
  const begins = ([bytes]: [number[], string]): boolean => bytes.every((byte, at) => head[at] === byte)
  const refused = REFUSED_EXTENSIONS.get(extension) ?? REFUSED_MAGICS.find(begins)?.[1]
  if (refused !== undefined) throw damaged(`${refused} is a compression that is not supported`)
  const found = MAGICS.find(begins)?.[1]
  const named = EXTENSIONS.get(extension)
  // Firehose's own Snappy is a stream of snappy-java under the same name.
  return named === 'hadoop-snappy' && found === 'snappy' ? 'snappy' : (named ?? found)
}
