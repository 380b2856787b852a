/** Files over the simulated tree, with POSIX semantics. */
import { posix } from 'node:path'
import type { Files, FileStat, OpenFile, OpenMode, Watch } from './sys.ts'
import { toStat, truncateInode, type DirectoryInode, type Inode } from './simulated-inode.ts'
import type { SimulatedLife } from './simulated-life.ts'
import { SimulatedOpenFile } from './simulated-open-file.ts'
import { systemError, type Place, type SimulatedTree } from './simulated-tree.ts'

/** What freeBytes() says of a disk without a quota. */
const UNLIMITED_BYTES = 1e12

export class SimulatedFiles implements Files {
  readonly #life: SimulatedLife
  readonly #tree: SimulatedTree

  constructor(life: SimulatedLife) {
    this.#life = life
    this.#tree = life.disk.tree
  }

  open(path: string, mode: OpenMode): Promise<OpenFile> {
    return this.#life.whole('open', path, () => {
      const { inode, path: realPath } = this.#openPlace(path, mode)
      return new SimulatedOpenFile(this.#life, { path, realPath, inode, writable: mode !== 'read' })
    })
  }

  stat(path: string): Promise<FileStat> {
    return this.#life.whole('stat', path, () => toStat(this.#tree.existing(path).inode))
  }

  lstat(path: string): Promise<FileStat> {
    return this.#life.whole('stat', path, () => toStat(this.#tree.existing(path, false).inode))
  }

  realpath(path: string): Promise<string> {
    return this.#life.whole('stat', path, () => this.#tree.existing(path).path)
  }

  list(path: string): Promise<{ name: string; kind: FileStat['kind'] }[]> {
    return this.#life.whole('list', path, () =>
      [...this.#directoryAt(path).entries]
        .map(([name, { kind }]) => ({ name, kind }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    )
  }

  makeDirectory(path: string): Promise<void> {
    return this.#life.whole('makeDirectory', path, () => {
      const names = posix.resolve('/', path).split('/').filter(Boolean)
      for (let count = 1; count <= names.length; count++) {
        const place = this.#tree.find(`/${names.slice(0, count).join('/')}`)
        if (place.inode === undefined) this.#setName(place, this.#tree.newDirectory())
        else if (place.inode.kind !== 'directory') throw systemError('EEXIST', path, 'mkdir')
      }
    })
  }

  /** Everybody may do everything here. */
  setMode(path: string): Promise<void> {
    return this.#life.whole('setMode', path, () => void this.#tree.existing(path))
  }

  rename(from: string, to: string): Promise<void> {
    return this.#life.whole('rename', from, () => {
      const source = this.#tree.existing(from, false)
      const target = this.#tree.find(to, false)
      if (target.inode === source.inode) return
      assertReplaceable(source, target)
      // The new name first: the step is one, but nlink must not pass through zero.
      this.#tree.change([
        { ...target, inode: source.inode },
        { ...source, inode: undefined },
      ])
      for (const { path } of [target, source]) this.#life.watches.changed(path)
    })
  }

  link(from: string, to: string): Promise<void> {
    return this.#life.whole('link', to, () => {
      const { inode } = this.#tree.existing(from, false)
      const target = this.#tree.find(to, false)
      if (target.inode !== undefined) throw systemError('EEXIST', to, 'link')
      if (inode.kind === 'directory') throw systemError('EPERM', from, 'link')
      this.#setName(target, inode)
    })
  }

  remove(path: string): Promise<void> {
    return this.#life.whole('remove', path, () => {
      const place = this.#findOrNothing(path)
      if (place?.inode === undefined) return
      if (place.inode.kind === 'directory') throw systemError('EISDIR', path, 'unlink')
      this.#setName(place, undefined)
    })
  }

  removeTree(path: string): Promise<void> {
    return this.#life.whole('removeTree', path, () => this.#removeTreeNow(path))
  }

  syncDirectory(path: string): Promise<void> {
    return this.#life.whole('syncDirectory', path, () => this.#tree.sync(this.#directoryAt(path)))
  }

  async readFile(path: string): Promise<Buffer> {
    const file = await this.open(path, 'read')
    const bytes = Buffer.alloc((await file.stat()).size)
    let position = 0
    for (let count = -1; count !== 0 && position < bytes.length; position += count)
      count = await file.read(bytes.subarray(position), position)
    await file.close()
    return bytes.subarray(0, position)
  }

  async writeFileDurably(path: string, bytes: Buffer): Promise<void> {
    const file = await this.open(`${path}.tmp`, 'create')
    try {
      await file.write([bytes], 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await this.rename(`${path}.tmp`, path)
    await this.syncDirectory(posix.dirname(path))
  }

  watch(directory: string, changed: (name: string | undefined) => void): Watch | undefined {
    const place = this.#findOrNothing(directory, true)
    return place?.inode === undefined ? undefined : this.#life.watches.add(place.path, changed)
  }

  freeBytes(path: string): Promise<number> {
    return this.#life.whole('freeBytes', path, () => {
      const { capacityBytes } = this.#life.disk.faults
      if (capacityBytes === Infinity) return UNLIMITED_BYTES
      return Math.max(0, capacityBytes - this.#tree.usedBytes())
    })
  }

  diskBytes(path: string): Promise<number> {
    return this.#life.whole('diskBytes', path, () => {
      const { capacityBytes } = this.#life.disk.faults
      return capacityBytes === Infinity ? UNLIMITED_BYTES : capacityBytes
    })
  }

  #openPlace(path: string, mode: OpenMode): Place & { inode: Inode } {
    const place = this.#tree.find(path, mode !== 'exclusive')
    const { inode } = place
    if (inode !== undefined) {
      if (mode === 'exclusive') throw systemError('EEXIST', path)
      if (inode.kind === 'directory' && mode !== 'read') throw systemError('EISDIR', path)
      if (mode === 'create' && inode.kind === 'file') truncateInode(inode, 0, this.#life.clock.now())
      return { ...place, inode }
    }
    if (mode === 'read' || mode === 'update') throw systemError('ENOENT', path)
    const created = this.#tree.newFile()
    this.#setName(place, created)
    return { ...place, inode: created }
  }

  #removeTreeNow(path: string): void {
    const place = this.#findOrNothing(path)
    if (place?.inode === undefined) return
    if (place.inode.kind === 'directory')
      for (const name of place.inode.entries.keys()) this.#removeTreeNow(posix.join(place.path, name))
    this.#setName(place, undefined)
  }

  #setName(place: Place, inode: Inode | undefined): void {
    this.#tree.change([{ ...place, inode }])
    this.#life.watches.changed(place.path)
  }

  #directoryAt(path: string): DirectoryInode {
    const { inode } = this.#tree.existing(path)
    if (inode.kind !== 'directory') throw systemError('ENOTDIR', path, 'scandir')
    return inode
  }

  #findOrNothing(path: string, followLast = false): Place | undefined {
    try {
      return this.#tree.find(path, followLast)
    } catch {
      // A missing parent: there is nothing to remove or to watch.
      return undefined
    }
  }
}

function assertReplaceable(source: Place & { inode: Inode }, target: Place): void {
  const [from, to] = [source.inode, target.inode]
  if (to?.kind === 'directory') {
    if (from.kind !== 'directory') throw systemError('EISDIR', target.path, 'rename')
    if (to.entries.size > 0) throw systemError('ENOTEMPTY', target.path, 'rename')
  } else if (to !== undefined && from.kind === 'directory') {
    throw systemError('ENOTDIR', target.path, 'rename')
  }
  if (from.kind === 'directory' && `${target.path}/`.startsWith(`${source.path}/`))
    throw systemError('EINVAL', target.path, 'rename')
}
