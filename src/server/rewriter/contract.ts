/** What external tables ask of the processes that read their files. */
import type { Column } from '../../base/schema.ts'
import type { TextFormat } from '../../format/serde/file-format.ts'

export interface RewriteJob {
  /** The file as it lies in the bucket. */
  path: string
  /** `s3://bucket/key`, for messages; its end says how the file is compressed. */
  uri: string
  format: TextFormat
  /** As the file has them, in its order; those of the rows that are written. */
  columns: Column[]
  /** Made, or emptied. */
  out: string
}

/** Of `out`. */
export interface Rewritten {
  bytes: number
}
