/**
 * The seams. Time, chance, files and processes are reached only through a Sys, so that the whole system can run
 * under a seeded simulator (sys/simulated.ts) with injected faults and power loss. test/tidy.test.ts enforces it.
 */
export interface Sys {
  clock: Clock
  random: Random
  files: Files
  processes: Processes
}

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z; may jump. */
  now(): number
  /** Milliseconds from an arbitrary start; never goes backwards. */
  monotonic(): number
  /** Resolves after `ms`, or at once when `signal` aborts (it never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Random {
  bytes(count: number): Buffer
  /** Uniform in [0, 1). */
  float(): number
}

export interface FileStat {
  kind: 'file' | 'directory' | 'symlink' | 'other'
  dev: bigint
  ino: bigint
  nlink: number
  size: number
  mtimeNs: bigint
  ctimeNs: bigint
  birthtimeNs: bigint
}

/** Errors of Files and OpenFile are Node's own system errors with `code` (ENOENT, EACCES, ENOSPC, EIO …). */
export interface OpenFile {
  readonly path: string
  /** Reads up to buffer.length bytes at `position`; 0 at the end of the file. */
  read(buffer: Buffer, position: number): Promise<number>
  /** Writes all bytes of all chunks from `position` on (writev, short writes continued). Not durable until sync(). */
  write(chunks: readonly Buffer[], position: number): Promise<void>
  /** fdatasync: the bytes and the size are on disk when it resolves. The file's NAME needs Files.syncDirectory. */
  sync(): Promise<void>
  stat(): Promise<FileStat>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

/** read: must exist · update: must exist, read and write · create: made or emptied · exclusive: must not exist */
export type OpenMode = 'read' | 'update' | 'create' | 'exclusive'

export interface Files {
  open(path: string, mode: OpenMode): Promise<OpenFile>
  /** Follows symlinks. */
  stat(path: string): Promise<FileStat>
  /** Does not follow symlinks. */
  lstat(path: string): Promise<FileStat>
  realpath(path: string): Promise<string>
  /** Names in a directory, sorted, with their kinds (a symlink is 'symlink'). */
  list(directory: string): Promise<{ name: string; kind: FileStat['kind'] }[]>
  /** With its parents; fine when it exists, whatever its mode is then. Not durable until its parent is synced. */
  makeDirectory(path: string, mode?: number): Promise<void>
  /** EPERM where it belongs to another user. */
  setMode(path: string, mode: number): Promise<void>
  /** Replaces `to`. Durable after syncDirectory of both parents. */
  rename(from: string, to: string): Promise<void>
  /** Hard link; EEXIST when `to` exists: the atomic form of "put if absent". */
  link(from: string, to: string): Promise<void>
  /** Removes a file; fine when it is not there. */
  remove(path: string): Promise<void>
  /** Removes a directory and all below it; fine when it is not there. */
  removeTree(path: string): Promise<void>
  /** Makes creations, renames and removals in this directory durable. */
  syncDirectory(path: string): Promise<void>
  /** Whole small files (configuration, state); at most 64 MiB. */
  readFile(path: string): Promise<Buffer>
  /** name.tmp, write, fsync, rename, fsync of the directory: whole old or whole new content after a crash. */
  writeFileDurably(path: string, bytes: Buffer, mode?: number): Promise<void>
  /** Calls back when anything in the directory changes (inotify); undefined where watches have run out. */
  watch(directory: string, changed: (name: string | undefined) => void): Watch | undefined
  /** Bytes that this process may still write on the file system that holds `path`. */
  freeBytes(path: string): Promise<number>
  /** Size of the file system that holds `path`. */
  diskBytes(path: string): Promise<number>
}

export interface Watch {
  close(): void
}

export interface Processes {
  readonly pid: number
  /** Starts `module` (a .ts file of this project) as a child with a message channel. */
  fork(module: URL, options: ForkOptions): Child
  /** Is a process with this id alive? */
  isAlive(pid: number): boolean
}

export interface ForkOptions {
  /** For `ps` and logs: `hozon-engine-1`. */
  title: string
  /** Environment of the child; nothing is inherited but PATH, TZ and LANG. */
  env?: Record<string, string>
  /** V8 old-space limit of the child, in MiB. */
  heapMiB?: number
  /** Wrap with `prlimit`-like address-space limit in MiB where the platform can; ignored elsewhere. */
  memoryMiB?: number
  /** Takes what the child prints, to both streams. Without it, that goes where ours goes. */
  output?: (bytes: Buffer) => void
}

export interface Child {
  readonly pid: number | undefined
  send(message: unknown): void
  /** Set once by the owner. */
  onMessage: (message: unknown) => void
  /** `code` and `signal` as in Node; called exactly once. */
  onExit: (code: number | null, signal: string | null) => void
  kill(signal?: 'SIGTERM' | 'SIGKILL'): void
}
