import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { INPUTS } from '../shapes.ts'
import { updatePartition as update, type PartitionUpdate } from './change-partition.ts'
import { writableTable } from './partitioned-table.ts'

export const updatePartition: Operation<GlueContext, TableNameInput & PartitionUpdate> = {
  name: 'UpdatePartition',
  roles: ['admin'],
  input: INPUTS.UpdatePartition,
  handle: (context, input) => {
    update(context, writableTable(context, input), input)
    return {}
  },
}
