import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { findPrepared } from './statements/prepared-statements.ts'
import { workGroupNamed } from './work-groups.ts'

interface BatchInput {
  PreparedStatementNames: string[]
  WorkGroup: string
}

export const batchGetPreparedStatement: Operation<AthenaContext, BatchInput> = {
  name: 'BatchGetPreparedStatement',
  roles: ['read', 'admin'],
  input: INPUTS.BatchGetPreparedStatement,
  handle: ({ catalog }, { PreparedStatementNames: names, WorkGroup: group }) => {
    const { items } = catalog.athena
    const workGroup = workGroupNamed(items, group).Name
    const found = names.map((name) => ({ name, statement: findPrepared(items, workGroup, name) }))
    return {
      PreparedStatements: found.flatMap(({ statement }) => statement ?? []),
      UnprocessedPreparedStatementNames: found
        .filter(({ statement }) => statement === undefined)
        .map(({ name }) => ({
          StatementName: name,
          ErrorCode: 'STATEMENT_NOT_FOUND',
          ErrorMessage: `Prepared Statement ${name} was not found in workGroup ${workGroup}`,
        })),
    }
  },
}
