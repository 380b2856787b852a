/** The names of large folders, kept while the folder does not change: a listing of many pages comes back to it for each page. */
import type { Clock, Files, FileStat } from '../sys/sys.ts'

export interface Entry {
  /** What the key has behind that of the folder; a folder's ends in `/`. */
  end: string
  path: string
}

export interface ReadFolder {
  /** In the order of keys. */
  entries: Entry[]
  /** Some came from folders below, whose changes do not show in this one. */
  isDeep: boolean
}

/** Smaller ones are read faster than they are remembered. */
const ENTRIES_MIN = 1000
/** Of all folders together: some 40 MB. */
const ENTRIES_MAX = 250_000
/** A folder that has just changed may change again within one tick of its clock, and look the same. */
const SETTLED_MS = 1000

export class FolderNames {
  readonly files: Files
  readonly #clock: Clock
  readonly #known = new Map<string, { stamp: string; entries: Entry[] }>()
  #count = 0

  constructor(files: Files, clock: Clock) {
    this.files = files
    this.#clock = clock
  }

  async entries(
    folder: string,
    read: (files: Files, folder: string) => Promise<ReadFolder>,
  ): Promise<Entry[]> {
    const known = this.#known.get(folder)
    if (known !== undefined) {
      if (known.stamp === stampOf(await this.files.lstat(folder))) return known.entries
      this.#forget(folder)
    }
    // The stamp before the names: a change between the two is seen at the next look.
    const stat = await this.files.lstat(folder)
    const { entries, isDeep } = await read(this.files, folder)
    const ageMs = this.#clock.now() - Number(stat.ctimeNs / 1_000_000n)
    if (!isDeep && entries.length >= ENTRIES_MIN && entries.length <= ENTRIES_MAX && ageMs > SETTLED_MS)
      this.#remember(folder, stampOf(stat), entries)
    return entries
  }

  #remember(folder: string, stamp: string, entries: Entry[]): void {
    this.#forget(folder)
    this.#known.set(folder, { stamp, entries })
    this.#count += entries.length
    for (const oldest of this.#known.keys()) {
      if (this.#count <= ENTRIES_MAX) return
      this.#forget(oldest)
    }
  }

  #forget(folder: string): void {
    this.#count -= this.#known.get(folder)?.entries.length ?? 0
    this.#known.delete(folder)
  }
}

function stampOf({ ino, mtimeNs, ctimeNs }: FileStat): string {
  return `${ino} ${mtimeNs} ${ctimeNs}`
}
