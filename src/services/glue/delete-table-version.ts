import type { Operation } from '../../aws/service.ts'
import { invalidInput, tableNotFound, versionNotFound } from './faults.ts'
import { versionNumber } from '../data-catalog/tables.ts'
import { databaseNamed, refuseStreamTable, type GlueContext } from './glue-context.ts'
import type { TableNameInput } from './inputs.ts'
import { INPUTS } from './shapes.ts'

/** Throws EntityNotFoundException, and InvalidInputException for the newest version. */
export function removeVersion(
  context: GlueContext,
  { DatabaseName: database, TableName: table }: TableNameInput,
  versionId: string,
): void {
  const { glue } = context.catalog
  const [owner, name] = [database.toLowerCase(), table.toLowerCase()]
  const newest = glue.table(owner, name)
  if (newest === undefined) throw tableNotFound(table)
  const version = versionNumber(versionId)
  if (version === newest.version) throw invalidInput('The current version of a table can not be deleted.')
  if (!glue.deleteVersion(owner, name, version)) throw versionNotFound()
}

export const deleteTableVersion: Operation<GlueContext, TableNameInput & { VersionId: string }> = {
  name: 'DeleteTableVersion',
  roles: ['admin'],
  input: INPUTS.DeleteTableVersion,
  handle: (context, input) => {
    databaseNamed(context, input.DatabaseName)
    refuseStreamTable(context, input.DatabaseName, input.TableName)
    removeVersion(context, input, input.VersionId)
    return {}
  },
}
