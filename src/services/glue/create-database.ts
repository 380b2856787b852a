import type { Operation } from '../../aws/service.ts'
import { alreadyExists } from './faults.ts'
import type { GlueContext } from './glue-context.ts'
import type { DatabaseInput } from './inputs.ts'
import { INPUTS } from './shapes.ts'

export const createDatabase: Operation<GlueContext, { DatabaseInput: DatabaseInput }> = {
  name: 'CreateDatabase',
  roles: ['admin'],
  input: INPUTS.CreateDatabase,
  handle: ({ catalog }, { DatabaseInput: input }) => {
    const made = catalog.glue.createDatabase(input.Name.toLowerCase(), JSON.stringify(input))
    if (!made) throw alreadyExists('Database')
    return {}
  },
}
