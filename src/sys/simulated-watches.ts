/** inotify of the simulated disk: calls back soon after a change, never within it. */
import { posix } from 'node:path'
import type { Watch } from './sys.ts'

export class SimulatedWatches {
  readonly #watches = new Set<{ directory: string; changed: (name: string | undefined) => void }>()
  /** False: as if the watches of the machine were used up. */
  available = true

  add(directory: string, changed: (name: string | undefined) => void): Watch | undefined {
    if (!this.available) return undefined
    const watch = { directory, changed }
    this.#watches.add(watch)
    return { close: () => void this.#watches.delete(watch) }
  }

  changed(path: string): void {
    const directory = posix.dirname(path)
    for (const watch of this.#watches) {
      if (watch.directory !== directory) continue
      queueMicrotask(() => {
        if (this.#watches.has(watch)) watch.changed(posix.basename(path))
      })
    }
  }

  clear(): void {
    this.#watches.clear()
  }
}
