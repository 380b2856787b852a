import type { Operation } from '../../../aws/service.ts'
import { functionNotFound } from '../faults.ts'
import { databaseNamed, type GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import type { FunctionInput, FunctionNameInput } from './function-output.ts'

export const updateUserDefinedFunction: Operation<
  GlueContext,
  FunctionNameInput & { FunctionInput: FunctionInput }
> = {
  name: 'UpdateUserDefinedFunction',
  roles: ['admin'],
  input: INPUTS.UpdateUserDefinedFunction,
  handle: (context, { DatabaseName: database, FunctionName: name, FunctionInput: input }) => {
    databaseNamed(context, database)
    const { functions } = context.catalog.glue
    if (!functions.update(database.toLowerCase(), name.toLowerCase(), JSON.stringify(input)))
      throw functionNotFound(name)
    return {}
  },
}
