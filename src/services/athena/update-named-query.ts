import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { namedQueryOf, saveNamedQuery } from './statements/named-queries.ts'

interface UpdateNamedQueryInput {
  NamedQueryId: string
  Name: string
  Description?: string
  QueryString: string
}

export const updateNamedQuery: Operation<AthenaContext, UpdateNamedQueryInput> = {
  name: 'UpdateNamedQuery',
  roles: ['admin'],
  input: INPUTS.UpdateNamedQuery,
  handle: ({ catalog }, input) => {
    const { items } = catalog.athena
    saveNamedQuery(items, { ...namedQueryOf(items, input.NamedQueryId), ...input })
    return {}
  },
}
