/**
 * The contract of preparation: a sealed segment becomes files that every engine can read as they are. It runs in the
 * converter process, and in the simulator in-process; a pure function of the segment's bytes and its arguments, so
 * that it can be repeated at any time. Implemented by prepare-segment.ts.
 *
 * The common case copies nothing: when all lines fit the (evolved) schema, none is rejected and all belong to one
 * partition, the only part IS the segment file.
 */
import type { ErrorOutputType } from '../base/firehose-delivery.ts'
import type { TableSchema } from '../base/schema.ts'
import type { DeliverConfig } from '../base/stream.ts'

export interface PrepareJob {
  stream: string
  segment: number
  /** The segment's data file and how many of its bytes count. */
  path: string
  bytes: number
  firstArrivalMs: number
  lastArrivalMs: number
  deliver: DeliverConfig
  /** Current schema of the table. */
  schema: TableSchema
  /** true: the schema may grow by what the lines hold; false: what does not fit goes to `_extra` (repeat of a run). */
  evolve: boolean
  /** Empty directory for files that had to be written; theirs to use. */
  scratch: string
  /** Streams of the Firehose API: end offset of each record. Undefined: every line is a record. */
  recordEnds?: Uint32Array
  /** Streams of the Firehose API with a Lambda function: the file of its answers (firehose/transformed-file.ts). */
  transformed?: string
}

export interface Prepared {
  segment: number
  /** rows of all parts + rejected + blank */
  records: number
  rejected: number
  /** Empty lines of JSON streams: they say nothing, and are counted so that every line is accounted for. */
  blank: number
  /** The schema after this segment: same version = unchanged, else version + 1. */
  schema: TableSchema
  parts: Part[]
  /** JSON lines {reason, line, line_base64?, stream, segment, arrived_at}; undefined when rejected is 0. */
  errors: { path: string; bytes: number; rows: number } | undefined
  /** Streams of the Firehose API. Of them `rejected` counts the failures, `blank` what Lambda dropped. */
  firehose?: {
    /** What the records became after de-aggregation: those in parts + failures + dropped. */
    units: number
    /** AWS's error lines, a file per type; `errors` is all of them. */
    failures: { type: ErrorOutputType; path: string; bytes: number; rows: number }[]
  }
}

/** The rows of one segment that belong to one partition. */
export interface Part {
  /** Streams of the Firehose API: '' (the prefix is evaluated once per object, for its oldest record). Else the evaluated prefix (`web/dt=2026-11-23/hour=01/`), with `!{firehose:random-string}` still in it. */
  prefix: string
  /** `k=v` folders of the prefix, in order. */
  values: { key: string; value: string }[]
  /** The original lines: what json and raw streams deliver. */
  path: string
  bytes: number
  /** The lines rewritten to fit `schema` (what does not fit is in `_extra`): what Parquet and queries read. = path where all fit. */
  fitPath: string
  fitBytes: number
  rows: number
  minTimeMs: number | undefined
  maxTimeMs: number | undefined
  /** Rows whose event time is more than an hour before the arrival of the segment's first record. */
  late: number
  /** Streams of the Firehose API: the records delivered with this part (a record may be several rows, or none) … */
  units?: number
  /** … and, with dynamic partitioning, what `!{partitionKeyFromQuery:…}` and `!{partitionKeyFromLambda:…}` stand for. */
  keys?: PartitionKeyValues
}

export interface PartitionKeyValues {
  query: Record<string, string>
  lambda: Record<string, string>
}
