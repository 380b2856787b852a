/** CREATE VIEW and DROP VIEW. */
import { isView, type TableInput } from '../../base/glue.ts'
import type { DdlStatement } from '../statement/statement.ts'
import { ensureDefaultDatabase } from './databases.ts'
import type { DdlContext, NamedType } from './ddl-context.ts'
import { databaseNotFound, queryError, viewExists, viewNotFound } from './ddl-errors.ts'
import { ddlTime, findDeclared, refuseStream } from './declared-table.ts'
import { ownName, type FullName } from './full-names.ts'
import { checkTable } from './glue-limits.ts'
import { printPrestoView } from './presto-view.ts'
import { hiveTypeOf } from './trino-types.ts'

type Of<Kind extends DdlStatement['kind']> = Extract<DdlStatement, { kind: Kind }>

export async function createView(context: DdlContext, statement: Of<'create view'>): Promise<void> {
  const view = ownName(context, statement.view)
  const { database, name } = view
  refuseStream(context, database, name)
  const columns = await context.columnsOf(statement.query, context.names)
  requireNames(columns)
  ensureDefaultDatabase(context, database)
  const { glue } = context.catalog
  const input = viewInput(context, view, statement.query, columns)
  checkTable(input)
  const definition = JSON.stringify(input)
  const found = findDeclared(context, database, name)
  if (found !== undefined && !isView(found.input)) throw viewExists('Table', database, name)
  if (found !== undefined && !statement.orReplace) throw viewExists('View', database, name)
  if (found !== undefined) {
    glue.updateTable({ database, name, definition }, { expectedVersion: undefined, keepsOld: true })
    return
  }
  const outcome = glue.createTable({ database, name, definition })
  if (outcome === 'no database') throw databaseNotFound(database)
  if (outcome === 'exists') throw viewExists('View', database, name)
}

/** Names without a database mean that of the statement, wherever the view itself is. */
function viewInput(context: DdlContext, { name }: FullName, query: string, columns: NamedType[]): TableInput {
  const { catalog, database } = context.names
  return {
    Name: name,
    Owner: 'hadoop',
    Retention: 0,
    StorageDescriptor: {
      Columns: columns.map((column) => ({ Name: column.name.toLowerCase(), Type: hiveTypeOf(column.type) })),
      Location: '',
      Compressed: false,
      NumberOfBuckets: 0,
      SerdeInfo: {},
      StoredAsSubDirectories: false,
    },
    PartitionKeys: [],
    ViewOriginalText: printPrestoView({ originalSql: query, catalog, schema: database, columns }),
    ViewExpandedText: '/* Presto View */',
    TableType: 'VIRTUAL_VIEW',
    Parameters: { comment: 'Presto View', presto_view: 'true', ...ddlTime(context) },
  }
}

function requireNames(columns: readonly NamedType[]): void {
  const names = new Set<string>()
  for (const [index, { name }] of columns.entries()) {
    if (/^_col\d+$/.test(name))
      throw queryError(`MISSING_COLUMN_NAME: line 1:1: Column name not specified at position ${index + 1}`)
    const lower = name.toLowerCase()
    if (names.has(lower))
      throw queryError(`DUPLICATE_COLUMN_NAME: line 1:1: Column name '${name}' specified more than once`)
    names.add(lower)
  }
}

export function dropView(context: DdlContext, { view, ifExists }: Of<'drop view'>): void {
  const { database, name } = ownName(context, view)
  refuseStream(context, database, name)
  const found = findDeclared(context, database, name)
  if (found !== undefined && isView(found.input)) {
    context.catalog.glue.deleteTable(database, name)
    return
  }
  if (found !== undefined || !ifExists) throw viewNotFound(database, name)
}
