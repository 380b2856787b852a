import type { Operation } from '../../aws/service.ts'
import { invalidInput, staleTable, tableNotFound } from './faults.ts'
import { versionNumber } from '../data-catalog/tables.ts'
import { databaseNamed, refuseStreamTable, type GlueContext } from './glue-context.ts'
import type { TableInput } from './inputs.ts'
import { INPUTS } from './shapes.ts'

interface UpdateTableInput {
  DatabaseName: string
  TableInput?: TableInput
  /** The version before is not kept. */
  SkipArchive?: boolean
  /** The one that the caller knows. */
  VersionId?: string
  UpdateOpenTableFormatInput?: object
}

export const updateTable: Operation<GlueContext, UpdateTableInput> = {
  name: 'UpdateTable',
  roles: ['admin'],
  input: INPUTS.UpdateTable,
  handle: (context, request) => {
    const { DatabaseName: database, TableInput: input, SkipArchive: skips, VersionId: version } = request
    if (input === undefined || request.UpdateOpenTableFormatInput !== undefined)
      throw invalidInput('Iceberg tables can not be changed here.')
    databaseNamed(context, database)
    refuseStreamTable(context, database, input.Name)
    const outcome = context.catalog.glue.updateTable(
      { database: database.toLowerCase(), name: input.Name.toLowerCase(), definition: JSON.stringify(input) },
      {
        expectedVersion: version === undefined ? undefined : versionNumber(version),
        keepsOld: skips !== true,
      },
    )
    if (outcome === 'missing') throw tableNotFound(input.Name)
    if (outcome === 'stale') throw staleTable()
    return {}
  },
}
