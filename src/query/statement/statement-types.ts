/** What Athena calls the kinds of statements, as it was seen to answer. */
import type { Statement, StatementTypes } from './statement.ts'

type Names = Record<Statement['kind'], [StatementTypes['statementType'], string]>

const NAMES: Names = {
  query: ['DML', 'SELECT'],
  explain: ['DML', 'EXPLAIN'],
  'create table as': ['DDL', 'CREATE_TABLE_AS_SELECT'],
  insert: ['DML', 'INSERT'],
  unload: ['DML', 'UNLOAD'],
  'create database': ['DDL', 'CREATE_DATABASE'],
  'drop database': ['DDL', 'DROP_DATABASE'],
  'set database properties': ['DDL', 'ALTER_DATABASE_PROPERTIES'],
  'create table': ['DDL', 'CREATE_TABLE'],
  'drop table': ['DDL', 'DROP_TABLE'],
  'create view': ['DDL', 'CREATE_VIEW'],
  'drop view': ['DDL', 'DROP_VIEW'],
  'add partitions': ['DDL', 'ALTER_TABLE_ADD_PARTITION'],
  'drop partitions': ['DDL', 'ALTER_TABLE_DROP_PARTITION'],
  'rename partition': ['DDL', 'ALTER_TABLE_RENAME_PARTITION'],
  'set location': ['DDL', 'ALTER_TABLE_SET_LOCATION'],
  'add columns': ['DDL', 'ALTER_TABLE_ADD_COLUMN'],
  'replace columns': ['DDL', 'ALTER_TABLE_REPLACE_COLUMN'],
  'change column': ['DDL', 'ALTER_TABLE_CHANGE_COLUMN'],
  'drop column': ['DDL', 'ALTER_TABLE_DROP_COLUMN'],
  'set table properties': ['DDL', 'ALTER_TABLE_PROPERTIES'],
  'unset table properties': ['DDL', 'ALTER_TABLE_PROPERTIES'],
  'repair table': ['DDL', 'MSCK_REPAIR'],
  'show databases': ['UTILITY', 'SHOW_DATABASES'],
  'show catalogs': ['UTILITY', 'SHOW_CATALOGS'],
  'show tables': ['UTILITY', 'SHOW_TABLES'],
  'show views': ['UTILITY', 'SHOW_VIEWS'],
  'show columns': ['UTILITY', 'SHOW_COLUMNS'],
  'show partitions': ['UTILITY', 'SHOW_PARTITIONS'],
  'show create table': ['UTILITY', 'SHOW_CREATE_TABLE'],
  'show create view': ['UTILITY', 'SHOW_CREATE_VIEW'],
  'show table properties': ['UTILITY', 'SHOW_TABLE_PROPERTIES'],
  'show functions': ['UTILITY', 'SHOW_FUNCTIONS'],
  describe: ['UTILITY', 'DESCRIBE_TABLE'],
  prepare: ['UTILITY', 'PREPARE'],
  execute: ['UTILITY', 'EXECUTE'],
  deallocate: ['UTILITY', 'DEALLOCATE'],
}

export function statementTypes({ kind }: Statement): StatementTypes {
  const [statementType, substatementType] = NAMES[kind]
  return { statementType, substatementType }
}
