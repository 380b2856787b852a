import type { Operation } from '../../aws/service.ts'
import { databaseNotFound, invalidInput } from './faults.ts'
import type { GlueContext } from './glue-context.ts'
import { INPUTS } from './shapes.ts'

export const deleteDatabase: Operation<GlueContext, { Name: string }> = {
  name: 'DeleteDatabase',
  roles: ['admin'],
  input: INPUTS.DeleteDatabase,
  handle: ({ catalog }, { Name: name }) => {
    const outcome = catalog.glue.deleteDatabase(name.toLowerCase())
    if (outcome === 'missing') throw databaseNotFound(name)
    if (outcome === 'in use')
      throw invalidInput(`Database ${name} holds tables that streams fill: it can not be deleted here.`)
    return {}
  },
}
