import type { Operation } from '../../../aws/service.ts'
import { functionNotFound } from '../faults.ts'
import { databaseNamed, type GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { functionOutput, type FunctionNameInput } from './function-output.ts'

export const getUserDefinedFunction: Operation<GlueContext, FunctionNameInput> = {
  name: 'GetUserDefinedFunction',
  roles: ['read', 'admin'],
  input: INPUTS.GetUserDefinedFunction,
  handle: (context, { DatabaseName: database, FunctionName: name }) => {
    databaseNamed(context, database)
    const found = context.catalog.glue.functions.find(database.toLowerCase(), name.toLowerCase())
    if (found === undefined) throw functionNotFound(name)
    return { UserDefinedFunction: functionOutput(found) }
  },
}
