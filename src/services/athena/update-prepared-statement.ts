import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { preparedNamed, savePrepared } from './statements/prepared-statements.ts'
import { enabledWorkGroup } from './work-groups.ts'

interface UpdatePreparedStatementInput {
  StatementName: string
  WorkGroup: string
  QueryStatement: string
  Description?: string
}

export const updatePreparedStatement: Operation<AthenaContext, UpdatePreparedStatementInput> = {
  name: 'UpdatePreparedStatement',
  roles: ['admin'],
  input: INPUTS.UpdatePreparedStatement,
  handle: ({ catalog, sys }, { WorkGroup: group, ...input }) => {
    const { items } = catalog.athena
    const before = preparedNamed(items, enabledWorkGroup(items, group).Name, input.StatementName)
    savePrepared(items, { ...before, ...input, LastModifiedTime: sys.clock.now() / 1000 })
    return {}
  },
}
