import type { Operation } from '../../aws/service.ts'
import { tableNotFound } from './faults.ts'
import { findTable } from '../data-catalog/tables.ts'
import { databaseNamed, type GlueContext } from './glue-context.ts'
import { INPUTS } from './shapes.ts'

export const getTable: Operation<GlueContext, { DatabaseName: string; Name: string }> = {
  name: 'GetTable',
  roles: ['read', 'admin'],
  input: INPUTS.GetTable,
  handle: (context, { DatabaseName: database, Name: name }) => {
    databaseNamed(context, database)
    const table = findTable(context, database, name)
    if (table === undefined) throw tableNotFound(name)
    return { Table: table }
  },
}
