import type { Operation } from '../../../aws/service.ts'
import { databaseNamed, type GlueContext } from '../glue-context.ts'
import type { PageInput } from '../inputs.ts'
import { nameMatcher } from '../../data-catalog/name-expression.ts'
import { pageOf } from '../paging.ts'
import { INPUTS } from '../shapes.ts'
import { functionOutput } from './function-output.ts'

interface GetFunctionsInput extends PageInput {
  /** Without it: of all databases. */
  DatabaseName?: string
  Pattern: string
  FunctionType?: string
}

export const getUserDefinedFunctions: Operation<GlueContext, GetFunctionsInput> = {
  name: 'GetUserDefinedFunctions',
  roles: ['read', 'admin'],
  input: INPUTS.GetUserDefinedFunctions,
  handle: (context, input) => {
    const { DatabaseName: database, Pattern: pattern, FunctionType: type } = input
    if (database !== undefined) databaseNamed(context, database)
    const isWanted = nameMatcher(pattern)
    const functions = context.catalog.glue.functions
      .all()
      .filter(
        (one) => (database === undefined || one.database === database.toLowerCase()) && isWanted(one.name),
      )
      .map((one) => ({ key: JSON.stringify([one.database, one.name]), output: functionOutput(one) }))
      .filter(({ output }) => type === undefined || output.FunctionType === type)
    const { items, ...more } = pageOf(functions, input, ({ key }) => key)
    return { UserDefinedFunctions: items.map(({ output }) => output), ...more }
  },
}
