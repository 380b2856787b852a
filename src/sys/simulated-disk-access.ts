/** Synchronous, never failing access to the simulated disk: another program writes, a test looks. */
import { syncInode, truncateInode, writeToInode, type FileInode } from './simulated-inode.ts'
import type { SimulatedTree } from './simulated-tree.ts'
import type { SimulatedWatches } from './simulated-watches.ts'

export class DiskAccess {
  readonly #tree: SimulatedTree
  readonly #watches: SimulatedWatches
  readonly #nowMs: () => number

  constructor(tree: SimulatedTree, watches: SimulatedWatches, nowMs: () => number) {
    this.#tree = tree
    this.#watches = watches
    this.#nowMs = nowMs
  }

  exists(path: string): boolean {
    try {
      return this.#tree.find(path).inode !== undefined
    } catch {
      // A missing parent.
      return false
    }
  }

  read(path: string): Buffer {
    return this.#fileAt(path).seen.bytes()
  }

  /** Makes directories; makes the file or replaces its content in place (same inode). Not durable. */
  write(path: string, bytes: Buffer | string): void {
    truncateInode(this.#makeFile(path), 0, this.#nowMs())
    this.#put(path, 0, bytes)
  }

  append(path: string, bytes: Buffer | string): void {
    this.#put(path, this.#makeFile(path).seen.size, bytes)
  }

  overwrite(path: string, position: number, bytes: Buffer): void {
    this.#put(path, position, bytes)
  }

  truncate(path: string, size: number): void {
    truncateInode(this.#fileAt(path), size, this.#nowMs())
    this.#watches.changed(this.#tree.find(path).path)
  }

  symlink(target: string, path: string): void {
    this.#makeParents(path)
    this.#tree.change([{ ...this.#tree.find(path, false), inode: this.#tree.newSymlink(target) }])
  }

  rename(from: string, to: string): void {
    const source = this.#tree.existing(from, false)
    const target = this.#tree.find(to, false)
    this.#tree.change([
      { ...target, inode: source.inode },
      { ...source, inode: undefined },
    ])
    for (const { path } of [source, target]) this.#watches.changed(path)
  }

  /** Makes the bytes of a file and the names of all directories above it durable. */
  sync(path: string): void {
    syncInode(this.#fileAt(path))
    const names = this.#tree.find(path).path.split('/').filter(Boolean)
    for (let count = 0; count < names.length; count++) {
      const { inode } = this.#tree.existing(`/${names.slice(0, count).join('/')}`)
      if (inode.kind === 'directory') this.#tree.sync(inode)
    }
  }

  #put(path: string, position: number, bytes: Buffer | string): void {
    const written = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    writeToInode(this.#fileAt(path), written, position, this.#nowMs())
    this.#watches.changed(this.#tree.find(path).path)
  }

  #makeFile(path: string): FileInode {
    this.#makeParents(path)
    const place = this.#tree.find(path)
    if (place.inode === undefined) this.#tree.change([{ ...place, inode: this.#tree.newFile() }])
    return this.#fileAt(path)
  }

  #makeParents(path: string): void {
    const names = path.split('/').filter(Boolean)
    for (let count = 1; count < names.length; count++) {
      const place = this.#tree.find(`/${names.slice(0, count).join('/')}`)
      if (place.inode === undefined) this.#tree.change([{ ...place, inode: this.#tree.newDirectory() }])
    }
  }

  #fileAt(path: string): FileInode {
    const { inode } = this.#tree.existing(path)
    if (inode.kind !== 'file') throw new Error(`${path} is a ${inode.kind}`)
    return inode
  }
}
