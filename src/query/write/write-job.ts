/** What a statement that writes comes down to: made before the engine runs, used again when its files are there. */
import type { S3Location } from '../../base/s3-location.ts'
import type { ExecuteOptions, TableSource } from '../query.ts'
import type { WriteAnswer, WriteRequest } from '../engine/write/protocol.ts'
import type { CatalogChange, WriteTarget } from './write-target.ts'

export interface WriteJob {
  request: Pick<
    WriteRequest,
    'query' | 'format' | 'partitionedBy' | 'partitionsMax' | 'into' | 'namesColumns' | 'withData'
  >
  /** Folder of the files of a partition (no values: of the table). */
  folderOf(partition: readonly string[]): S3Location
  /** A place that no other statement may write to at the same time. */
  claim: string | undefined
  /** What the catalog is to know once the files are there. */
  change(answer: WriteAnswer): CatalogChange
  /** What a commit that could not be is called. */
  refusals: Partial<Record<ReturnType<WriteTarget['commit']>, string>>
  /** Does the answer tell how many rows there are? */
  countsRows: boolean
}

export interface WriteContext {
  source: Pick<TableSource, 'table'>
  target: WriteTarget
  /** What names mean that say no catalog or no database. */
  names: { catalog: string; database: string }
  options: Pick<ExecuteOptions, 'executionId' | 'outputLocation'>
  /** When the statement began: what `NOW` is in the projection of partitions. */
  nowMs: number
}

/** Of Athena. */
export const PARTITIONS_MAX = 100
