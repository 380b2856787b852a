import type { Operation } from '../../../aws/service.ts'
import { alreadyExists, databaseNotFound, invalidInput } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import type { FunctionInput } from './function-output.ts'

export const createUserDefinedFunction: Operation<
  GlueContext,
  { DatabaseName: string; FunctionInput: FunctionInput }
> = {
  name: 'CreateUserDefinedFunction',
  roles: ['admin'],
  input: INPUTS.CreateUserDefinedFunction,
  handle: ({ catalog }, { DatabaseName: database, FunctionInput: input }) => {
    if (input.FunctionName === undefined) throw invalidInput('FunctionName is missing.')
    const name = input.FunctionName.toLowerCase()
    const outcome = catalog.glue.functions.create(database.toLowerCase(), name, JSON.stringify(input))
    if (outcome === 'no database') throw databaseNotFound(database)
    if (outcome === 'exists') throw alreadyExists('Function')
    return {}
  },
}
