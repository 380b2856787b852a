import type { Operation } from '../../aws/service.ts'
import { invalidInput } from './faults.ts'
import { databaseNamed, type GlueContext } from './glue-context.ts'
import type { DatabaseInput } from './inputs.ts'
import { databaseInput } from '../data-catalog/saved-database.ts'
import { INPUTS } from './shapes.ts'

export const updateDatabase: Operation<GlueContext, { Name: string; DatabaseInput: DatabaseInput }> = {
  name: 'UpdateDatabase',
  roles: ['admin'],
  input: INPUTS.UpdateDatabase,
  handle: (context, { Name: name, DatabaseInput: input }) => {
    const saved = databaseNamed(context, name)
    if (input.Name.toLowerCase() !== saved.name)
      throw invalidInput(`Database ${name} can not be given another name here.`)
    const { Tags } = databaseInput(saved)
    const definition = JSON.stringify({ ...input, ...(Tags === undefined ? {} : { Tags }) })
    context.catalog.glue.updateDatabase(saved.name, definition)
    return {}
  },
}
