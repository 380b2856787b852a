import type { Operation } from '../../aws/service.ts'
import { tableNotFound } from './faults.ts'
import { databaseNamed, refuseStreamTable, type GlueContext } from './glue-context.ts'
import { INPUTS } from './shapes.ts'

/** Throws EntityNotFoundException and InvalidInputException. */
export function removeTable(context: GlueContext, database: string, name: string): void {
  refuseStreamTable(context, database, name)
  const deleted = context.catalog.glue.deleteTable(database.toLowerCase(), name.toLowerCase())
  if (!deleted) throw tableNotFound(name)
}

export const deleteTable: Operation<GlueContext, { DatabaseName: string; Name: string }> = {
  name: 'DeleteTable',
  roles: ['admin'],
  input: INPUTS.DeleteTable,
  handle: (context, { DatabaseName: database, Name: name }) => {
    databaseNamed(context, database)
    removeTable(context, database, name)
    return {}
  },
}
