/** The life of a followed file from block to block: read, reopened, rewritten, ended. */
import { systemCode } from '../../base/errors.ts'
import type { Sys } from '../../sys/sys.ts'
import type { BirthTimes } from './birth-times.ts'
import type { FollowedFile } from './followed-file.ts'
import { gzipContent } from './gzip-content.ts'
import { inodeKey } from './identity.ts'
import type { OpenFiles } from './open-files.ts'
import { flushUnterminated, readStep, type ReadContext } from './read-step.ts'

/** Each decompression holds about a megabyte: that many files are decompressed at a time. */
const GZIP_READERS = 2

export interface FileReading {
  /** One block; true when there is more. */
  readBlock(followed: FollowedFile): Promise<boolean>
}

export interface FileReadingOptions {
  sys: Pick<Sys, 'clock' | 'files'>
  context: ReadContext
  files: OpenFiles
  births: BirthTimes
  /** It holds another content now: it goes on as another generation. */
  rewritten: (followed: FollowedFile) => void
  /** It was deleted and read to its end. */
  ended: (followed: FollowedFile) => void
  /** A new file has its old name. */
  isReplaced: (followed: FollowedFile) => boolean
  again: (followed: FollowedFile) => void
}

export function fileReading(options: FileReadingOptions): FileReading {
  const { sys, context, files } = options
  const { limits } = context
  const decompressing = new Set<FollowedFile>()
  const waitingToDecompress = new Set<FollowedFile>()

  async function readBlock(followed: FollowedFile): Promise<boolean> {
    if (!mayRead(followed) || (followed.isGzip && !mayDecompress(followed))) return false
    if (followed.file === undefined && !(await reopen(followed))) return false
    const before = followed.handed
    const sizeBefore = followed.stat.size
    const beganAtMs = sys.clock.monotonic()
    let result
    try {
      result = await readStep(context, followed)
    } catch (error) {
      return readFailed(followed, error)
    }
    if (followed.handed !== before || followed.stat.size !== sizeBefore) progressed(followed)
    if (result !== 'rewritten') followed.lookedAtMs = beganAtMs
    if (result === 'rewritten') {
      followed.unreadBytes = Math.max(0, sizeBefore - followed.handed.offset)
      options.rewritten(followed)
    } else if (result === 'end') {
      followed.endSeenAtMs = beganAtMs
      followed.endSize = followed.stat.size
      await atEnd(followed)
    }
    return result === 'more' && mayRead(followed)
  }

  function progressed(followed: FollowedFile): void {
    followed.changedAtMs = sys.clock.monotonic()
    followed.endsSeen = 0
    followed.message = undefined
    files.touch(followed)
  }

  function mayRead(followed: FollowedFile): boolean {
    if (followed.isDone || followed.isRewinding || followed.isWaitingForRoom) return false
    return followed.outstandingBytes < limits.fileOutstandingBytesMax
  }

  function mayDecompress(followed: FollowedFile): boolean {
    if (decompressing.has(followed)) return true
    if (decompressing.size >= GZIP_READERS) {
      waitingToDecompress.add(followed)
      return false
    }
    waitingToDecompress.delete(followed)
    decompressing.add(followed)
    return true
  }

  /** It was closed to keep the number of open files; its name may lead to another file by now. */
  async function reopen(followed: FollowedFile): Promise<boolean> {
    try {
      const file = await sys.files.open(followed.path, 'read')
      const stat = await file.stat()
      if (inodeKey(stat) !== followed.key || options.births.isAnother(stat, followed.birth)) {
        await file.close()
        return false
      }
      followed.gzip = followed.isGzip ? gzipContent(file) : undefined
      followed.file = followed.gzip ?? file
      followed.isDenied = false
      return true
    } catch (error) {
      const code = systemCode(error)
      if (code === undefined) throw error
      followed.isDenied = code === 'EACCES' || code === 'EPERM'
      return false
    }
  }

  function readFailed(followed: FollowedFile, error: unknown): boolean {
    const code = systemCode(error)
    if (code === undefined) throw error
    // A bad sector, a network file system that is away: it is tried again at each look.
    followed.message = `read: ${code}`
    files.touch(followed)
    return false
  }

  async function atEnd(followed: FollowedFile): Promise<void> {
    if (followed.isRewinding) return
    if (followed.isGzip) return gzipEnd(followed)
    followed.endsSeen += 1
    if (followed.isUnlinked) return deletedEnd(followed)
    if (followed.isMoved && followed.handed.offset < followed.stat.size) await rotatedEnd(followed)
  }

  /** Nobody can be told apart from a writer that still has it open: the end must be seen twice before it is left. */
  async function deletedEnd(followed: FollowedFile): Promise<void> {
    if (followed.endsSeen < 2) return
    await flushUnterminated(context, followed)
    if (followed.outstandingBatches > 0) return
    options.ended(followed)
  }

  /** Rotated away, a new file in its place, and silent: its last line will not be completed. */
  async function rotatedEnd(followed: FollowedFile): Promise<void> {
    const silentMs = sys.clock.monotonic() - followed.changedAtMs
    if (silentMs < limits.rotatedFlushMs || !options.isReplaced(followed)) return
    await flushUnterminated(context, followed)
  }

  async function gzipEnd(followed: FollowedFile): Promise<void> {
    const failure = followed.gzip?.failure
    // What is cut short may be written on: its last line waits.
    if (failure === undefined) await flushUnterminated(context, followed)
    followed.message = failure === undefined ? undefined : `gzip: ${failure}; what is whole was read`
    if (followed.outstandingBatches > 0) return
    followed.gzip?.rest()
    decompressing.delete(followed)
    for (const next of waitingToDecompress) options.again(next)
    if (followed.isUnlinked) options.ended(followed)
  }

  return { readBlock }
}
