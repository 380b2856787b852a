import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { tableMetadataNamed } from './metadata.ts'
import { INPUTS } from './shapes.ts'

interface TableName {
  CatalogName: string
  DatabaseName: string
  TableName: string
}

export const getTableMetadata: Operation<AthenaContext, TableName> = {
  name: 'GetTableMetadata',
  roles: ['read', 'admin'],
  input: INPUTS.GetTableMetadata,
  handle: async (context, input) => ({
    TableMetadata: await tableMetadataNamed(context, input, input.TableName),
  }),
}
