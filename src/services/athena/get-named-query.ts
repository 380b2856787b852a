import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { namedQueryOf } from './statements/named-queries.ts'

export const getNamedQuery: Operation<AthenaContext, { NamedQueryId: string }> = {
  name: 'GetNamedQuery',
  roles: ['read', 'admin'],
  input: INPUTS.GetNamedQuery,
  handle: ({ catalog }, { NamedQueryId: id }) => ({ NamedQuery: namedQueryOf(catalog.athena.items, id) }),
}
