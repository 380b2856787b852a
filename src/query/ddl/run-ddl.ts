/** Runs what changes the catalog. */
import type { DdlStatement } from '../statement/statement.ts'
import {
  addColumns,
  changeColumn,
  dropColumn,
  replaceColumns,
  setLocation,
  setTableProperties,
  unsetTableProperties,
} from './change-table.ts'
import { createDatabase, dropDatabase, setDatabaseProperties } from './databases.ts'
import { NO_ROWS, type DdlContext, type TextAnswer } from './ddl-context.ts'
import { mayNotWrite } from './ddl-errors.ts'
import { addPartitions, dropPartitions, renamePartition } from './partitions.ts'
import { repairTable } from './repair-table.ts'
import { createTable, dropTable } from './tables.ts'
import { createView, dropView } from './views.ts'

type Run<Kind extends DdlStatement['kind']> = (
  context: DdlContext,
  statement: Extract<DdlStatement, { kind: Kind }>,
) => void | TextAnswer | Promise<void | TextAnswer>

const RUNNERS: { [Kind in DdlStatement['kind']]: Run<Kind> } = {
  'create database': createDatabase,
  'drop database': dropDatabase,
  'set database properties': setDatabaseProperties,
  'create table': createTable,
  'drop table': dropTable,
  'create view': createView,
  'drop view': dropView,
  'add partitions': addPartitions,
  'drop partitions': dropPartitions,
  'rename partition': renamePartition,
  'set location': setLocation,
  'add columns': addColumns,
  'replace columns': replaceColumns,
  'change column': changeColumn,
  'drop column': dropColumn,
  'set table properties': setTableProperties,
  'unset table properties': unsetTableProperties,
  'repair table': repairTable,
}

export async function runDdl(context: DdlContext, statement: DdlStatement): Promise<TextAnswer> {
  if (!context.mayWrite) throw mayNotWrite(statement.kind)
  const run = RUNNERS[statement.kind] as Run<DdlStatement['kind']>
  return (await run(context, statement)) ?? NO_ROWS
}
