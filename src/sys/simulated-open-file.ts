/** An open file of the simulated disk. It keeps its inode whatever happens to its name. */
import type { FileStat, OpenFile } from './sys.ts'
import type { OperationName } from './simulated-faults.ts'
import {
  loseUnsynced,
  syncInode,
  toStat,
  truncateInode,
  type FileInode,
  type Inode,
} from './simulated-inode.ts'
import type { SimulatedLife } from './simulated-life.ts'
import { systemError } from './simulated-tree.ts'

export class SimulatedOpenFile implements OpenFile {
  readonly path: string
  readonly #life: SimulatedLife
  readonly #inode: Inode
  readonly #writable: boolean
  /** Its path without symlinks: where a watch hears of a change. */
  readonly #realPath: string
  #isOpen = true

  constructor(
    life: SimulatedLife,
    opened: { path: string; realPath: string; inode: Inode; writable: boolean },
  ) {
    this.#life = life
    this.path = opened.path
    this.#realPath = opened.realPath
    this.#inode = opened.inode
    this.#writable = opened.writable
  }

  read(buffer: Buffer, position: number): Promise<number> {
    const { faults } = this.#life.disk
    return this.#life.whole('read', this.path, () => {
      const askedBytes = faults.shortReads ? Math.max(1, faults.partOf(buffer.length)) : buffer.length
      return this.#file('read').seen.read(buffer.subarray(0, askedBytes), position)
    })
  }

  async write(chunks: readonly Buffer[], position: number): Promise<void> {
    await this.#life.write(this.path, {
      inode: this.#writableFile('write'),
      bytes: Buffer.concat(chunks),
      position,
    })
    this.#changed()
  }

  sync(): Promise<void> {
    return this.#life.operation('sync', this.path, (fault) => {
      const inode = this.#file('sync')
      if (fault === undefined) return syncInode(inode)
      loseUnsynced(inode, this.#life.disk.random)
      throw fault
    })
  }

  stat(): Promise<FileStat> {
    return this.#life.whole('stat', this.path, () => {
      this.#assertOpen('stat')
      return toStat(this.#inode)
    })
  }

  truncate(size: number): Promise<void> {
    return this.#life.whole('truncate', this.path, () => {
      truncateInode(this.#writableFile('truncate'), size, this.#life.clock.now())
      this.#changed()
    })
  }

  close(): Promise<void> {
    return this.#life.whole('close', this.path, () => {
      this.#assertOpen('close')
      this.#isOpen = false
    })
  }

  #writableFile(syscall: OperationName): FileInode {
    if (!this.#writable) throw systemError('EBADF', this.path, syscall)
    return this.#file(syscall)
  }

  #file(syscall: OperationName): FileInode {
    this.#assertOpen(syscall)
    if (this.#inode.kind !== 'file') throw systemError('EISDIR', this.path, syscall)
    return this.#inode
  }

  #assertOpen(syscall: OperationName): void {
    if (!this.#isOpen) throw systemError('EBADF', this.path, syscall)
  }

  #changed(): void {
    this.#life.watches.changed(this.#realPath)
  }
}
