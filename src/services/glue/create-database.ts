import type { Operation } from '../../aws/service.ts'
import { alreadyExists } from './faults.ts'
import type { GlueContext } from './glue-context.ts'
import type { DatabaseInput } from './inputs.ts'
import type { Tags } from '../data-catalog/saved-database.ts'
import { INPUTS } from './shapes.ts'

export const createDatabase: Operation<GlueContext, { DatabaseInput: DatabaseInput; Tags?: Tags }> = {
  name: 'CreateDatabase',
  roles: ['admin'],
  input: INPUTS.CreateDatabase,
  handle: ({ catalog }, { DatabaseInput: input, Tags }) => {
    const definition = JSON.stringify({ ...input, ...(Tags === undefined ? {} : { Tags }) })
    const made = catalog.glue.createDatabase(input.Name.toLowerCase(), definition)
    if (!made) throw alreadyExists('Database')
    return {}
  },
}
