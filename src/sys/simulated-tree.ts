/**
 * Names of the simulated disk. A change of names (create, rename, remove) is one step that happens wholly or not at
 * all; it is durable when every directory it touches was synced, and until then a power cut may undo it.
 */
import { posix } from 'node:path'
import {
  cutPower,
  FileImage,
  type DirectoryInode,
  type FileInode,
  type Inode,
  type SymlinkInode,
} from './simulated-inode.ts'
import type { SeededRandom } from './seeded-random.ts'

const SYMLINKS_MAX = 40

interface NameChange {
  directory: DirectoryInode
  name: string
  inode: Inode | undefined
}

interface UnsyncedStep {
  changes: NameChange[]
  unsyncedDirectories: Set<DirectoryInode>
}

export interface Place {
  directory: DirectoryInode
  name: string
  inode: Inode | undefined
  /** Without symlinks. */
  path: string
}

export class SimulatedTree {
  readonly root: DirectoryInode
  readonly #nowMs: () => number
  #lastIno = 1n
  #unsynced: UnsyncedStep[] = []

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
    this.root = this.newDirectory()
  }

  newFile(): FileInode {
    return { kind: 'file', ...this.#base(), seen: new FileImage(), durable: new FileImage(), unsynced: [] }
  }

  newDirectory(): DirectoryInode {
    return {
      kind: 'directory',
      ...this.#base(),
      entries: new Map(),
      durableEntries: new Map(),
      parent: undefined,
    }
  }

  newSymlink(target: string): SymlinkInode {
    return { kind: 'symlink', ...this.#base(), target }
  }

  /** Where a name is or would be; throws ENOENT or ENOTDIR when a directory on the way is missing. */
  find(path: string, followLast = true): Place {
    let names = posix.resolve('/', path).split('/').filter(Boolean)
    let place: Place = { directory: this.root, name: '', inode: this.root, path: '/' }
    let symlinks = 0
    while (names.length > 0) {
      const [name, ...rest] = names as [string, ...string[]]
      const directory = place.inode
      if (directory === undefined) throw systemError('ENOENT', path)
      if (directory.kind !== 'directory') throw systemError('ENOTDIR', path)
      const inode = directory.entries.get(name)
      if (inode?.kind === 'symlink' && (followLast || rest.length > 0)) {
        if (++symlinks > SYMLINKS_MAX) throw systemError('ELOOP', path)
        names = [...posix.resolve(place.path, inode.target).split('/').filter(Boolean), ...rest]
        place = { directory: this.root, name: '', inode: this.root, path: '/' }
        continue
      }
      place = { directory, name, inode, path: posix.join(place.path, name) }
      names = rest
    }
    return place
  }

  existing(path: string, followLast = true): Place & { inode: Inode } {
    const place = this.find(path, followLast)
    if (place.inode === undefined) throw systemError('ENOENT', path)
    return { ...place, inode: place.inode }
  }

  /** One step: all names change together. */
  change(changes: NameChange[]): void {
    const nowMs = this.#nowMs()
    for (const { directory, name, inode } of changes) {
      const before = directory.entries.get(name)
      if (before !== undefined) {
        before.nlink--
        before.ctimeMs = nowMs
      }
      if (inode === undefined) directory.entries.delete(name)
      else {
        directory.entries.set(name, inode)
        inode.nlink++
        inode.ctimeMs = nowMs
        if (inode.kind === 'directory') inode.parent = directory
      }
      directory.mtimeMs = directory.ctimeMs = nowMs
    }
    this.#unsynced.push({ changes, unsyncedDirectories: new Set(changes.map(({ directory }) => directory)) })
  }

  sync(directory: DirectoryInode): void {
    this.#unsynced = this.#unsynced.filter((step) => {
      step.unsyncedDirectories.delete(directory)
      if (step.unsyncedDirectories.size > 0) return true
      makeDurable(step)
      return false
    })
  }

  /** Everything becomes what the disk holds; un-synced steps and bytes survive by chance. */
  cutPower(random: SeededRandom): void {
    const outcome = random.below(3)
    for (const step of this.#unsynced)
      if (outcome === 1 || (outcome === 2 && random.chance(0.5))) makeDurable(step)
    this.#unsynced = []
    const files = new Set<FileInode>()
    this.#restore(this.root, files)
    for (const file of files) cutPower(file, random)
  }

  /** Every file that has a name, for quota and inspection. */
  usedBytes(): number {
    const files = new Set<FileInode>()
    collectFiles(this.root, files)
    let bytes = 0
    for (const file of files) bytes += file.seen.size
    return bytes
  }

  #restore(directory: DirectoryInode, files: Set<FileInode>): void {
    directory.entries.clear()
    for (const [name, inode] of directory.durableEntries) {
      directory.entries.set(name, inode)
      if (inode.kind === 'file') {
        inode.nlink = files.has(inode) ? inode.nlink + 1 : 1
        files.add(inode)
      } else if (inode.kind === 'directory') {
        this.#restore(inode, files)
      }
    }
  }

  #base(): Pick<FileInode, 'ino' | 'nlink' | 'mtimeMs' | 'ctimeMs' | 'birthtimeMs'> {
    const nowMs = this.#nowMs()
    return { ino: ++this.#lastIno, nlink: 0, mtimeMs: nowMs, ctimeMs: nowMs, birthtimeMs: nowMs }
  }
}

function makeDurable(step: UnsyncedStep): void {
  for (const { directory, name, inode } of step.changes) {
    if (inode === undefined) directory.durableEntries.delete(name)
    else directory.durableEntries.set(name, inode)
  }
}

function collectFiles(directory: DirectoryInode, files: Set<FileInode>): void {
  for (const inode of directory.entries.values()) {
    if (inode.kind === 'file') files.add(inode)
    else if (inode.kind === 'directory') collectFiles(inode, files)
  }
}

/** As Node makes them: `ENOENT: …, open '/x'`. */
export function systemError(code: string, path: string, syscall = 'open'): Error {
  return Object.assign(new Error(`${code}: simulated, ${syscall} '${path}'`), { code, path, syscall })
}
