import type { Operation } from '../../aws/service.ts'
import { alreadyExists, databaseNotFound, invalidInput } from './faults.ts'
import type { GlueContext } from './glue-context.ts'
import type { TableInput } from './inputs.ts'
import { saveIndex, type PartitionIndex } from './indexes/partition-index.ts'
import { INPUTS } from './shapes.ts'

interface CreateTableInput {
  DatabaseName: string
  TableInput?: TableInput
  PartitionIndexes?: PartitionIndex[]
  OpenTableFormatInput?: object
}

export const createTable: Operation<GlueContext, CreateTableInput> = {
  name: 'CreateTable',
  roles: ['admin'],
  input: INPUTS.CreateTable,
  handle: (context, request) => {
    const { DatabaseName: database, TableInput: input, PartitionIndexes: indexes = [] } = request
    if (input === undefined || request.OpenTableFormatInput !== undefined)
      throw invalidInput('Iceberg tables can not be made here.')
    const { glue } = context.catalog
    const [owner, name] = [database.toLowerCase(), input.Name.toLowerCase()]
    // With its indexes or not at all.
    glue.atOnce(() => {
      const outcome = glue.createTable({ database: owner, name, definition: JSON.stringify(input) })
      if (outcome === 'no database') throw databaseNotFound(database)
      if (outcome === 'exists') throw alreadyExists('Table')
      const table = { database: owner, name, keys: input.PartitionKeys ?? [] }
      for (const index of indexes) saveIndex(context, table, index)
    })
    return {}
  },
}
