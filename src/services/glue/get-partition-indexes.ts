import type { Operation } from '../../aws/service.ts'
import { tableNotFound } from './faults.ts'
import { findTable, type GlueContext } from './glue-context.ts'
import type { TableNameInput } from './inputs.ts'
import { INPUTS } from './shapes.ts'

/** There are no partitions here whose finding an index would speed up; Terraform asks of every table. */
export const getPartitionIndexes: Operation<GlueContext, TableNameInput> = {
  name: 'GetPartitionIndexes',
  roles: ['read', 'admin'],
  input: INPUTS.GetPartitionIndexes,
  handle: (context, { DatabaseName: database, TableName: table }) => {
    if (findTable(context, database, table) === undefined) throw tableNotFound(table)
    return { PartitionIndexDescriptorList: [] }
  },
}
