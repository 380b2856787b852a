import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { preparedNotFound } from './statements/prepared-statements.ts'
import { workGroupNamed } from './work-groups.ts'

interface StatementInput {
  StatementName: string
  WorkGroup: string
}

export const deletePreparedStatement: Operation<AthenaContext, StatementInput> = {
  name: 'DeletePreparedStatement',
  roles: ['admin'],
  input: INPUTS.DeletePreparedStatement,
  handle: ({ catalog }, { StatementName: name, WorkGroup: group }) => {
    const { items } = catalog.athena
    const workGroup = workGroupNamed(items, group).Name
    if (!items.remove('prepared statement', workGroup, name)) throw preparedNotFound(workGroup, name)
    return {}
  },
}
