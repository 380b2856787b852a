import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { findNamedQuery } from './statements/named-queries.ts'

export const batchGetNamedQuery: Operation<AthenaContext, { NamedQueryIds: string[] }> = {
  name: 'BatchGetNamedQuery',
  roles: ['read', 'admin'],
  input: INPUTS.BatchGetNamedQuery,
  handle: ({ catalog }, { NamedQueryIds: ids }) => {
    const found = ids.map((id) => ({ id, query: findNamedQuery(catalog.athena.items, id) }))
    return {
      NamedQueries: found.flatMap(({ query }) => query ?? []),
      UnprocessedNamedQueryIds: found
        .filter(({ query }) => query === undefined)
        .map(({ id }) => ({
          NamedQueryId: id,
          ErrorCode: 'INVALID_INPUT',
          ErrorMessage: `NamedQuery ${id} does not exist`,
        })),
    }
  },
}
