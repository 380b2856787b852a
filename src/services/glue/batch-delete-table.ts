import type { Operation } from '../../aws/service.ts'
import { removeTable } from './delete-table.ts'
import { databaseNamed, type GlueContext } from './glue-context.ts'
import { errorOf, errorsOutput } from './partial-error.ts'
import { INPUTS } from './shapes.ts'

export const batchDeleteTable: Operation<GlueContext, { DatabaseName: string; TablesToDelete: string[] }> = {
  name: 'BatchDeleteTable',
  roles: ['admin'],
  input: INPUTS.BatchDeleteTable,
  handle: (context, { DatabaseName: database, TablesToDelete: names }) => {
    databaseNamed(context, database)
    const errors = context.catalog.glue.atOnce(() =>
      names.flatMap((name) => {
        const error = errorOf(() => removeTable(context, database, name))
        return error === undefined ? [] : [{ TableName: name, ErrorDetail: error }]
      }),
    )
    return errorsOutput(errors)
  },
}
