/** A disk of one's own that can be filled: a small tmpfs, and a ballast file in it. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const MIB = 1024 * 1024
const BLOCK = Buffer.alloc(MIB)
/** Of a tmpfs: what is less than a page does not take another one. */
const PAGE = Buffer.alloc(4096)

export interface SmallDisk {
  path: string
  /** Writes until nothing more fits, or so much is free. */
  fill(freeMiB?: number): void
  /** As an operator makes a volume larger. */
  grow(mebibytes: number): void
  /** Removes the ballast. */
  clear(): void
  unmount(): void
}

export function mountSmallDisk(path: string, mebibytes: number): SmallDisk {
  mkdirSync(path)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path])
  if (mounted.status !== 0) {
    const reason = String(mounted.stderr ?? mounted.error).trim()
    throw new Error(`these tests mount a small tmpfs: run them as root on Linux (${reason})`)
  }
  const ballast = join(path, 'ballast')
  return {
    path,
    fill(freeMiB = 0) {
      const file = openSync(ballast, 'a')
      const isFull = (): boolean => {
        const { bavail, bsize } = statfsSync(path)
        return freeMiB > 0 && bavail * bsize <= freeMiB * MIB
      }
      for (const block of [BLOCK, PAGE]) while (!isFull() && fits(file, block));
      closeSync(file)
    },
    grow(size) {
      const grown = spawnSync('mount', ['-o', `remount,size=${size}m`, path])
      if (grown.status !== 0) throw new Error(`can not grow ${path}: ${String(grown.stderr)}`)
    },
    clear: () => rmSync(ballast, { force: true }),
    unmount() {
      // Lazily, should a child of a server that was killed not have gone yet.
      spawnSync('umount', ['-l', path])
    },
  }
}

function fits(file: number, block: Buffer): boolean {
  try {
    return writeSync(file, block) === block.length
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
