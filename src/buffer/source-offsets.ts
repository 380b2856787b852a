/** Durable state of each source, and the order in which its batches must come. */
import { HozonError } from '../base/errors.ts'
import type { SavedSource, SourceProgress } from './buffer.ts'

export class SourceOffsets {
  readonly #saved = new Map<string, SavedSource>()
  /**
   * Where the next batch of a source must begin: behind what is queued, or behind what is durable after a failure.
   * Without it a batch given before the rejection of its predecessor was seen would leave a hole.
   */
  readonly #next = new Map<string, number>()

  constructor(saved: Iterable<SavedSource> = []) {
    for (const source of saved) this.#saved.set(source.source, source)
  }

  /** The batch was queued. Throws HOZON_BUFFER_ORDER when it does not continue its source. */
  queue(progress: SourceProgress): void {
    this.expect(progress)
    this.#next.set(progress.source, progress.to)
  }

  /** As queue(), for a batch that will be rejected for another reason: its successors must not pass it. */
  expect({ source, from }: SourceProgress): void {
    const expected = this.#next.get(source) ?? this.#saved.get(source)?.offset
    if (expected === undefined) this.#next.set(source, from)
    else if (expected !== from) throw orderError(source, from, expected)
  }

  /** The batch was not kept: the source continues where it began (call for the oldest batch last). */
  rewind({ source, from }: SourceProgress): void {
    this.#next.set(source, from)
  }

  commit({ source, path, to, state }: SourceProgress): void {
    this.#saved.set(source, { source, path, offset: to, state })
    if (this.#next.get(source) === to) this.#next.delete(source)
  }

  forget(sources: readonly string[]): void {
    for (const source of sources) {
      this.#saved.delete(source)
      this.#next.delete(source)
    }
  }

  list(): SavedSource[] {
    return [...this.#saved.values()]
  }
}

export function orderError(source: string, from: number, expected: number): HozonError {
  const message = `batch of ${source} begins at ${from}, but the source continues at ${expected}`
  const hint = 'begin again at the last durable offset of the source'
  return new HozonError('HOZON_BUFFER_ORDER', message, { op: 'append', hint, retryable: true })
}
