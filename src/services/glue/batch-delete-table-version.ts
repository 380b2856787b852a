import type { Operation } from '../../aws/service.ts'
import { removeVersion } from './delete-table-version.ts'
import { databaseNamed, refuseStreamTable, type GlueContext } from './glue-context.ts'
import type { TableNameInput } from './inputs.ts'
import { errorOf, errorsOutput } from './partial-error.ts'
import { INPUTS } from './shapes.ts'

export const batchDeleteTableVersion: Operation<GlueContext, TableNameInput & { VersionIds: string[] }> = {
  name: 'BatchDeleteTableVersion',
  roles: ['admin'],
  input: INPUTS.BatchDeleteTableVersion,
  handle: (context, input) => {
    databaseNamed(context, input.DatabaseName)
    refuseStreamTable(context, input.DatabaseName, input.TableName)
    const errors = context.catalog.glue.atOnce(() =>
      input.VersionIds.flatMap((version) => {
        const error = errorOf(() => removeVersion(context, input, version))
        return error === undefined
          ? []
          : [{ TableName: input.TableName, VersionId: version, ErrorDetail: error }]
      }),
    )
    return errorsOutput(errors)
  },
}
