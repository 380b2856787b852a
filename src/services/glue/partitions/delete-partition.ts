import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { INPUTS } from '../shapes.ts'
import { deletePartition as remove } from './change-partition.ts'
import { writableTable } from './partitioned-table.ts'

export const deletePartition: Operation<GlueContext, TableNameInput & { PartitionValues: string[] }> = {
  name: 'DeletePartition',
  roles: ['admin'],
  input: INPUTS.DeletePartition,
  handle: (context, input) => {
    remove(context, writableTable(context, input), input.PartitionValues)
    return {}
  },
}
