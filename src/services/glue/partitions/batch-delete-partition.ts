import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { INPUTS } from '../shapes.ts'
import { errorOf, errorsOutput } from '../partial-error.ts'
import { deletePartition } from './change-partition.ts'
import { writableTable } from './partitioned-table.ts'

export const batchDeletePartition: Operation<
  GlueContext,
  TableNameInput & { PartitionsToDelete: { Values: string[] }[] }
> = {
  name: 'BatchDeletePartition',
  roles: ['admin'],
  input: INPUTS.BatchDeletePartition,
  handle: (context, input) => {
    const table = writableTable(context, input)
    const errors = context.catalog.glue.atOnce(() =>
      input.PartitionsToDelete.flatMap(({ Values: values }) => {
        const error = errorOf(() => deletePartition(context, table, values))
        return error === undefined ? [] : [{ PartitionValues: values, ErrorDetail: error }]
      }),
    )
    return errorsOutput(errors)
  },
}
