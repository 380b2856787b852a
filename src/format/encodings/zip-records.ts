/** The records of a zip archive with one deflated entry (APPNOTE.TXT 4.3). */
import { damaged } from './chunks.ts'

export interface ZipEntry {
  crc: number
  bytes: number
  compressedBytes: number
}

const LOCAL_SIGNATURE = 0x0403_4b50
const DESCRIPTOR_SIGNATURE = 0x0807_4b50
const DIRECTORY_SIGNATURE = 0x0201_4b50
const END_SIGNATURE = 0x0605_4b50
const LOCAL_BYTES = 30
const DIRECTORY_BYTES = 46
const END_BYTES = 22
const VERSION = 20
const DEFLATED = 8
/** Sizes follow the data (bit 3), the name is UTF-8 (bit 11). */
const FLAGS = 0x0808

export function localHeader(name: string, modifiedMs: number): Buffer {
  const nameBytes = Buffer.from(name)
  const header = Buffer.alloc(LOCAL_BYTES)
  header.writeUInt32LE(LOCAL_SIGNATURE, 0)
  header.writeUInt16LE(VERSION, 4)
  header.writeUInt16LE(FLAGS, 6)
  header.writeUInt16LE(DEFLATED, 8)
  header.writeUInt32LE(dosTime(modifiedMs), 10)
  header.writeUInt16LE(nameBytes.length, 26)
  return Buffer.concat([header, nameBytes])
}

export function dataDescriptor({ crc, bytes, compressedBytes }: ZipEntry): Buffer {
  const record = Buffer.alloc(16)
  record.writeUInt32LE(DESCRIPTOR_SIGNATURE, 0)
  record.writeUInt32LE(crc, 4)
  record.writeUInt32LE(compressedBytes, 8)
  record.writeUInt32LE(bytes, 12)
  return record
}

/** The directory and the end record; the entry's header is at the beginning of the archive. */
export function centralDirectory(
  name: string,
  modifiedMs: number,
  entry: ZipEntry,
  headerBytes: number,
): Buffer {
  const nameBytes = Buffer.from(name)
  const directory = Buffer.alloc(DIRECTORY_BYTES)
  directory.writeUInt32LE(DIRECTORY_SIGNATURE, 0)
  directory.writeUInt16LE(VERSION, 4)
  directory.writeUInt16LE(VERSION, 6)
  directory.writeUInt16LE(FLAGS, 8)
  directory.writeUInt16LE(DEFLATED, 10)
  directory.writeUInt32LE(dosTime(modifiedMs), 12)
  directory.writeUInt32LE(entry.crc, 16)
  directory.writeUInt32LE(entry.compressedBytes, 20)
  directory.writeUInt32LE(entry.bytes, 24)
  directory.writeUInt16LE(nameBytes.length, 28)
  const end = Buffer.alloc(END_BYTES)
  end.writeUInt32LE(END_SIGNATURE, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(DIRECTORY_BYTES + nameBytes.length, 12)
  end.writeUInt32LE(headerBytes + entry.compressedBytes + 16, 16)
  return Buffer.concat([directory, nameBytes, end])
}

/** Length of the local header at the beginning; undefined while there are too few bytes. */
export function readLocalHeader(bytes: Buffer): number | undefined {
  if (bytes.length < LOCAL_BYTES) return undefined
  if (bytes.readUInt32LE(0) !== LOCAL_SIGNATURE || bytes.readUInt16LE(8) !== DEFLATED) {
    throw damaged('this is no zip archive with one deflated file')
  }
  const length = LOCAL_BYTES + bytes.readUInt16LE(26) + bytes.readUInt16LE(28)
  return bytes.length < length ? undefined : length
}

/** The only entry of the directory, from the last bytes of the archive. */
export function readDirectory(tail: Buffer): ZipEntry | undefined {
  const end = tail.length - END_BYTES
  if (
    end < DIRECTORY_BYTES ||
    tail.readUInt32LE(end) !== END_SIGNATURE ||
    tail.readUInt16LE(end + 10) !== 1
  ) {
    return undefined
  }
  const at = end - tail.readUInt32LE(end + 12)
  if (at < 0 || tail.readUInt32LE(at) !== DIRECTORY_SIGNATURE) return undefined
  return {
    crc: tail.readUInt32LE(at + 16),
    compressedBytes: tail.readUInt32LE(at + 20),
    bytes: tail.readUInt32LE(at + 24),
  }
}

/** Two-second steps since 1980, in UTC: archives have no zone, and bytes must not depend on that of the machine. */
function dosTime(epochMs: number): number {
  const at = new Date(epochMs)
  const year = Math.min(Math.max(at.getUTCFullYear(), 1980), 2107)
  const date = ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return ((date << 16) | time) >>> 0
}
