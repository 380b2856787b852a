import type { Operation } from '../../../aws/service.ts'
import { indexNotFound } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { writableTable } from '../partitions/partitioned-table.ts'
import { INPUTS } from '../shapes.ts'
import { indexPlace } from './partition-index.ts'

export const deletePartitionIndex: Operation<GlueContext, TableNameInput & { IndexName: string }> = {
  name: 'DeletePartitionIndex',
  roles: ['admin'],
  input: INPUTS.DeletePartitionIndex,
  handle: (context, input) => {
    const place = indexPlace(writableTable(context, input))
    if (!context.catalog.glue.details.delete(place, input.IndexName)) throw indexNotFound(input.IndexName)
    return {}
  },
}
