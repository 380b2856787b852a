import type { Operation } from '../../aws/service.ts'
import { uuid5 } from '../../base/uuid5.ts'
import type { AthenaContext } from './athena-context.ts'
import { changedUnderToken } from './faults.ts'
import { INPUTS } from './shapes.ts'
import { createNamedQuery as create, findNamedQuery, type NamedQuery } from './statements/named-queries.ts'
import { uuid4 } from './uuid4.ts'
import { enabledWorkGroup } from './work-groups.ts'

interface CreateNamedQueryInput {
  Name: string
  Description?: string
  Database: string
  QueryString: string
  ClientRequestToken?: string
  WorkGroup?: string
}

export const createNamedQuery: Operation<AthenaContext, CreateNamedQueryInput> = {
  name: 'CreateNamedQuery',
  roles: ['admin'],
  input: INPUTS.CreateNamedQuery,
  handle: ({ catalog, sys }, { ClientRequestToken: token, WorkGroup: group, ...input }) => {
    const { items } = catalog.athena
    const WorkGroup = enabledWorkGroup(items, group).Name
    // A repetition of the request comes to the same id.
    const NamedQueryId = token === undefined ? uuid4(sys.random) : uuid5(catalog.nodeId, token)
    const query: NamedQuery = { ...input, NamedQueryId, WorkGroup }
    if (
      !create(items, query) &&
      JSON.stringify(findNamedQuery(items, NamedQueryId)) !== JSON.stringify(query)
    )
      throw changedUnderToken()
    return { NamedQueryId }
  },
}
