/**
 * Lambda's answers for one segment, an entry per unit in the order of the units. The file is complete or not there:
 * it is synced before it gets its name, and what is delivered is made from it, so that a repeat after a crash delivers
 * the same bytes without calling the function again.
 *
 *   magic        "hozon transformed 1\n"
 *   segment      32 letters: which segment's units were asked about
 *   entry        u8 kind, u32 headBytes, u32 dataBytes, head (JSON, may be empty), data
 *     0 dropped  neither head nor data
 *     1 ok       head: the partition keys, empty without; data: what the function gave
 *     2 failed   head: the failure without `raw`; data: `raw`
 *   end          u8 255, u32 entries, u32 CRC-32 of everything before the CRC
 *
 * Numbers are little-endian.
 */
import { crc32 } from 'node:zlib'
import { dirname } from 'node:path'
import { assert, HozonError, systemCode } from '../../base/errors.ts'
import type { Files, OpenFile } from '../../sys/sys.ts'
import { createFileCursor, type FileCursor } from './file-cursor.ts'
import type { Failure, Transformed } from './unit.ts'

const MAGIC = Buffer.from('hozon transformed 1\n')
const SEGMENT_BYTES = 32
const HEAD_BYTES = MAGIC.length + SEGMENT_BYTES
const KINDS = ['dropped', 'ok', 'failed'] as const
const END = 255
const ENTRY_HEAD_BYTES = 9
const END_BYTES = 9
/** Of checking: a piece at a time. */
const VERIFIED_BYTES = 256 * 1024
const EMPTY = Buffer.alloc(0)

export interface TransformedWriter {
  append(entries: readonly Transformed[]): Promise<void>
  /** The file has its name, durably, when it resolves. Its folder's own name is the caller's business. */
  commit(): Promise<void>
  /** Removes what was written so far. */
  abandon(): Promise<void>
}

/** `segment`: of 32 letters; transformedSegment() tells it. */
export async function createTransformedFile(
  files: Files,
  path: string,
  segment: string,
): Promise<TransformedWriter> {
  const head = Buffer.concat([MAGIC, Buffer.from(segment)])
  assert(head.length === HEAD_BYTES, `a segment is named by ${SEGMENT_BYTES} letters`)
  const temporary = `${path}.tmp`
  const file = await files.open(temporary, 'create')
  let position = 0
  let count = 0
  let checksum = 0
  let isOpen = true

  async function write(bytes: Buffer): Promise<void> {
    await file.write([bytes], position)
    position += bytes.length
    checksum = crc32(bytes, checksum)
  }

  async function close(): Promise<void> {
    if (isOpen) await file.close()
    isOpen = false
  }

  return {
    async append(entries) {
      if (position === 0) await write(head)
      await write(encodeEntries(entries))
      count += entries.length
    },
    async commit() {
      if (position === 0) await write(head)
      const end = Buffer.alloc(END_BYTES - 4)
      end[0] = END
      end.writeUInt32LE(count, 1)
      await write(end)
      const sum = Buffer.alloc(4)
      sum.writeUInt32LE(checksum)
      await file.write([sum], position)
      await file.sync()
      await close()
      await files.rename(temporary, path)
      // Without it a power cut can keep the bytes and lose the name, and the function would be asked a second time.
      await files.syncDirectory(dirname(path))
    },
    async abandon() {
      await close()
      await files.remove(temporary)
    },
  }
}

/** Whose answers a file holds; undefined: there is no such file, or it is something else. */
export async function transformedSegment(files: Files, path: string): Promise<string | undefined> {
  try {
    const head = await readHead(files, path)
    return head.subarray(0, MAGIC.length).equals(MAGIC) ? head.subarray(MAGIC.length).toString() : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export interface TransformedReader {
  /** The next `count` of them. */
  next(count: number): Promise<Transformed[]>
  /** How many there are. */
  readonly entries: number
  close(): Promise<void>
}

/**
 * Reads the answers some at a time: together they are as large as a function likes. All calls reject with
 * HOZON_TRANSFORMED_DAMAGED when the file is not what was written, the first one before anything is read from it.
 */
export async function openTransformedFile(files: Files, path: string): Promise<TransformedReader> {
  const file = await files.open(path, 'read')
  try {
    const { size } = await file.stat()
    const entries = await orDamaged(path, () => verify(file, size))
    const endAt = size - END_BYTES
    const cursor = createFileCursor(file, HEAD_BYTES, endAt)
    return {
      entries,
      next: (count) => orDamaged(path, () => readEntries(cursor, count, endAt)),
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** All of them. */
export async function readTransformedFile(files: Files, path: string): Promise<Transformed[]> {
  const reader = await openTransformedFile(files, path)
  try {
    return await reader.next(reader.entries)
  } finally {
    await reader.close()
  }
}

async function orDamaged<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error
    const message = error instanceof Error ? error.message : String(error)
    const hint = 'restore it, or delete it: the function is then called again for these records'
    throw new HozonError('HOZON_TRANSFORMED_DAMAGED', message, {
      op: 'read answers of the function',
      target: path,
      hint,
      cause: error,
    })
  }
}

function encodeEntries(entries: readonly Transformed[]): Buffer {
  const parts = entries.map(toParts)
  const bytes = parts.reduce((sum, { head, data }) => sum + ENTRY_HEAD_BYTES + head.length + data.length, 0)
  const out = Buffer.allocUnsafe(bytes)
  let at = 0
  for (const { kind, head, data } of parts) {
    at = out.writeUInt8(KINDS.indexOf(kind), at)
    at = out.writeUInt32LE(head.length, at)
    at = out.writeUInt32LE(data.length, at)
    at += head.copy(out, at)
    at += data.copy(out, at)
  }
  return out
}

function toParts(entry: Transformed): { kind: Transformed['kind']; head: Buffer; data: Buffer } {
  if (entry.kind === 'dropped') return { kind: 'dropped', head: EMPTY, data: EMPTY }
  if (entry.kind === 'ok') {
    const head = entry.keys === undefined ? EMPTY : Buffer.from(JSON.stringify(entry.keys))
    return { kind: 'ok', head, data: entry.data }
  }
  const { raw, ...rest } = entry.failure
  return { kind: 'failed', head: Buffer.from(JSON.stringify(rest)), data: raw }
}

/** Returns the number of entries. */
async function verify(file: OpenFile, size: number): Promise<number> {
  const checksumAt = size - 4
  if (size < HEAD_BYTES + END_BYTES) throw new Error('is too short')
  const cursor = createFileCursor(file, 0, size)
  let checksum = 0
  let end = EMPTY
  while (cursor.position < checksumAt) {
    const bytes = Math.min(VERIFIED_BYTES, checksumAt - cursor.position)
    const isFirst = cursor.position === 0
    await cursor.fill(bytes)
    const piece = cursor.take(bytes)
    if (isFirst && !piece.subarray(0, MAGIC.length).equals(MAGIC))
      throw new Error('does not begin with the mark of its format')
    checksum = crc32(piece, checksum)
    end = Buffer.concat([end, piece.subarray(-END_BYTES)]).subarray(4 - END_BYTES)
  }
  await cursor.fill(4)
  if (checksum !== cursor.take(4).readUInt32LE()) throw new Error('checksum mismatch')
  if (end[0] !== END) throw new Error('has no end')
  return end.readUInt32LE(1)
}

async function readEntries(cursor: FileCursor, count: number, endAt: number): Promise<Transformed[]> {
  const entries: Transformed[] = []
  while (entries.length < count) {
    const at = cursor.position
    const filling = cursor.fill(ENTRY_HEAD_BYTES)
    if (filling !== undefined) await filling
    const lengths = cursor.take(ENTRY_HEAD_BYTES)
    const [headBytes, dataBytes] = [lengths.readUInt32LE(1), lengths.readUInt32LE(5)]
    if (cursor.position + headBytes + dataBytes > endAt)
      throw new Error(`the entry at byte ${at} is longer than the file`)
    const fillingBody = cursor.fill(headBytes + dataBytes)
    if (fillingBody !== undefined) await fillingBody
    const head = cursor.take(headBytes)
    entries.push(toEntry(KINDS[lengths.readUInt8()], head, cursor.take(dataBytes)))
  }
  return entries
}

function toEntry(kind: Transformed['kind'] | undefined, head: Buffer, data: Buffer): Transformed {
  const value: unknown = head.length === 0 ? undefined : JSON.parse(head.toString())
  switch (kind) {
    case 'dropped':
      return { kind }
    case 'ok':
      return { kind, data, keys: value as Record<string, string> | undefined }
    case 'failed':
      return { kind, failure: { ...(value as Omit<Failure, 'raw'>), raw: data } }
    case undefined:
      throw new Error('has an entry of an unknown kind')
  }
}

async function readHead(files: Files, path: string): Promise<Buffer> {
  const file = await files.open(path, 'read')
  try {
    const { size } = await file.stat()
    const bytes = Math.min(size, HEAD_BYTES)
    const cursor = createFileCursor(file, 0, bytes)
    await cursor.fill(bytes)
    return cursor.take(bytes)
  } finally {
    await file.close()
  }
}
