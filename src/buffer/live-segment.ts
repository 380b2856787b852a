/** A segment in memory, and how commits and ranges are added to it. */
import { join } from 'node:path'
import type { SourceRange } from '../base/source-range.ts'
import type { Segment, SourceProgress } from './buffer.ts'
import type { CommittedData, SegmentRecord } from './journal-entry.ts'

export interface LiveSegment extends Segment {
  /** CRC-32 of all its bytes. */
  crc: number
  /** Records end with \n; otherwise `ends` holds their lengths (record-ends.ts). */
  lines: boolean
  ends: Buffer[]
}

export function newSegment(directory: string, stream: string, id: number): LiveSegment {
  return {
    stream,
    id,
    path: join(directory, dataFileName(id)),
    bytes: 0,
    records: 0,
    firstArrivalMs: 0,
    lastArrivalMs: 0,
    sources: [],
    crc: 0,
    lines: true,
    ends: [],
  }
}

export function dataFileName(id: number): string {
  return `${String(id).padStart(10, '0')}.data`
}

export function addData(segment: LiveSegment, data: CommittedData, ends: Buffer): void {
  const first = segment.records === 0
  segment.firstArrivalMs = first ? data.firstArrivalMs : Math.min(segment.firstArrivalMs, data.firstArrivalMs)
  segment.lastArrivalMs = first ? data.lastArrivalMs : Math.max(segment.lastArrivalMs, data.lastArrivalMs)
  segment.bytes = data.to
  segment.records += data.records
  segment.crc = data.crc
  segment.lines = data.lines
  if (ends.length > 0) segment.ends.push(ends)
}

/** Ranges without bytes too (a byte-order mark): otherwise the ledger would show a hole there. */
export function addRanges(ranges: SourceRange[], added: readonly (SourceProgress | SourceRange)[]): void {
  for (const { source, path, from, to } of added) {
    if (from === to) continue
    // From the end: a source's newest range is nearly always among the last ones.
    const open = ranges.findLast((range) => range.source === source)
    if (open?.to === from) open.to = to
    else ranges.push({ source, path, from, to })
  }
}

export function toSegmentRecord(segment: LiveSegment): SegmentRecord {
  const { id, bytes, records, crc, firstArrivalMs, lastArrivalMs, lines, sources } = segment
  return { id, bytes, records, crc, firstArrivalMs, lastArrivalMs, lines, sources }
}
