/**
 * The contract of Firehose's processing: records of a segment become units (decompressed, de-aggregated), units may pass
 * through Lambda, and each ends in a part of a partition, in a failure, or dropped. Nothing else happens to a unit.
 */
import type { ErrorOutputType } from '../../base/firehose-delivery.ts'

export interface Unit {
  /** Index of the record in the segment that it was (a part of). */
  record: number
  data: Buffer
  /** What a failure keeps, where that is not `data`: of a compressed record that became this unit alone, the record. */
  original?: Buffer
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

/** A record that became no unit. Failures here are those of decompression. */
export interface Undone {
  record: number
  failure: Failure
}

/** Some units of a segment, in their order. A record may go on in the next window. */
export interface UnitWindow {
  /** How many records begin in it. */
  records: number
  items: (Unit | Undone)[]
}

/** One unit after Lambda, as transformed-file.ts keeps it, in the order of the units. */
export type Transformed =
  | { kind: 'ok'; data: Buffer; keys: Record<string, string> | undefined }
  | { kind: 'dropped' }
  | { kind: 'failed'; failure: Failure }
