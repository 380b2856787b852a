import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import type { PageInput } from '../paging.ts'
import { pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'
import { namedQueries } from './statements/named-queries.ts'
import { workGroupNamed } from './work-groups.ts'

export const listNamedQueries: Operation<AthenaContext, PageInput & { WorkGroup?: string }> = {
  name: 'ListNamedQueries',
  roles: ['read', 'admin'],
  input: INPUTS.ListNamedQueries,
  handle: ({ catalog }, { WorkGroup: name, ...page }) => {
    const { items } = catalog.athena
    const ids = namedQueries(items, workGroupNamed(items, name).Name).map(({ NamedQueryId: id }) => id)
    const { items: found, ...more } = pageOf(ids, page, (id) => id)
    return { NamedQueryIds: found, ...more }
  },
}
