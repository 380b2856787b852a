import type { Operation } from '../../../aws/service.ts'
import { functionNotFound } from '../faults.ts'
import { databaseNamed, type GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import type { FunctionNameInput } from './function-output.ts'

export const deleteUserDefinedFunction: Operation<GlueContext, FunctionNameInput> = {
  name: 'DeleteUserDefinedFunction',
  roles: ['admin'],
  input: INPUTS.DeleteUserDefinedFunction,
  handle: (context, { DatabaseName: database, FunctionName: name }) => {
    databaseNamed(context, database)
    if (!context.catalog.glue.functions.delete(database.toLowerCase(), name.toLowerCase()))
      throw functionNotFound(name)
    return {}
  },
}
