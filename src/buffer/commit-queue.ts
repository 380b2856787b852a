/** Appends that wait for a commit, and which of them the next commit takes. */
import { assert } from '../base/errors.ts'
import type { Batch, SourceProgress } from './buffer.ts'
import type { LiveSegment } from './live-segment.ts'

/**
 * Bytes that may wait for their commit, beside one batch of any size: a few commits ahead keep the disk busy; more
 * would only be memory. Beyond it append() rejects with HOZON_BUFFER_FULL and waitForRoom() waits.
 */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024

export interface QueuedAppend {
  chunks: readonly Buffer[]
  bytes: number
  records: number
  recordEnds: Uint32Array | undefined
  progress: SourceProgress | undefined
  requestId: Buffer | undefined
  arrivalMs: number
  resolve: () => void
  reject: (error: Error) => void
}

export class CommitQueue {
  #items: QueuedAppend[] = []
  #bytes = 0
  #requests = 0

  get bytes(): number {
    return this.#bytes
  }

  /** Batches of senders that wait for an answer. */
  get requests(): number {
    return this.#requests
  }

  get isEmpty(): boolean {
    return this.#items.length === 0
  }

  push(item: QueuedAppend): void {
    this.#items.push(item)
    this.#bytes += item.bytes
    if (item.requestId !== undefined) this.#requests++
  }

  /** From the front, as many as fit into the segment and one commit. Empty when the segment must be sealed first. */
  take(segment: LiveSegment, limits: { commitBytesMax: number; segmentBytesMax: number }): QueuedAppend[] {
    const roomBytes = limits.segmentBytesMax - segment.bytes
    let lines = segment.records === 0 ? undefined : segment.lines
    let bytes = 0
    let count = 0
    for (const item of this.#items) {
      if (item.records > 0) {
        const isAlone = bytes === 0 && segment.bytes === 0
        if (bytes + item.bytes > roomBytes && !isAlone) break
        if (bytes > 0 && bytes + item.bytes > limits.commitBytesMax) break
        const itemLines = item.recordEnds === undefined
        if ((lines ??= itemLines) !== itemLines) break
      }
      bytes += item.bytes
      count++
    }
    this.#bytes -= bytes
    const taken = this.#items.splice(0, count)
    this.#requests -= countRequests(taken)
    return taken
  }

  takeAll(): QueuedAppend[] {
    this.#bytes = 0
    this.#requests = 0
    return this.#items.splice(0)
  }
}

export function countRequests(items: readonly QueuedAppend[]): number {
  return items.reduce((count, { requestId }) => (requestId === undefined ? count : count + 1), 0)
}

export function toQueued(
  batch: Batch,
  nowMs: number,
  settle: { resolve: () => void; reject: (error: Error) => void },
): QueuedAppend {
  let bytes = 0
  for (const chunk of batch.chunks) bytes += chunk.length
  const { chunks, records, recordEnds, progress, requestId, arrivalMs = nowMs } = batch
  assert(records > 0 || bytes === 0, 'bytes are of records')
  return { chunks, bytes, records, recordEnds, progress, requestId, arrivalMs, ...settle }
}
