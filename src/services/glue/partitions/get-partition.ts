import type { Operation } from '../../../aws/service.ts'
import { partitionNotFound } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { INPUTS } from '../shapes.ts'
import { findPartition, partitionedTable } from './partitioned-table.ts'

export const getPartition: Operation<GlueContext, TableNameInput & { PartitionValues: string[] }> = {
  name: 'GetPartition',
  roles: ['read', 'admin'],
  input: INPUTS.GetPartition,
  handle: (context, input) => {
    const partition = findPartition(partitionedTable(context, input), input.PartitionValues)
    if (partition === undefined) throw partitionNotFound()
    return { Partition: partition }
  },
}
