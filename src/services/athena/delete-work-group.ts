import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { invalidRequest } from './faults.ts'
import { namedQueries } from './statements/named-queries.ts'
import { preparedStatements } from './statements/prepared-statements.ts'
import { INPUTS } from './shapes.ts'
import { PRIMARY, workGroupNamed } from './work-groups.ts'

interface DeleteWorkGroupInput {
  WorkGroup: string
  RecursiveDeleteOption?: boolean
}

export const deleteWorkGroup: Operation<AthenaContext, DeleteWorkGroupInput> = {
  name: 'DeleteWorkGroup',
  roles: ['admin'],
  input: INPUTS.DeleteWorkGroup,
  handle: async (
    { catalog, executions },
    { WorkGroup: name, RecursiveDeleteOption: isRecursive = false },
  ) => {
    const { items } = catalog.athena
    if (name === PRIMARY) throw invalidRequest('The primary workgroup cannot be deleted.')
    workGroupNamed(items, name)
    const queries = namedQueries(items, name)
    const prepared = preparedStatements(items, name)
    const isEmpty = queries.length + prepared.length + executions.newest(name, undefined, 1).length === 0
    if (!isEmpty && !isRecursive) throw invalidRequest(`WorkGroup ${name} is not empty`)
    // What is in it first: a crash in between leaves a workgroup that can be deleted again.
    for (const { NamedQueryId: id } of queries) items.remove('named query', '', id)
    for (const { StatementName: statement } of prepared) items.remove('prepared statement', name, statement)
    await executions.forgetGroup(name)
    items.remove('workgroup', '', name)
    return {}
  },
}
