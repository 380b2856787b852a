import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { PartitionInput, TableNameInput } from '../inputs.ts'
import { INPUTS } from '../shapes.ts'
import { createPartition as create } from './change-partition.ts'
import { writableTable } from './partitioned-table.ts'

export const createPartition: Operation<
  GlueContext,
  TableNameInput & { PartitionInput: Partial<PartitionInput> }
> = {
  name: 'CreatePartition',
  roles: ['admin'],
  input: INPUTS.CreatePartition,
  handle: (context, input) => {
    create(context, writableTable(context, input), input.PartitionInput)
    return {}
  },
}
