import { watch, constants, type BigIntStats } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Files, FileStat, OpenFile, OpenMode } from './sys.ts'

/** Configuration and state files only; a larger one is a mistake that should not end in an out-of-memory crash. */
const READ_FILE_BYTES_MAX = 64 * 1024 * 1024

const FLAGS: Record<OpenMode, number> = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
  exclusive: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
}

export const realFiles: Files = {
  async open(path, mode) {
    return openedFile(path, await fs.open(path, FLAGS[mode]))
  },
  stat: async (path) => toFileStat(await fs.stat(path, { bigint: true })),
  lstat: async (path) => toFileStat(await fs.lstat(path, { bigint: true })),
  realpath: (path) => fs.realpath(path),
  async list(directory) {
    const entries = await fs.readdir(directory, { withFileTypes: true })
    return entries
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  },
  async makeDirectory(path, mode) {
    await fs.mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) })
  },
  setMode: (path, mode) => fs.chmod(path, mode),
  rename: (from, to) => fs.rename(from, to),
  link: (from, to) => fs.link(from, to),
  async remove(path) {
    try {
      await fs.unlink(path)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
    }
  },
  removeTree: (path) => fs.rm(path, { recursive: true, force: true }),
  async syncDirectory(path) {
    const directory = await fs.open(path, constants.O_RDONLY)
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  },
  async readFile(path) {
    const { size } = await fs.stat(path)
    if (size > READ_FILE_BYTES_MAX)
      throw new RangeError(`${path} is larger than ${READ_FILE_BYTES_MAX} bytes`)
    return fs.readFile(path)
  },
  async writeFileDurably(path, bytes, mode) {
    const temporary = `${path}.tmp`
    const file = await fs.open(temporary, FLAGS.create, mode ?? 0o644)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await fs.rename(temporary, path)
    // Without it a power cut can keep the bytes and lose the name.
    await realFiles.syncDirectory(dirname(path))
  },
  watch(directory, changed) {
    try {
      const watcher = watch(directory, { persistent: false }, (_event, name) => changed(name ?? undefined))
      // ENOSPC (inotify watches used up) or a removed directory: the owner also polls, so it only loses speed.
      watcher.on('error', () => watcher.close())
      return { close: () => watcher.close() }
    } catch {
      return undefined
    }
  },
  async freeBytes(path) {
    const { bavail, bsize } = await fs.statfs(path)
    return bavail * bsize
  },
  async diskBytes(path) {
    const { blocks, bsize } = await fs.statfs(path)
    return blocks * bsize
  },
}

function openedFile(path: string, handle: fs.FileHandle): OpenFile {
  return {
    path,
    async read(buffer, position) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
      return bytesRead
    },
    async write(chunks, position) {
      await writeAll(handle, chunks, position)
    },
    sync: () => handle.datasync(),
    stat: async () => toFileStat(await handle.stat({ bigint: true })),
    truncate: (size) => handle.truncate(size),
    close: () => handle.close(),
  }
}

async function writeAll(handle: fs.FileHandle, chunks: readonly Buffer[], position: number): Promise<void> {
  let pending = chunks.filter((chunk) => chunk.length > 0)
  let at = position
  while (pending.length > 0) {
    let { bytesWritten } = await handle.writev(pending, at)
    at += bytesWritten
    // A short write (a disk that has just become full, a signal): go on behind what was taken.
    const rest: Buffer[] = []
    for (const chunk of pending) {
      if (bytesWritten >= chunk.length) bytesWritten -= chunk.length
      else {
        rest.push(bytesWritten === 0 ? chunk : chunk.subarray(bytesWritten))
        bytesWritten = 0
      }
    }
    pending = rest
  }
}

function kindOf(entry: {
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}): FileStat['kind'] {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'symlink' : 'other'
}

function toFileStat(stat: BigIntStats): FileStat {
  return {
    kind: kindOf(stat),
    dev: stat.dev,
    ino: stat.ino,
    nlink: Number(stat.nlink),
    size: Number(stat.size),
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
    birthtimeNs: stat.birthtimeNs,
  }
}
