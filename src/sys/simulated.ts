/**
 * A whole Sys in memory that repeats by its seed. What it models, and how harshly:
 *  - file bytes are durable after sync(), names after syncDirectory() of each directory they touch; a power cut keeps
 *    any subset of the other changes, bytes in sectors of 512
 *  - a failed fsync drops the un-synced bytes for good although processes still see them
 *  - a killed process keeps all that was written; of writes under way any prefix may have happened
 *  - any operation can be made to fail; a failing write leaves some prefix; a full disk takes what fits
 *  - time stands still until a test moves it
 * Not modelled: bytes that rot while at rest (write them with `disk`), two processes at the same time, permissions
 * beyond `faults.deny`.
 */
import type { Child, ForkOptions, Sys } from './sys.ts'
import { seededRandom, type SeededRandom } from './seeded-random.ts'
import { simulatedClock, type SimulatedClock } from './simulated-clock.ts'
import { SimulatedFaults } from './simulated-faults.ts'
import { simulatedFiles, type SimulatedDisk } from './simulated-files.ts'
import { syncInode, truncateInode, writeToInode, type FileInode } from './simulated-inode.ts'
import { SimulatedTree } from './simulated-tree.ts'
import { SimulatedWatches } from './simulated-watches.ts'

export interface SimulatedSys extends Sys {
  readonly clock: SimulatedClock
  readonly faults: SimulatedFaults
  readonly watches: SimulatedWatches
  /** Synchronous, never failing access beside the process: another program writes, a test looks. */
  readonly disk: DiskAccess
  /** What processes.fork() does; without it fork throws. */
  onFork: ((module: URL, options: ForkOptions) => Child) | undefined
  /**
   * Ends this life and returns the next one on the same disk. Calls of the old life reject with ECRASHED, its sleepers
   * never wake. process: all that was written stays. power: what was not synced survives by chance.
   */
  crash(options: { mode: 'process' | 'power' }): SimulatedSys
}

export interface DiskAccess {
  exists(path: string): boolean
  read(path: string): Buffer
  /** Makes directories, makes or replaces the content in place (same inode). Not durable. */
  write(path: string, bytes: Buffer | string): void
  append(path: string, bytes: Buffer | string): void
  overwrite(path: string, position: number, bytes: Buffer): void
  truncate(path: string, size: number): void
  symlink(target: string, path: string): void
  rename(from: string, to: string): void
  /** Makes the bytes of a file and the names of all directories above it durable. */
  sync(path: string): void
}

export function simulatedSys(seed: number): SimulatedSys {
  const random = seededRandom(seed)
  // The tree outlives each life's clock; it asks for the time of whichever runs.
  let clock = simulatedClock()
  const tree = new SimulatedTree(() => clock.now())
  const disk: SimulatedDisk = { tree, faults: new SimulatedFaults(random.fork()), random: random.fork() }
  const appRandom = random.fork()
  let pid = 1000

  const begin = (): SimulatedSys => {
    const watches = new SimulatedWatches()
    const life = simulatedFiles(disk, clock, watches)
    const lifeClock = clock
    const ownPid = ++pid
    const sys: SimulatedSys = {
      clock: lifeClock,
      random: toRandom(appRandom),
      files: life.files,
      faults: disk.faults,
      watches,
      disk: diskAccess(tree, () => clock.now(), watches),
      onFork: undefined,
      processes: {
        pid: ownPid,
        fork(module, options) {
          if (sys.onFork === undefined) throw new Error(`simulated: no handler for fork of ${module.href}`)
          return sys.onFork(module, options)
        },
        isAlive: (other) => other === pid,
      },
      crash({ mode }) {
        if (clock !== lifeClock) throw new Error('this life has ended')
        life.end()
        watches.clear()
        clock = simulatedClock(lifeClock.stop())
        if (mode === 'power') tree.cutPower(disk.random)
        return begin()
      },
    }
    return sys
  }
  return begin()
}

function toRandom(random: SeededRandom): Sys['random'] {
  return {
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => random.below(256))),
    float: () => random.float(),
  }
}

function diskAccess(tree: SimulatedTree, nowMs: () => number, watches: SimulatedWatches): DiskAccess {
  const fileAt = (path: string): FileInode => {
    const { inode } = tree.existing(path)
    if (inode.kind !== 'file') throw new Error(`${path} is a ${inode.kind}`)
    return inode
  }
  const makeParents = (path: string): void => {
    const names = path.split('/').filter(Boolean)
    for (let count = 1; count < names.length; count++) {
      const place = tree.find(`/${names.slice(0, count).join('/')}`)
      if (place.inode === undefined) tree.change([{ ...place, inode: tree.newDirectory() }])
    }
  }
  const makeFile = (path: string): FileInode => {
    makeParents(path)
    const place = tree.find(path)
    if (place.inode === undefined) tree.change([{ ...place, inode: tree.newFile() }])
    return fileAt(path)
  }
  const put = (path: string, position: number, bytes: Buffer | string): void => {
    writeToInode(fileAt(path), Buffer.from(bytes as Buffer), position, nowMs())
    watches.changed(tree.find(path).path)
  }
  return {
    exists: (path) => {
      try {
        return tree.find(path).inode !== undefined
      } catch {
        // A missing parent.
        return false
      }
    },
    read: (path) => fileAt(path).seen.bytes(),
    write(path, bytes) {
      truncateInode(makeFile(path), 0, nowMs())
      put(path, 0, bytes)
    },
    append(path, bytes) {
      put(path, makeFile(path).seen.size, bytes)
    },
    overwrite: put,
    truncate(path, size) {
      truncateInode(fileAt(path), size, nowMs())
      watches.changed(tree.find(path).path)
    },
    symlink(target, path) {
      makeParents(path)
      tree.change([{ ...tree.find(path, false), inode: tree.newSymlink(target) }])
    },
    rename(from, to) {
      const [source, target] = [tree.existing(from, false), tree.find(to, false)]
      tree.change([
        { ...target, inode: source.inode },
        { ...source, inode: undefined },
      ])
      for (const { path } of [source, target]) watches.changed(path)
    },
    sync(path) {
      syncInode(fileAt(path))
      const names = tree.find(path).path.split('/').filter(Boolean)
      for (let count = 0; count < names.length; count++) {
        const { inode } = tree.existing(`/${names.slice(0, count).join('/')}`)
        if (inode.kind === 'directory') tree.sync(inode)
      }
    },
  }
}
