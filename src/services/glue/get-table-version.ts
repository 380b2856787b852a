import type { Operation } from '../../aws/service.ts'
import { invalidInput, tableNotFound, versionNotFound } from './faults.ts'
import { findTable } from '../data-catalog/tables.ts'
import { databaseNamed, type GlueContext } from './glue-context.ts'
import type { TableNameInput } from './inputs.ts'
import { INPUTS } from './shapes.ts'

export const getTableVersion: Operation<GlueContext, TableNameInput & { VersionId?: string }> = {
  name: 'GetTableVersion',
  roles: ['read', 'admin'],
  input: INPUTS.GetTableVersion,
  handle: (context, { DatabaseName: database, TableName: name, VersionId: version }) => {
    databaseNamed(context, database)
    if (findTable(context, database, name) === undefined) throw tableNotFound(name)
    if (version !== undefined && !/^\d+$/.test(version)) throw invalidInput(`"${version}" is not an integer.`)
    const table = findTable(context, database, name, version)
    if (table === undefined) throw versionNotFound()
    return { TableVersion: { Table: table, VersionId: table.VersionId } }
  },
}
