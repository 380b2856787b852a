/** Files that may have something to read, served in turns: one block each, a few files at a time. */
import type { FollowedFile } from './followed-file.ts'

/** libuv has four threads for file work; more readers would only wait there. */
const READERS = 4

export interface ReadingQueue {
  add(followed: FollowedFile): void
  /** Resolves when no file is queued or being read. */
  idle(): Promise<void>
}

export function readingQueue(options: {
  signal: AbortSignal
  /** Reads one block; true when the file has more. */
  readBlock: (followed: FollowedFile) => Promise<boolean>
  /** Called when a reader has left a file. */
  left: (followed: FollowedFile) => void
}): ReadingQueue {
  const queue: FollowedFile[] = []
  const running = new Set<Promise<void>>()

  function add(followed: FollowedFile): void {
    if (followed.isBusy) followed.isTouched = true
    if (followed.isBusy || followed.isQueued || followed.isDone || options.signal.aborted) return
    followed.isQueued = true
    queue.push(followed)
    if (running.size >= READERS) return
    const reader = serve().finally(() => running.delete(reader))
    running.add(reader)
  }

  async function serve(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      next.isQueued = false
      if (options.signal.aborted) continue
      next.isBusy = true
      next.isTouched = false
      let hasMore = false
      try {
        hasMore = await options.readBlock(next)
      } finally {
        next.isBusy = false
      }
      options.left(next)
      if (hasMore || next.isTouched) add(next)
    }
  }

  return {
    add,
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
