import { dirname } from 'node:path'
import type { Files } from '../sys/sys.ts'

/** About 1 MB of names. When it is full it starts anew, which costs some fsyncs and nothing else. */
const REMEMBERED_MAX = 10_000

/**
 * Makes directories whose names survive a power cut. A directory that exists is not trusted: a process that was killed
 * may have made it without syncing its parent. So the first use in this process syncs the whole way from the root.
 */
export class DurableDirectories {
  readonly #files: Files
  readonly #root: string
  readonly #durable = new Set<string>()

  constructor(files: Files, root: string) {
    this.#files = files
    this.#root = root
  }

  /** Makes `path`, which is the root or below it, with all parents. */
  async ensure(path: string): Promise<void> {
    if (this.#durable.has(path)) return
    await this.#files.makeDirectory(path)
    for (let at = path; at !== this.#root; at = dirname(at)) await this.#files.syncDirectory(dirname(at))
    if (this.#durable.size >= REMEMBERED_MAX) this.#durable.clear()
    this.#durable.add(path)
  }

  forgetAll(): void {
    this.#durable.clear()
  }
}
