import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { partitionedTable } from '../partitions/partitioned-table.ts'
import { INPUTS } from '../shapes.ts'
import { indexPlace } from './partition-index.ts'

/** Terraform asks of every table. */
export const getPartitionIndexes: Operation<GlueContext, TableNameInput> = {
  name: 'GetPartitionIndexes',
  roles: ['read', 'admin'],
  input: INPUTS.GetPartitionIndexes,
  handle: (context, input) => {
    const table = partitionedTable(context, input)
    const typeOf = (key: string): string | undefined =>
      table.keys.find(({ Name }) => Name.toLowerCase() === key.toLowerCase())?.Type
    const indexes = context.catalog.glue.details.all(indexPlace(table)).map(({ name, definition }) => ({
      IndexName: name,
      Keys: (JSON.parse(definition) as string[]).map((key) => ({ Name: key, Type: typeOf(key) })),
      IndexStatus: 'ACTIVE',
    }))
    return { PartitionIndexDescriptorList: indexes }
  },
}
