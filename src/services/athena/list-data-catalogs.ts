import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { dataCatalogs } from './data-catalogs.ts'
import type { PageInput } from '../paging.ts'
import { pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'

export const listDataCatalogs: Operation<AthenaContext, PageInput> = {
  name: 'ListDataCatalogs',
  roles: ['read', 'admin'],
  input: INPUTS.ListDataCatalogs,
  handle: (context, input) => {
    const all = dataCatalogs(context)
    const { items, ...more } = pageOf(all, input, ({ Name }) => Name)
    return {
      DataCatalogsSummary: items.map(({ Name, Type, Status }) => ({ CatalogName: Name, Type, Status })),
      ...more,
    }
  },
}
