import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { PartitionInput, TableNameInput } from '../inputs.ts'
import { INPUTS } from '../shapes.ts'
import { errorOf, errorsOutput } from '../partial-error.ts'
import { createPartition } from './change-partition.ts'
import { writableTable } from './partitioned-table.ts'

export const batchCreatePartition: Operation<
  GlueContext,
  TableNameInput & { PartitionInputList: Partial<PartitionInput>[] }
> = {
  name: 'BatchCreatePartition',
  roles: ['admin'],
  input: INPUTS.BatchCreatePartition,
  handle: (context, input) => {
    const table = writableTable(context, input)
    const errors = context.catalog.glue.atOnce(() =>
      input.PartitionInputList.flatMap((partition) => {
        const error = errorOf(() => createPartition(context, table, partition))
        return error === undefined ? [] : [{ PartitionValues: partition.Values ?? [], ErrorDetail: error }]
      }),
    )
    return errorsOutput(errors)
  },
}
