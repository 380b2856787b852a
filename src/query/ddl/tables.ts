/** CREATE EXTERNAL TABLE and DROP TABLE. */
import { isView, type TableInput } from '../../base/glue.ts'
import type { DdlStatement } from '../statement/statement.ts'
import { ensureDefaultDatabase } from './databases.ts'
import type { DdlContext } from './ddl-context.ts'
import { alreadyExists, databaseNotFound, queryError, tableNotFound, taskFailed } from './ddl-errors.ts'
import { ddlTime, findDeclared, refuseStream, requireDistinct, requireLocation } from './declared-table.ts'
import { ownName } from './full-names.ts'
import { checkTable } from './glue-limits.ts'

type Of<Kind extends DdlStatement['kind']> = Extract<DdlStatement, { kind: Kind }>

export function createTable(context: DdlContext, statement: Of<'create table'>): void {
  const { database, name } = ownName(context, statement.table)
  const { glue } = context.catalog
  const definition = JSON.stringify(tableInput(context, name, statement))
  ensureDefaultDatabase(context, database)
  const outcome = glue.createTable({ database, name, definition })
  if (outcome === 'no database') throw databaseNotFound(database)
  if (outcome === 'exists' && !statement.ifNotExists) throw alreadyExists(`Table ${name}`)
}

/** As Athena writes it into Glue. */
function tableInput(context: DdlContext, name: string, statement: Of<'create table'>): TableInput {
  const { description, partitionKeys, storage, parameters } = statement
  requireDistinct(storage.Columns ?? [], partitionKeys)
  if (storage.Location === undefined)
    throw queryError('No location was specified for table. An S3 location must be specified')
  requireLocation(storage.Location)
  const comment = description === undefined ? {} : { comment: description }
  const input: TableInput = {
    Name: name,
    ...(description === undefined ? {} : { Description: description }),
    Owner: 'hadoop',
    Retention: 0,
    StorageDescriptor: { ...storage, Location: hivePath(storage.Location) },
    PartitionKeys: partitionKeys,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', ...ddlTime(context), ...comment, ...parameters },
  }
  checkTable(input)
  return input
}

/** A folder without the `/` at its end, as what Athena's DDL makes has it; of a bucket's root it stays. */
function hivePath(location: string): string {
  return location.replace(/^(s3[an]?:\/\/[^/]+\/.*[^/])\/$/s, '$1')
}

/** Its files stay. */
export function dropTable(context: DdlContext, { table, ifExists }: Of<'drop table'>): void {
  const { database, name } = ownName(context, table)
  refuseStream(context, database, name)
  const found = findDeclared(context, database, name)
  if (found !== undefined && isView(found.input))
    throw taskFailed('Cannot drop a view with DROP TABLE', 'write DROP VIEW')
  const isGone = context.catalog.glue.deleteTable(database, name)
  if (!isGone && !ifExists) throw tableNotFound(database, name)
}
