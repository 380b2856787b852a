import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { invalidRequest } from './faults.ts'
import { INPUTS } from './shapes.ts'
import { createPrepared } from './statements/prepared-statements.ts'
import { enabledWorkGroup } from './work-groups.ts'

interface CreatePreparedStatementInput {
  StatementName: string
  WorkGroup: string
  QueryStatement: string
  Description?: string
}

export const createPreparedStatement: Operation<AthenaContext, CreatePreparedStatementInput> = {
  name: 'CreatePreparedStatement',
  roles: ['admin'],
  input: INPUTS.CreatePreparedStatement,
  handle: ({ catalog, sys }, { WorkGroup: group, ...input }) => {
    const { items } = catalog.athena
    const WorkGroupName = enabledWorkGroup(items, group).Name
    const LastModifiedTime = sys.clock.now() / 1000
    if (!createPrepared(items, { ...input, WorkGroupName, LastModifiedTime }))
      throw invalidRequest(`Prepared Statement ${input.StatementName} already exists in WorkGroup ${group}`)
    return {}
  },
}
