/** Files over the simulated tree: POSIX semantics, faults, and one life that a crash ends. */
import { posix } from 'node:path'
import type { Files, FileStat, OpenFile, OpenMode } from './sys.ts'
import type { SimulatedClock } from './simulated-clock.ts'
import type { Operation, OperationName, SimulatedFaults } from './simulated-faults.ts'
import {
  loseUnsynced,
  syncInode,
  toStat,
  truncateInode,
  writeToInode,
  type DirectoryInode,
  type FileInode,
  type Inode,
} from './simulated-inode.ts'
import { systemError, type Place, type SimulatedTree } from './simulated-tree.ts'
import type { SimulatedWatches } from './simulated-watches.ts'
import type { SeededRandom } from './seeded-random.ts'

export interface SimulatedDisk {
  tree: SimulatedTree
  faults: SimulatedFaults
  random: SeededRandom
}

/** One life of the process on the disk: after end() its calls reject with ECRASHED. */
export interface FilesLife {
  files: Files
  /** Writes that were under way may have happened in part. */
  end(): void
}

interface RunningWrite {
  inode: FileInode
  bytes: Buffer
  position: number
}

export function simulatedFiles(
  disk: SimulatedDisk,
  clock: SimulatedClock,
  watches: SimulatedWatches,
): FilesLife {
  const { tree, faults, random } = disk
  const running = new Set<RunningWrite>()
  let isDead = false

  /** Every call passes here: it takes some turns (so that calls overlap in many ways), may fail, may be too late. */
  async function operation<T>(
    name: OperationName,
    path: string,
    effect: (operation: Operation) => T,
  ): Promise<T> {
    if (isDead) return deadCall(name, path)
    const begun = faults.begin(name, path)
    for (let turns = 1 + random.below(4); turns > 0; turns--) await Promise.resolve()
    const latencyMs = faults.latencyMs(begun)
    if (latencyMs > 0) await clock.sleep(latencyMs)
    if (isDead) return deadCall(name, path)
    return effect(begun)
  }

  function deadCall<T>(name: OperationName, path: string): Promise<T> {
    if (faults.deadCallsHang) return new Promise(() => {})
    throw systemError('ECRASHED', path, name)
  }

  /** For effects that happen wholly or not at all. */
  function simple<T>(name: OperationName, path: string, effect: () => T): Promise<T> {
    return operation(name, path, (begun) => {
      throwFault(begun)
      return effect()
    })
  }

  function throwFault(begun: Operation): void {
    const error = faults.errorFor(begun)
    if (error !== undefined) throw error
  }

  function changeNames(place: Place, inode: Inode | undefined, also: Place[] = []): void {
    const changes = [
      { directory: place.directory, name: place.name, inode },
      ...also.map(({ directory, name }) => ({ directory, name, inode: undefined })),
    ]
    tree.change(changes)
    for (const { path } of [place, ...also]) watches.changed(path)
  }

  function openInode(path: string, mode: OpenMode): { inode: Inode; place: Place } {
    const place = tree.find(path, mode !== 'exclusive')
    const { inode } = place
    if (inode !== undefined) {
      if (mode === 'exclusive') throw systemError('EEXIST', path)
      if (inode.kind === 'directory' && mode !== 'read') throw systemError('EISDIR', path)
      if (mode === 'create' && inode.kind === 'file') truncateInode(inode, 0, clock.now())
      return { inode, place }
    }
    if (mode === 'read' || mode === 'update') throw systemError('ENOENT', path)
    const created = tree.newFile()
    changeNames(place, created)
    return { inode: created, place }
  }

  async function open(path: string, mode: OpenMode): Promise<OpenFile> {
    return simple('open', path, () => {
      const { inode, place } = openInode(path, mode)
      return openFile(path, inode, { place, writable: mode !== 'read' })
    })
  }

  function openFile(
    path: string,
    inode: Inode,
    { place, writable }: { place: Place; writable: boolean },
  ): OpenFile {
    let isOpen = true
    const file = (syscall: OperationName): FileInode => {
      if (!isOpen) throw systemError('EBADF', path, syscall)
      if (inode.kind !== 'file') throw systemError('EISDIR', path, syscall)
      return inode
    }
    const writableFile = (syscall: OperationName): FileInode => {
      if (!writable) throw systemError('EBADF', path, syscall)
      return file(syscall)
    }
    return {
      path,
      read: (buffer, position) =>
        simple('read', path, () => {
          const asked = faults.shortReads ? Math.max(1, faults.partOf(buffer.length)) : buffer.length
          return file('read').seen.read(buffer.subarray(0, asked), position)
        }),
      async write(chunks, position) {
        const write: RunningWrite = { inode: writableFile('write'), bytes: Buffer.concat(chunks), position }
        running.add(write)
        try {
          await operation('write', path, (begun) => {
            running.delete(write)
            writeNow(write, begun)
            watches.changed(place.path)
          })
        } finally {
          running.delete(write)
        }
      },
      sync: () =>
        operation('sync', path, (begun) => {
          const error = faults.errorFor(begun)
          if (error === undefined) return syncInode(file('sync'))
          loseUnsynced(file('sync'), random)
          throw error
        }),
      stat: () =>
        simple('stat', path, () => {
          if (!isOpen) throw systemError('EBADF', path, 'stat')
          return toStat(inode)
        }),
      truncate: (size) =>
        simple('truncate', path, () => {
          truncateInode(writableFile('truncate'), size, clock.now())
          watches.changed(place.path)
        }),
      close: () =>
        simple('close', path, () => {
          if (!isOpen) throw systemError('EBADF', path, 'close')
          isOpen = false
        }),
    }
  }

  /** A full disk takes what fits; any other failing write leaves some part of itself. */
  function writeNow({ inode, bytes, position }: RunningWrite, begun: Operation): void {
    const error = faults.errorFor(begun)
    const growth = Math.max(0, position + bytes.length - inode.seen.size)
    const overflow =
      faults.capacityBytes === Infinity ? 0 : Math.max(0, tree.usedBytes() + growth - faults.capacityBytes)
    const taken = error !== undefined ? faults.partOf(bytes.length) : Math.max(0, bytes.length - overflow)
    writeToInode(inode, bytes.subarray(0, taken), position, clock.now())
    if (error !== undefined) throw error
    if (overflow > 0) throw systemError('ENOSPC', begun.path, 'write')
  }

  function directoryAt(path: string): DirectoryInode {
    const { inode } = tree.existing(path)
    if (inode.kind !== 'directory') throw systemError('ENOTDIR', path, 'scandir')
    return inode
  }

  function statNow(path: string, followLast: boolean): FileStat {
    return toStat(tree.existing(path, followLast).inode)
  }

  function renameNow(from: string, to: string): void {
    const source = tree.existing(from, false)
    const target = tree.find(to, false)
    if (target.inode === source.inode) return
    if (target.inode?.kind === 'directory') {
      if (source.inode.kind !== 'directory') throw systemError('EISDIR', to, 'rename')
      if (target.inode.entries.size > 0) throw systemError('ENOTEMPTY', to, 'rename')
    } else if (target.inode !== undefined && source.inode.kind === 'directory') {
      throw systemError('ENOTDIR', to, 'rename')
    }
    if (source.inode.kind === 'directory' && `${target.path}/`.startsWith(`${source.path}/`))
      throw systemError('EINVAL', to, 'rename')
    // The new name first: the step is one, but nlink must not pass through zero.
    changeNames(target, source.inode, [source])
  }

  function makeDirectoryNow(path: string): void {
    const names = posix.resolve('/', path).split('/').filter(Boolean)
    for (let count = 1; count <= names.length; count++) {
      const place = tree.find(`/${names.slice(0, count).join('/')}`)
      if (place.inode === undefined) changeNames(place, tree.newDirectory())
      else if (place.inode.kind !== 'directory') throw systemError('EEXIST', path, 'mkdir')
    }
  }

  function removeNow(path: string): void {
    const place = findOrNothing(path)
    if (place?.inode === undefined) return
    if (place.inode.kind === 'directory') throw systemError('EISDIR', path, 'unlink')
    changeNames(place, undefined)
  }

  function removeTreeNow(path: string): void {
    const place = findOrNothing(path)
    if (place?.inode === undefined) return
    if (place.inode.kind === 'directory')
      for (const name of place.inode.entries.keys()) removeTreeNow(posix.join(place.path, name))
    changeNames(place, undefined)
  }

  function findOrNothing(path: string): Place | undefined {
    try {
      return tree.find(path, false)
    } catch {
      // A missing parent: nothing is there, which is what remove() wants.
      return undefined
    }
  }

  const files: Files = {
    open,
    stat: (path) => simple('stat', path, () => statNow(path, true)),
    lstat: (path) => simple('stat', path, () => statNow(path, false)),
    realpath: (path) => simple('stat', path, () => tree.existing(path).path),
    list: (path) =>
      simple('list', path, () =>
        [...directoryAt(path).entries]
          .map(([name, { kind }]) => ({ name, kind }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    makeDirectory: (path) => simple('makeDirectory', path, () => makeDirectoryNow(path)),
    rename: (from, to) => simple('rename', from, () => renameNow(from, to)),
    link: (from, to) =>
      simple('link', to, () => {
        const { inode } = tree.existing(from, false)
        const target = tree.find(to, false)
        if (target.inode !== undefined) throw systemError('EEXIST', to, 'link')
        if (inode.kind === 'directory') throw systemError('EPERM', from, 'link')
        changeNames(target, inode)
      }),
    remove: (path) => simple('remove', path, () => removeNow(path)),
    removeTree: (path) => simple('removeTree', path, () => removeTreeNow(path)),
    syncDirectory: (path) => simple('syncDirectory', path, () => tree.sync(directoryAt(path))),
    async readFile(path) {
      const file = await files.open(path, 'read')
      const bytes = Buffer.alloc((await file.stat()).size)
      let position = 0
      for (let count = -1; count !== 0 && position < bytes.length; position += count)
        count = await file.read(bytes.subarray(position), position)
      await file.close()
      return bytes.subarray(0, position)
    },
    async writeFileDurably(path, bytes) {
      const file = await files.open(`${path}.tmp`, 'create')
      try {
        await file.write([bytes], 0)
        await file.sync()
      } finally {
        await file.close()
      }
      await files.rename(`${path}.tmp`, path)
      await files.syncDirectory(posix.dirname(path))
    },
    watch: (directory, changed) => watches.add(tree.existing(directory).path, changed),
    freeBytes: (path) =>
      simple('freeBytes', path, () => {
        if (faults.capacityBytes === Infinity) return 1e12
        return Math.max(0, faults.capacityBytes - tree.usedBytes())
      }),
  }

  return {
    files,
    end() {
      isDead = true
      for (const { inode, bytes, position } of running)
        writeToInode(inode, bytes.subarray(0, faults.partOf(bytes.length)), position, clock.now())
      running.clear()
    },
  }
}
