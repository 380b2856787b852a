/** CREATE, DROP and ALTER DATABASE. */
import type { DatabaseInput } from '../../base/glue.ts'
import type { Cursor } from './cursor.ts'
import { parseTextProperties } from './properties.ts'
import type { DdlStatement } from './statement.ts'

/** After CREATE DATABASE. */
export function parseCreateDatabase(cursor: Cursor): DdlStatement {
  cursor.speak('hive')
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS')
  const input: DatabaseInput = { Name: databaseName(cursor) }
  if (cursor.accept('COMMENT')) input.Description = cursor.text()
  if (cursor.accept('LOCATION')) input.LocationUri = cursor.text()
  if (cursor.accept('WITH', 'DBPROPERTIES')) input.Parameters = parseTextProperties(cursor)
  cursor.end()
  return { kind: 'create database', ifNotExists, input }
}

/** After DROP DATABASE. */
export function parseDropDatabase(cursor: Cursor): DdlStatement {
  cursor.speak('hive')
  const ifExists = cursor.accept('IF', 'EXISTS')
  const name = databaseName(cursor)
  const cascade = cursor.accept('CASCADE')
  if (!cascade) cursor.accept('RESTRICT')
  cursor.end()
  return { kind: 'drop database', name, ifExists, cascade }
}

/** After ALTER DATABASE. */
export function parseAlterDatabase(cursor: Cursor): DdlStatement {
  cursor.speak('hive')
  const name = databaseName(cursor)
  cursor.expect('SET', 'DBPROPERTIES')
  const properties = parseTextProperties(cursor)
  cursor.end()
  return { kind: 'set database properties', name, properties }
}

/** Clients write the one catalog that databases can be made in before it. */
function databaseName(cursor: Cursor): string {
  const name = cursor.name()
  if (name !== 'awsdatacatalog' || !cursor.acceptSign('.')) return name
  return cursor.name()
}
