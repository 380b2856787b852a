import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { INPUTS } from '../shapes.ts'
import { findPartition, partitionedTable } from './partitioned-table.ts'

/** Partitions that are not there are left out of the answer. */
export const batchGetPartition: Operation<
  GlueContext,
  TableNameInput & { PartitionsToGet: { Values: string[] }[] }
> = {
  name: 'BatchGetPartition',
  roles: ['read', 'admin'],
  input: INPUTS.BatchGetPartition,
  handle: (context, input) => {
    const table = partitionedTable(context, input)
    const found = input.PartitionsToGet.map(({ Values: values }) => findPartition(table, values))
    return { Partitions: found.filter((partition) => partition !== undefined), UnprocessedKeys: [] }
  },
}
