/**
 * A file or directory of the simulated disk. A file has two images: what processes see, and what the disk is known to
 * hold. Between them are the writes that no sync() has followed; a power cut keeps any subset of their sectors.
 */
import type { FileStat } from './sys.ts'
import type { SeededRandom } from './seeded-random.ts'

/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512

export type Inode = FileInode | DirectoryInode | SymlinkInode

interface InodeBase {
  readonly ino: bigint
  nlink: number
  mtimeMs: number
  ctimeMs: number
  readonly birthtimeMs: number
}

export interface FileInode extends InodeBase {
  readonly kind: 'file'
  readonly seen: FileImage
  readonly durable: FileImage
  unsynced: UnsyncedChange[]
}

export interface DirectoryInode extends InodeBase {
  readonly kind: 'directory'
  readonly entries: Map<string, Inode>
  readonly durableEntries: Map<string, Inode>
  /** Undefined for the root and for what was removed. */
  parent: DirectoryInode | undefined
}

export interface SymlinkInode extends InodeBase {
  readonly kind: 'symlink'
  readonly target: string
}

export type UnsyncedChange = { kind: 'write'; at: number; bytes: Buffer } | { kind: 'truncate'; size: number }

export class FileImage {
  #bytes = Buffer.alloc(0)
  size = 0

  read(into: Buffer, position: number): number {
    const end = Math.min(this.size, position + into.length)
    return end <= position ? 0 : this.#bytes.copy(into, 0, position, end)
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.size))
  }

  write(bytes: Buffer, position: number): void {
    const end = position + bytes.length
    if (end > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(end, 2 * this.#bytes.length, 256))
      this.#bytes.copy(grown, 0, 0, this.size)
      this.#bytes = grown
    }
    bytes.copy(this.#bytes, position)
    this.size = Math.max(this.size, end)
  }

  truncate(size: number): void {
    if (size > this.size) this.write(Buffer.alloc(size - this.size), this.size)
    else this.#bytes.fill(0, size, this.size)
    this.size = size
  }
}

export function writeToInode(inode: FileInode, bytes: Buffer, position: number, nowMs: number): void {
  if (bytes.length === 0) return
  inode.seen.write(bytes, position)
  // A copy: the caller may use its buffer again as soon as the write has returned.
  inode.unsynced.push({ kind: 'write', at: position, bytes: Buffer.from(bytes) })
  inode.mtimeMs = inode.ctimeMs = nowMs
}

export function truncateInode(inode: FileInode, size: number, nowMs: number): void {
  inode.seen.truncate(size)
  inode.unsynced.push({ kind: 'truncate', size })
  inode.mtimeMs = inode.ctimeMs = nowMs
}

export function syncInode(inode: FileInode): void {
  for (const change of inode.unsynced.splice(0)) applyChange(inode.durable, change)
}

/** After a failed fsync the kernel takes the pages for clean: some are on disk, the others never will be. */
export function loseUnsynced(inode: FileInode, random: SeededRandom): void {
  applySome(inode.durable, inode.unsynced.splice(0), random)
}

/** The image after a power cut. */
export function cutPower(inode: FileInode, random: SeededRandom): void {
  loseUnsynced(inode, random)
  inode.seen.truncate(0)
  inode.seen.write(inode.durable.bytes(), 0)
}

function applySome(image: FileImage, changes: UnsyncedChange[], random: SeededRandom): void {
  const outcome = random.below(4)
  if (outcome === 0) return
  for (const change of changes) {
    if (outcome === 1 || change.kind === 'truncate') {
      if (outcome === 1 || random.chance(0.5)) applyChange(image, change)
      continue
    }
    for (const sector of sectorsOf(change)) {
      if (random.chance(0.5)) applyChange(image, sector)
      // The new size may reach the disk without the bytes: zeros are read there then.
      else if (outcome === 2) image.truncate(Math.max(image.size, sector.at + sector.bytes.length))
    }
  }
}

function sectorsOf(change: { at: number; bytes: Buffer }): { kind: 'write'; at: number; bytes: Buffer }[] {
  const sectors = []
  for (let offset = 0; offset < change.bytes.length;) {
    const at = change.at + offset
    const length = Math.min(SECTOR_BYTES - (at % SECTOR_BYTES), change.bytes.length - offset)
    sectors.push({ kind: 'write' as const, at, bytes: change.bytes.subarray(offset, offset + length) })
    offset += length
  }
  return sectors
}

function applyChange(image: FileImage, change: UnsyncedChange): void {
  if (change.kind === 'write') image.write(change.bytes, change.at)
  else image.truncate(change.size)
}

export function toStat(inode: Inode): FileStat {
  const { kind, ino, nlink, mtimeMs, ctimeMs, birthtimeMs } = inode
  return {
    kind,
    dev: 1n,
    ino,
    nlink,
    size: inode.kind === 'file' ? inode.seen.size : 0,
    mtimeNs: BigInt(mtimeMs) * 1_000_000n,
    ctimeNs: BigInt(ctimeMs) * 1_000_000n,
    birthtimeNs: BigInt(birthtimeMs) * 1_000_000n,
  }
}
