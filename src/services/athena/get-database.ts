import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { databaseNamed } from './metadata.ts'
import { INPUTS } from './shapes.ts'

interface DatabaseName {
  CatalogName: string
  DatabaseName: string
}

export const getDatabase: Operation<AthenaContext, DatabaseName> = {
  name: 'GetDatabase',
  roles: ['read', 'admin'],
  input: INPUTS.GetDatabase,
  handle: async (context, { CatalogName: catalog, DatabaseName: name }) => ({
    Database: await databaseNamed(context, catalog, name),
  }),
}
