import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { namedQueryOf } from './statements/named-queries.ts'

export const deleteNamedQuery: Operation<AthenaContext, { NamedQueryId: string }> = {
  name: 'DeleteNamedQuery',
  roles: ['admin'],
  input: INPUTS.DeleteNamedQuery,
  handle: ({ catalog }, { NamedQueryId: id }) => {
    const { items } = catalog.athena
    items.remove('named query', '', namedQueryOf(items, id).NamedQueryId)
    return {}
  },
}
