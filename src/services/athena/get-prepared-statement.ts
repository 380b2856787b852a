import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { preparedNamed } from './statements/prepared-statements.ts'
import { workGroupNamed } from './work-groups.ts'

interface StatementInput {
  StatementName: string
  WorkGroup: string
}

export const getPreparedStatement: Operation<AthenaContext, StatementInput> = {
  name: 'GetPreparedStatement',
  roles: ['read', 'admin'],
  input: INPUTS.GetPreparedStatement,
  handle: ({ catalog }, { StatementName: name, WorkGroup: group }) => {
    const { items } = catalog.athena
    return { PreparedStatement: preparedNamed(items, workGroupNamed(items, group).Name, name) }
  },
}
