import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { databasesOf } from './metadata.ts'
import type { PageInput } from '../paging.ts'
import { pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'

export const listDatabases: Operation<AthenaContext, PageInput & { CatalogName: string }> = {
  name: 'ListDatabases',
  roles: ['read', 'admin'],
  input: INPUTS.ListDatabases,
  async handle(context, input) {
    const all = await databasesOf(context, input.CatalogName)
    const { items, ...more } = pageOf(all, input, ({ Name }) => Name)
    return { DatabaseList: items, ...more }
  },
}
