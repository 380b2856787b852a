/**
 * The contract of Firehose's processing: records of a segment become units (decompressed, de-aggregated), units may pass
 * through Lambda, and each ends in a part of a partition, in a failure, or dropped. Nothing else happens to a unit.
 */
import type { ErrorOutputType, FirehoseProcessing } from '../../base/firehose-delivery.ts'

export interface Unit {
  /** Index of the record in the segment that it was (a part of). */
  record: number
  data: Buffer
}

/** What AWS writes as a line below the error prefix (error-line.ts). */
export interface Failure {
  type: ErrorOutputType
  /** `Lambda.FunctionError`, `DynamicPartitioning.MetadataExtractionFailed`, `DataFormatConversion.ParseError` … */
  code: string
  message: string
  /** What could not be processed; for decompression the record as it came. */
  raw: Buffer
  attempts: number
  arrivalMs: number
  endedMs: number
  lambdaArn?: string
}

export interface Units {
  units: Unit[]
  failures: Failure[]
}

/** units.ts: a pure function. Failures here are those of decompression. */
export type UnitsOf = (
  bytes: Buffer,
  recordEnds: Uint32Array | undefined,
  processing: Pick<FirehoseProcessing, 'decompression' | 'deaggregation'>,
  arrivalMs: number,
) => Units

/** One unit after Lambda, as transformed-file.ts keeps it, in the order of the units. */
export type Transformed =
  | { kind: 'ok'; data: Buffer; keys: Record<string, string> | undefined }
  | { kind: 'dropped' }
  | { kind: 'failed'; failure: Failure }
