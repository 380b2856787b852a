import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { INPUTS } from '../shapes.ts'
import { errorOf, errorsOutput } from '../partial-error.ts'
import { updatePartition, type PartitionUpdate } from './change-partition.ts'
import { writableTable } from './partitioned-table.ts'

export const batchUpdatePartition: Operation<GlueContext, TableNameInput & { Entries: PartitionUpdate[] }> = {
  name: 'BatchUpdatePartition',
  roles: ['admin'],
  input: INPUTS.BatchUpdatePartition,
  handle: (context, input) => {
    const table = writableTable(context, input)
    const errors = context.catalog.glue.atOnce(() =>
      input.Entries.flatMap((entry) => {
        const error = errorOf(() => updatePartition(context, table, entry))
        return error === undefined
          ? []
          : [{ PartitionValueList: entry.PartitionValueList, ErrorDetail: error }]
      }),
    )
    return errorsOutput(errors)
  },
}
