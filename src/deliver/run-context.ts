/** What the steps of a run work with, and what each object of it carries as metadata. */
import type { TableSchema } from '../base/schema.ts'
import type { SourceRange } from '../base/source-range.ts'
import type { StreamConfig } from '../base/stream.ts'
import type { Segment } from '../buffer/buffer.ts'
import type { Run, Table } from '../catalog/catalog.ts'
import type { Prepared } from '../format/prepare.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'
import type { Converter } from './converter/contract.ts'

export interface RunContext {
  sys: Sys
  config: StreamConfig
  store: Store
  converter: Converter
  table: Omit<Table, 'schema'>
  /** DIR/scratch/<stream> */
  scratch: string
}

export interface RunInput {
  run: Run
  segments: Segment[]
  prepared: Prepared[]
  schema: TableSchema
}

/** S3 keeps 2 KB of metadata with an object. Longer ranges are in the Parquet file's own metadata and in the manifest. */
const RANGES_BYTES_MAX = 1024

export function identity(
  { run, segments }: RunInput,
  rangesBytesMax = RANGES_BYTES_MAX,
): Record<string, string> {
  const ranges = JSON.stringify(rangesOf(segments))
  return {
    'hozon-stream': run.stream,
    'hozon-segments': `${run.firstSegment}-${run.lastSegment}`,
    'hozon-run': run.id,
    ...(Buffer.byteLength(ranges) <= rangesBytesMax ? { 'hozon-ranges': ranges } : {}),
  }
}

/** Contiguous ranges of one source are one. */
export function rangesOf(segments: Segment[]): SourceRange[] {
  const ranges: SourceRange[] = []
  const last = new Map<string, SourceRange>()
  for (const range of segments.flatMap((segment) => segment.sources)) {
    const before = last.get(range.source)
    if (before?.to === range.from) before.to = range.to
    else {
      const copy = { ...range }
      ranges.push(copy)
      last.set(range.source, copy)
    }
  }
  return ranges
}
