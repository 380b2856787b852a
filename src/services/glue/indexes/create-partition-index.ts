import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { writableTable } from '../partitions/partitioned-table.ts'
import { INPUTS } from '../shapes.ts'
import { saveIndex, type PartitionIndex } from './partition-index.ts'

export const createPartitionIndex: Operation<
  GlueContext,
  TableNameInput & { PartitionIndex: PartitionIndex }
> = {
  name: 'CreatePartitionIndex',
  roles: ['admin'],
  input: INPUTS.CreatePartitionIndex,
  handle: (context, input) => {
    saveIndex(context, writableTable(context, input), input.PartitionIndex)
    return {}
  },
}
