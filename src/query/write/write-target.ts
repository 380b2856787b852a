/**
 * What statements that write need of the store and of the catalog: given by server/, so that the rooms do not import
 * each other.
 *
 * The order of a statement: its files are made in a private folder; their URIs are planned; they are put, each durable;
 * then one transaction of the catalog makes them a table's and forgets the plan. A crash before that leaves files that
 * no table has, which the next start removes by the plan, and never a table with half of its files.
 */
import type { PartitionInput, TableInput } from '../../base/glue.ts'
import type { S3Location, S3Object } from '../../base/s3-location.ts'

export interface WriteTarget {
  /** For the private folders; emptied at every start. */
  scratch: string
  /** Is there no object below it? HOZON_STORE_NO_BUCKET where there is no such bucket. */
  isEmpty(location: S3Location): Promise<boolean>
  /** Makes the bucket where it is missing. */
  openBucket(bucket: string): Promise<void>
  hasDatabase(database: string): boolean
  /** Location of a partition that the catalog knows: `s3://bucket/prefix/`. */
  partition(database: string, table: string, values: readonly string[]): PartitionInput | undefined
  plan(execution: string, uris: readonly string[]): void
  /** Durable when it resolves. The file is consumed. */
  put(object: S3Object, path: string): Promise<void>
  /** One transaction, which also forgets the plan, and remembers that the execution has done its work. `rows`: where they are counted. Nothing has changed unless it is `done`. */
  commit(
    execution: string,
    change: CatalogChange,
    rows?: number,
  ): 'done' | 'exists' | 'no database' | 'no table'
  /** Removes what was planned, and then the plan. What can not be removed now is removed at the next start. */
  undo(execution: string, objects: readonly S3Object[]): Promise<void>
}

export type CatalogChange =
  | { kind: 'none' }
  | { kind: 'create table'; database: string; table: TableInput; partitions: PartitionInput[] }
  /** Those that are there already stay as they are. */
  | { kind: 'add partitions'; database: string; table: string; partitions: PartitionInput[] }
