/** The sealed segments: pinned by readers, forgotten after delivery. */
import { assert } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'
import type { LiveSegment } from './live-segment.ts'

export class SegmentList {
  readonly #files: Files
  /** Ascending by id. */
  #sealed: LiveSegment[]
  #bytes = 0
  #records = 0
  readonly #pins = new Map<number, number>()
  /** Forgotten files by id, until they are unlinked. */
  readonly #leftovers = new Map<number, string>()
  forgottenThrough: number

  constructor(files: Files, sealed: LiveSegment[], forgottenThrough: number) {
    this.#files = files
    this.#sealed = sealed
    this.forgottenThrough = forgottenThrough
    for (const segment of sealed) this.#count(segment, 1)
  }

  get bytes(): number {
    return this.#bytes
  }

  get records(): number {
    return this.#records
  }

  list(): readonly LiveSegment[] {
    return this.#sealed
  }

  find(id: number): LiveSegment | undefined {
    return this.#sealed.find((segment) => segment.id === id)
  }

  add(segment: LiveSegment): void {
    assert(segment.id > (this.#sealed.at(-1)?.id ?? 0), 'segments are sealed in ascending order')
    this.#sealed.push(segment)
    this.#count(segment, 1)
  }

  pin(ids: readonly number[]): { release(): void } {
    for (const id of ids) this.#pins.set(id, (this.#pins.get(id) ?? 0) + 1)
    let released = false
    return {
      release: () => {
        if (released) return
        released = true
        for (const id of ids) this.#unpin(id)
      },
    }
  }

  /** Rejects with the disk's error when a file cannot be removed; the call may be repeated. */
  async forget(throughId: number): Promise<void> {
    const kept = this.#sealed.findIndex(({ id }) => id > throughId)
    const gone = this.#sealed.splice(0, kept === -1 ? this.#sealed.length : kept)
    for (const segment of gone) {
      this.#count(segment, -1)
      this.#leftovers.set(segment.id, segment.path)
    }
    this.forgottenThrough = Math.max(this.forgottenThrough, throughId)
    const removable = [...this.#leftovers].filter(([id]) => !this.#pins.has(id))
    for (const [id, path] of removable) await this.#unlink(id, path)
  }

  isKept(id: number): boolean {
    return this.#leftovers.has(id) || this.find(id) !== undefined
  }

  #unpin(id: number): void {
    const count = (this.#pins.get(id) ?? 0) - 1
    if (count > 0) {
      this.#pins.set(id, count)
      return
    }
    this.#pins.delete(id)
    const path = this.#leftovers.get(id)
    // A failure leaves the file among the leftovers: the next forget() or the next start removes it.
    if (path !== undefined) this.#unlink(id, path).catch(() => {})
  }

  async #unlink(id: number, path: string): Promise<void> {
    await this.#files.remove(path)
    this.#leftovers.delete(id)
  }

  #count(segment: LiveSegment, sign: 1 | -1): void {
    this.#bytes += sign * segment.bytes
    this.#records += sign * segment.records
  }
}
