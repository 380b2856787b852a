/** What is known of a statement by its kind: who runs it, and what Athena calls it, as it was seen to answer. */
import type {
  DdlStatement,
  PreparedStatement,
  QueryStatement,
  ShowStatement,
  Statement,
  StatementTypes,
  WriteStatement,
} from './statement.ts'

interface Classes {
  query: QueryStatement
  write: WriteStatement
  ddl: DdlStatement
  show: ShowStatement
  prepared: PreparedStatement
}
export type StatementClass = keyof Classes
export type StatementKind = Statement['kind']

type ClassOf<Kind extends StatementKind> = {
  [Class in StatementClass]: Kind extends Classes[Class]['kind'] ? Class : never
}[StatementClass]

/** By the types no kind can be missing, nor be in another class than its union's. */
const KINDS: {
  readonly [Kind in StatementKind]: readonly [ClassOf<Kind>, StatementTypes['statementType'], string]
} = {
  query: ['query', 'DML', 'SELECT'],
  explain: ['query', 'DML', 'EXPLAIN'],
  'create table as': ['write', 'DDL', 'CREATE_TABLE_AS_SELECT'],
  insert: ['write', 'DML', 'INSERT'],
  unload: ['write', 'DML', 'UNLOAD'],
  'create database': ['ddl', 'DDL', 'CREATE_DATABASE'],
  'drop database': ['ddl', 'DDL', 'DROP_DATABASE'],
  'set database properties': ['ddl', 'DDL', 'ALTER_DATABASE_PROPERTIES'],
  'create table': ['ddl', 'DDL', 'CREATE_TABLE'],
  'drop table': ['ddl', 'DDL', 'DROP_TABLE'],
  'create view': ['ddl', 'DDL', 'CREATE_VIEW'],
  'drop view': ['ddl', 'DDL', 'DROP_VIEW'],
  'add partitions': ['ddl', 'DDL', 'ALTER_TABLE_ADD_PARTITION'],
  'drop partitions': ['ddl', 'DDL', 'ALTER_TABLE_DROP_PARTITION'],
  'rename partition': ['ddl', 'DDL', 'ALTER_TABLE_RENAME_PARTITION'],
  'set location': ['ddl', 'DDL', 'ALTER_TABLE_SET_LOCATION'],
  'add columns': ['ddl', 'DDL', 'ALTER_TABLE_ADD_COLUMN'],
  'replace columns': ['ddl', 'DDL', 'ALTER_TABLE_REPLACE_COLUMN'],
  'change column': ['ddl', 'DDL', 'ALTER_TABLE_CHANGE_COLUMN'],
  'drop column': ['ddl', 'DDL', 'ALTER_TABLE_DROP_COLUMN'],
  'set table properties': ['ddl', 'DDL', 'ALTER_TABLE_PROPERTIES'],
  'unset table properties': ['ddl', 'DDL', 'ALTER_TABLE_PROPERTIES'],
  'repair table': ['ddl', 'DDL', 'MSCK_REPAIR'],
  'show databases': ['show', 'UTILITY', 'SHOW_DATABASES'],
  'show catalogs': ['show', 'UTILITY', 'SHOW_CATALOGS'],
  'show tables': ['show', 'UTILITY', 'SHOW_TABLES'],
  'show views': ['show', 'UTILITY', 'SHOW_VIEWS'],
  'show columns': ['show', 'UTILITY', 'SHOW_COLUMNS'],
  'show partitions': ['show', 'UTILITY', 'SHOW_PARTITIONS'],
  'show create table': ['show', 'UTILITY', 'SHOW_CREATE_TABLE'],
  'show create view': ['show', 'UTILITY', 'SHOW_CREATE_VIEW'],
  'show table properties': ['show', 'UTILITY', 'SHOW_TABLE_PROPERTIES'],
  'show functions': ['show', 'UTILITY', 'SHOW_FUNCTIONS'],
  describe: ['show', 'UTILITY', 'DESCRIBE_TABLE'],
  prepare: ['prepared', 'UTILITY', 'PREPARE'],
  execute: ['prepared', 'UTILITY', 'EXECUTE'],
  deallocate: ['prepared', 'UTILITY', 'DEALLOCATE'],
}

export function classOf(kind: StatementKind): StatementClass {
  return KINDS[kind][0]
}

export function isOfClass<Class extends StatementClass>(
  statement: Statement,
  wanted: Class,
): statement is Classes[Class] {
  return classOf(statement.kind) === wanted
}

export function statementTypes({ kind }: Statement): StatementTypes {
  const [, statementType, substatementType] = KINDS[kind]
  return { statementType, substatementType }
}
