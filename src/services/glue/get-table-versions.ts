import type { Operation } from '../../aws/service.ts'
import { tableNotFound } from './faults.ts'
import { findTable, tableOutput } from '../data-catalog/tables.ts'
import { databaseNamed, type GlueContext } from './glue-context.ts'
import type { PageInput, TableNameInput } from './inputs.ts'
import { newestFirst, pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'

export const getTableVersions: Operation<GlueContext, TableNameInput & PageInput> = {
  name: 'GetTableVersions',
  roles: ['read', 'admin'],
  input: INPUTS.GetTableVersions,
  handle: (context, input) => {
    const { DatabaseName: database, TableName: name } = input
    databaseNamed(context, database)
    const newest = findTable(context, database, name)
    if (newest === undefined) throw tableNotFound(name)
    const declared = context.catalog.glue.versions(database.toLowerCase(), name.toLowerCase())
    // Of a stream's table the newest one is shown: it has one for every new column.
    const tables = declared.length === 0 ? [newest] : declared.map(tableOutput)
    const { items, ...more } = pageOf(tables, input, ({ VersionId }) => newestFirst(Number(VersionId)))
    return { TableVersions: items.map((table) => ({ Table: table, VersionId: table.VersionId })), ...more }
  },
}
