import type { Operation } from '../../aws/service.ts'
import { alreadyExists, databaseNotFound, invalidInput } from './faults.ts'
import type { GlueContext } from './glue-context.ts'
import type { TableInput } from './inputs.ts'
import { INPUTS } from './shapes.ts'

export const createTable: Operation<GlueContext, { DatabaseName: string; TableInput?: TableInput }> = {
  name: 'CreateTable',
  roles: ['admin'],
  input: INPUTS.CreateTable,
  handle: ({ catalog }, { DatabaseName: database, TableInput: input }) => {
    if (input === undefined) throw invalidInput('TableInput is missing: Iceberg tables can not be made here.')
    const [owner, name] = [database.toLowerCase(), input.Name.toLowerCase()]
    const outcome = catalog.glue.createTable({ database: owner, name, definition: JSON.stringify(input) })
    if (outcome === 'no database') throw databaseNotFound(database)
    if (outcome === 'exists') throw alreadyExists('Table')
    return {}
  },
}
