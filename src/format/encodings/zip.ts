/**
 * A zip archive with one deflated entry, written front to back: sizes and CRC come after the data (flag bit 3) and again
 * in the central directory at the end, which is what readers go by.
 */
import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib'
import { HozonError } from '../../base/errors.ts'
import { throughTransform, damaged, evenChunks } from './chunks.ts'
import type { Chunks, EncodeOptions, Encoding } from './encoding.ts'
import {
  centralDirectory,
  dataDescriptor,
  localHeader,
  readDirectory,
  readLocalHeader,
} from './zip-records.ts'

const LEVEL = 6
/** Plain zip counts in 32 bits; the long form is not understood by every reader of Firehose's archives. */
const MAX_ENTRY_BYTES = 0xffff_fffe
/** The directory of one entry is at its very end; comments are not written. */
const TAIL_BYTES = 1024
const MAX_HEADER_BYTES = 30 + 2 * 0xffff

async function* encode(chunks: Chunks, { entryName, modifiedMs }: EncodeOptions): AsyncGenerator<Buffer> {
  const header = localHeader(entryName, modifiedMs)
  yield header
  const count = { crc: 0, bytes: 0 }
  let compressedBytes = 0
  for await (const chunk of throughTransform(counted(chunks, count), createDeflateRaw({ level: LEVEL }))) {
    compressedBytes += chunk.length
    yield chunk
  }
  if (Math.max(count.bytes, compressedBytes) > MAX_ENTRY_BYTES) throw tooLarge()
  const entry = { crc: count.crc, bytes: count.bytes, compressedBytes }
  yield dataDescriptor(entry)
  yield centralDirectory(entryName, modifiedMs, entry, header.length)
}

async function* counted(chunks: Chunks, count: { crc: number; bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    count.crc = crc32(chunk, count.crc)
    count.bytes += chunk.length
    if (count.bytes > MAX_ENTRY_BYTES) throw tooLarge()
    yield chunk
  }
}

/** Archives of one deflated entry, as encode and Firehose write them. */
async function* decode(chunks: Chunks): AsyncGenerator<Buffer> {
  const tail = { bytes: Buffer.alloc(0) as Buffer }
  const count = { crc: 0, bytes: 0 }
  for await (const chunk of throughTransform(entryData(chunks, tail), createInflateRaw())) {
    count.crc = crc32(chunk, count.crc)
    count.bytes += chunk.length
    yield chunk
  }
  const entry = readDirectory(tail.bytes)
  if (entry === undefined) throw damaged('the archive has no directory of exactly one file')
  if (entry.crc !== count.crc || entry.bytes !== count.bytes)
    throw damaged('the file in the archive is damaged')
}

/** What follows the entry's header (the inflater stops at the end of the entry by itself); keeps the last bytes in `tail`. */
async function* entryData(chunks: Chunks, tail: { bytes: Buffer }): AsyncGenerator<Buffer> {
  let beginning: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of evenChunks(chunks, 64 * 1024)) {
    tail.bytes = Buffer.concat([tail.bytes.subarray(-TAIL_BYTES), chunk.subarray(-TAIL_BYTES)])
    if (beginning === undefined) {
      yield chunk
      continue
    }
    beginning = Buffer.concat([beginning, chunk])
    const headerBytes = readLocalHeader(beginning)
    if (headerBytes === undefined && beginning.length < MAX_HEADER_BYTES) continue
    if (headerBytes === undefined) break
    yield beginning.subarray(headerBytes)
    beginning = undefined
  }
  if (beginning !== undefined) throw damaged('this is no zip archive with one deflated file')
}

function tooLarge(): HozonError {
  return new HozonError('HOZON_ENCODING_TOO_LARGE', 'a zip archive can not hold more than 4 GiB', {
    op: 'compress',
    hint: 'make the stream’s buffer smaller, or choose gzip or zstd',
  })
}

export const zip: Encoding = { encode, decode }
