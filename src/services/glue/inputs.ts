/** What the operations are handed after shapes.ts has been checked, as far as base/glue.ts does not have it. */
export type {
  DatabaseInput,
  GlueColumn,
  PartitionInput,
  StorageDescriptor,
  TableInput,
} from '../../base/glue.ts'
export type { PageInput } from '../paging.ts'

export interface TableNameInput {
  DatabaseName: string
  TableName: string
}
