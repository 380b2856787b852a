import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { INPUTS } from '../shapes.ts'
import { partitionedTable, type PartitionOutput } from './partitioned-table.ts'
import { scanPartitions, type PartitionScan } from './scan.ts'

export const getPartitions: Operation<
  GlueContext,
  TableNameInput & PartitionScan & { ExcludeColumnSchema?: boolean }
> = {
  name: 'GetPartitions',
  roles: ['read', 'admin'],
  input: INPUTS.GetPartitions,
  handle: (context, input) => {
    const { partitions, ...more } = scanPartitions(partitionedTable(context, input), input)
    const outputs = partitions.map((partition) => partition.output())
    return { Partitions: input.ExcludeColumnSchema === true ? outputs.map(withoutColumns) : outputs, ...more }
  },
}

function withoutColumns(partition: PartitionOutput): PartitionOutput {
  const { Columns: _, ...storage } = partition.StorageDescriptor ?? {}
  return { ...partition, StorageDescriptor: storage }
}
