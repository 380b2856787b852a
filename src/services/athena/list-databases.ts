import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { databasesOf } from './metadata.ts'
import { pageOf, type PageInput } from './paging.ts'
import { INPUTS } from './shapes.ts'

const PAGE_SIZE_MAX = 50

export const listDatabases: Operation<AthenaContext, PageInput & { CatalogName: string }> = {
  name: 'ListDatabases',
  roles: ['read', 'admin'],
  input: INPUTS.ListDatabases,
  async handle(context, input) {
    const all = await databasesOf(context, input.CatalogName)
    const { items, ...more } = pageOf(all, input, { sizeMax: PAGE_SIZE_MAX, keyOf: ({ Name }) => Name })
    return { DatabaseList: items, ...more }
  },
}
