/** Several queued appends as one range of bytes and one journal entry. */
import { crc32 } from 'node:zlib'
import type { SourceProgress } from './buffer.ts'
import type { QueuedAppend } from './commit-queue.ts'
import type { CommittedData } from './journal-entry.ts'
import type { LiveSegment } from './live-segment.ts'
import { encodeRecordEnds } from './record-ends.ts'

export interface CommitPlan {
  chunks: Buffer[]
  data: CommittedData | undefined
  /** Record lengths, for records that are not lines. */
  ends: Buffer
  /** Identities of requests, one behind the other, and when they became durable. */
  requests: Buffer
  atMs: number
  sources: SourceProgress[]
}

/** Of smaller chunks, one copy costs less than a write vector and a CRC call for each: 200 bytes went from 330 to 580 MB per CPU-second. */
const JOIN_BYTES_MAX = 1024

export function planCommit(segment: LiveSegment, items: readonly QueuedAppend[], nowMs: number): CommitPlan {
  const chunks: Buffer[] = []
  const ends: Buffer[] = []
  const data: CommittedData = {
    from: segment.bytes,
    to: segment.bytes,
    crc: segment.crc,
    records: 0,
    firstArrivalMs: Infinity,
    lastArrivalMs: -Infinity,
    lines: true,
  }
  for (const item of items) {
    if (item.records === 0) continue
    for (const chunk of joinSmall(item)) {
      data.crc = crc32(chunk, data.crc)
      chunks.push(chunk)
    }
    data.to += item.bytes
    data.records += item.records
    data.firstArrivalMs = Math.min(data.firstArrivalMs, item.arrivalMs)
    data.lastArrivalMs = Math.max(data.lastArrivalMs, item.arrivalMs)
    if (item.recordEnds === undefined) continue
    data.lines = false
    ends.push(encodeRecordEnds(item.recordEnds))
  }
  return {
    chunks,
    data: data.records === 0 ? undefined : data,
    ends: Buffer.concat(ends),
    requests: Buffer.concat(items.flatMap(({ requestId }) => requestId ?? [])),
    atMs: nowMs,
    sources: mergeProgress(items),
  }
}

function joinSmall({ chunks, bytes }: QueuedAppend): readonly Buffer[] {
  return chunks.length > 1 && bytes < chunks.length * JOIN_BYTES_MAX ? [Buffer.concat(chunks, bytes)] : chunks
}

/** One entry per source: its batches follow each other, or SourceOffsets had refused them. */
function mergeProgress(items: readonly QueuedAppend[]): SourceProgress[] {
  const merged = new Map<string, SourceProgress>()
  for (const { progress } of items) {
    if (progress === undefined) continue
    const from = merged.get(progress.source)?.from ?? progress.from
    merged.set(progress.source, { ...progress, from })
  }
  return [...merged.values()]
}
