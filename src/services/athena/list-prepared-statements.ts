import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import type { PageInput } from '../paging.ts'
import { pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'
import { preparedStatements } from './statements/prepared-statements.ts'
import { workGroupNamed } from './work-groups.ts'

export const listPreparedStatements: Operation<AthenaContext, PageInput & { WorkGroup: string }> = {
  name: 'ListPreparedStatements',
  roles: ['read', 'admin'],
  input: INPUTS.ListPreparedStatements,
  handle: ({ catalog }, { WorkGroup: name, ...page }) => {
    const { items } = catalog.athena
    const all = preparedStatements(items, workGroupNamed(items, name).Name)
    const keyOf = (statement: { StatementName: string }): string => statement.StatementName
    const { items: found, ...more } = pageOf(all, page, keyOf)
    return {
      PreparedStatements: found.map(({ StatementName, LastModifiedTime }) => ({
        StatementName,
        LastModifiedTime,
      })),
      ...more,
    }
  },
}
