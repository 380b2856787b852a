import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseStatement } from './parse-statement.ts'
import { statementTypes } from './statement-kinds.ts'
import type { Statement, TableName } from './statement.ts'

const name = (text: string): TableName => {
  const parts = text.split('.')
  return { catalog: parts.at(-3), database: parts.at(-2), name: parts.at(-1)! }
}
const is = (key: string, value: string): { key: string; operator: '='; value: string } => ({
  key,
  operator: '=',
  value,
})

/** Each statement, what it is, and what Athena calls it. */
const STATEMENTS: [sql: string, expected: Statement, types: string][] = [
  ['SELECT 1', { kind: 'query', sql: 'SELECT 1' }, 'DML SELECT'],
  ['-- c\nselect 1 ; -- end', { kind: 'query', sql: '-- c\nselect 1' }, 'DML SELECT'],
  ['(TABLE t);;', { kind: 'query', sql: '(TABLE t)' }, 'DML SELECT'],
  ["VALUES ';'", { kind: 'query', sql: "VALUES ';'" }, 'DML SELECT'],
  ['WITH a AS (SELECT 1) TABLE a', { kind: 'query', sql: 'WITH a AS (SELECT 1) TABLE a' }, 'DML SELECT'],
  [
    'EXPLAIN\nSELECT 1',
    { kind: 'explain', sql: '       \nSELECT 1', analyze: false, format: 'TEXT', type: 'DISTRIBUTED' },
    'DML EXPLAIN',
  ],
  [
    'EXPLAIN (TYPE VALIDATE, FORMAT JSON) TABLE t',
    {
      kind: 'explain',
      sql: ' '.repeat(37) + 'TABLE t',
      analyze: false,
      format: 'JSON',
      type: 'VALIDATE',
    },
    'DML EXPLAIN',
  ],
  [
    'EXPLAIN ANALYZE VERBOSE (FORMAT TEXT) SELECT 1',
    { kind: 'explain', sql: ' '.repeat(38) + 'SELECT 1', analyze: true, format: 'TEXT', type: 'DISTRIBUTED' },
    'DML EXPLAIN',
  ],
  [
    'EXPLAIN INSERT INTO t SELECT 1',
    {
      kind: 'explain',
      sql: ' '.repeat(22) + 'SELECT 1',
      analyze: false,
      format: 'TEXT',
      type: 'DISTRIBUTED',
    },
    'DML EXPLAIN',
  ],
  [
    `CREATE TABLE a.b WITH (format='PARQUET', Bucket_Count=4, x=-1.5, y=true, partitioned_by=ARRAY['p','q'], z=ARRAY[])
AS SELECT 'WITH NO DATA' AS x`,
    {
      kind: 'create table as',
      table: name('a.b'),
      ifNotExists: false,
      properties: {
        format: 'PARQUET',
        bucket_count: 4,
        x: -1.5,
        y: true,
        partitioned_by: ['p', 'q'],
        z: [],
      },
      query: `${' '.repeat(114)}\n   SELECT 'WITH NO DATA' AS x`,
      withData: true,
    },
    'DDL CREATE_TABLE_AS_SELECT',
  ],
  [
    'create table if not exists "T" as (select 1 as data) with no data;',
    {
      kind: 'create table as',
      table: name('t'),
      ifNotExists: true,
      properties: {},
      query: ' '.repeat(34) + '(select 1 as data)',
      withData: false,
    },
    'DDL CREATE_TABLE_AS_SELECT',
  ],
  [
    'CREATE TABLE t AS SELECT 1 AS a WITH DATA',
    {
      kind: 'create table as',
      table: name('t'),
      ifNotExists: false,
      properties: {},
      query: ' '.repeat(18) + 'SELECT 1 AS a',
      withData: true,
    },
    'DDL CREATE_TABLE_AS_SELECT',
  ],
  [
    'INSERT INTO "AwsDataCatalog".d.t (a, "B") VALUES (1, 2)',
    {
      kind: 'insert',
      table: name('awsdatacatalog.d.t'),
      columns: ['a', 'b'],
      query: ' '.repeat(42) + 'VALUES (1, 2)',
    },
    'DML INSERT',
  ],
  [
    'INSERT INTO t ((SELECT 1))',
    { kind: 'insert', table: name('t'), columns: undefined, query: ' '.repeat(14) + '((SELECT 1))' },
    'DML INSERT',
  ],
  [
    `UNLOAD (SELECT f(')') FROM (VALUES 1)) TO 's3://b/x''y/' WITH (format='JSON', compression = 'gzip')`,
    {
      kind: 'unload',
      query: `        SELECT f(')') FROM (VALUES 1)`,
      location: "s3://b/x'y/",
      properties: { format: 'JSON', compression: 'gzip' },
    },
    'DML UNLOAD',
  ],
  [
    `CREATE DATABASE IF NOT EXISTS \`Logs\` COMMENT 'a' LOCATION "s3://b/" WITH DBPROPERTIES ('k'='v')`,
    {
      kind: 'create database',
      ifNotExists: true,
      input: { Name: 'logs', Description: 'a', LocationUri: 's3://b/', Parameters: { k: 'v' } },
    },
    'DDL CREATE_DATABASE',
  ],
  [
    'create schema d',
    { kind: 'create database', ifNotExists: false, input: { Name: 'd' } },
    'DDL CREATE_DATABASE',
  ],
  [
    'DROP SCHEMA IF EXISTS awsdatacatalog.d CASCADE',
    { kind: 'drop database', name: 'd', ifExists: true, cascade: true },
    'DDL DROP_DATABASE',
  ],
  [
    'drop database d restrict',
    { kind: 'drop database', name: 'd', ifExists: false, cascade: false },
    'DDL DROP_DATABASE',
  ],
  [
    `ALTER DATABASE d SET DBPROPERTIES ('a'='1', "B"="2")`,
    { kind: 'set database properties', name: 'd', properties: { a: '1', B: '2' } },
    'DDL ALTER_DATABASE_PROPERTIES',
  ],
  [
    'DROP TABLE IF EXISTS `d`.`t`',
    { kind: 'drop table', table: name('d.t'), ifExists: true },
    'DDL DROP_TABLE',
  ],
  ['DROP /* c */ TABLE `d.t`', { kind: 'drop table', table: name('d.t'), ifExists: false }, 'DDL DROP_TABLE'],
  [
    'CREATE OR REPLACE VIEW d.v AS -- why\n SELECT 1 AS a ;',
    { kind: 'create view', view: name('d.v'), orReplace: true, query: 'SELECT 1 AS a' },
    'DDL CREATE_VIEW',
  ],
  [
    'CREATE VIEW "v" AS WITH a AS (SELECT 1 AS x) SELECT x FROM a',
    {
      kind: 'create view',
      view: name('v'),
      orReplace: false,
      query: 'WITH a AS (SELECT 1 AS x) SELECT x FROM a',
    },
    'DDL CREATE_VIEW',
  ],
  ['DROP VIEW IF EXISTS v', { kind: 'drop view', view: name('v'), ifExists: true }, 'DDL DROP_VIEW'],
  [
    `ALTER TABLE t ADD IF NOT EXISTS PARTITION (dt='a', h=1) LOCATION 's3://b/x' PARTITION (dt=DATE '2026-01-01', h=-2)`,
    {
      kind: 'add partitions',
      table: name('t'),
      ifNotExists: true,
      partitions: [
        { spec: [is('dt', 'a'), is('h', '1')], location: 's3://b/x' },
        { spec: [is('dt', '2026-01-01'), is('h', '-2')], location: undefined },
      ],
    },
    'DDL ALTER_TABLE_ADD_PARTITION',
  ],
  [
    `ALTER TABLE t DROP IF EXISTS PARTITION (dt='a'), PARTITION (dt<='b', h>=1, h<>2, h!=3, h<4, h>0)`,
    {
      kind: 'drop partitions',
      table: name('t'),
      ifExists: true,
      specs: [
        [is('dt', 'a')],
        [
          { key: 'dt', operator: '<=', value: 'b' },
          { key: 'h', operator: '>=', value: '1' },
          { key: 'h', operator: '<>', value: '2' },
          { key: 'h', operator: '<>', value: '3' },
          { key: 'h', operator: '<', value: '4' },
          { key: 'h', operator: '>', value: '0' },
        ],
      ],
    },
    'DDL ALTER_TABLE_DROP_PARTITION',
  ],
  [
    `ALTER TABLE t PARTITION (dt='a') RENAME TO PARTITION (dt='b')`,
    { kind: 'rename partition', table: name('t'), from: [is('dt', 'a')], to: [is('dt', 'b')] },
    'DDL ALTER_TABLE_RENAME_PARTITION',
  ],
  [
    `ALTER TABLE t SET LOCATION's3://b/'`,
    { kind: 'set location', table: name('t'), partition: undefined, location: 's3://b/' },
    'DDL ALTER_TABLE_SET_LOCATION',
  ],
  [
    `ALTER TABLE t PARTITION (dt='a') SET LOCATION 's3://b/'`,
    { kind: 'set location', table: name('t'), partition: [is('dt', 'a')], location: 's3://b/' },
    'DDL ALTER_TABLE_SET_LOCATION',
  ],
  [
    `ALTER TABLE t ADD COLUMNS (a INT, b Array<STRING> COMMENT 'b')`,
    {
      kind: 'add columns',
      table: name('t'),
      partition: undefined,
      columns: [
        { Name: 'a', Type: 'int' },
        { Name: 'b', Type: 'array<string>', Comment: 'b' },
      ],
    },
    'DDL ALTER_TABLE_ADD_COLUMN',
  ],
  [
    `ALTER TABLE t PARTITION (dt='a') ADD COLUMNS (a int) CASCADE`,
    {
      kind: 'add columns',
      table: name('t'),
      partition: [is('dt', 'a')],
      columns: [{ Name: 'a', Type: 'int' }],
    },
    'DDL ALTER_TABLE_ADD_COLUMN',
  ],
  [
    `ALTER TABLE t REPLACE COLUMNS (_a double precision)`,
    {
      kind: 'replace columns',
      table: name('t'),
      partition: undefined,
      columns: [{ Name: '_a', Type: 'double' }],
    },
    'DDL ALTER_TABLE_REPLACE_COLUMN',
  ],
  [
    `ALTER TABLE t CHANGE COLUMN a b bigint COMMENT 'c' AFTER x`,
    {
      kind: 'change column',
      table: name('t'),
      name: 'a',
      column: { Name: 'b', Type: 'bigint', Comment: 'c' },
      position: { after: 'x' },
    },
    'DDL ALTER_TABLE_CHANGE_COLUMN',
  ],
  [
    `ALTER TABLE t CHANGE a a string`,
    { kind: 'change column', table: name('t'), name: 'a', column: { Name: 'a', Type: 'string' } },
    'DDL ALTER_TABLE_CHANGE_COLUMN',
  ],
  [
    'ALTER TABLE t DROP COLUMN a',
    { kind: 'drop column', table: name('t'), name: 'a' },
    'DDL ALTER_TABLE_DROP_COLUMN',
  ],
  [
    `ALTER TABLE t SET TBLPROPERTIES('a' = 'remember to add column')`,
    { kind: 'set table properties', table: name('t'), properties: { a: 'remember to add column' } },
    'DDL ALTER_TABLE_PROPERTIES',
  ],
  [
    `ALTER TABLE t UNSET TBLPROPERTIES IF EXISTS ('a', 'b')`,
    { kind: 'unset table properties', table: name('t'), ifExists: true, names: ['a', 'b'] },
    'DDL ALTER_TABLE_PROPERTIES',
  ],
  ['MSCK REPAIR TABLE d.t;', { kind: 'repair table', table: name('d.t') }, 'DDL MSCK_REPAIR'],
  [
    'SHOW DATABASES',
    { kind: 'show databases', catalog: undefined, like: undefined },
    'UTILITY SHOW_DATABASES',
  ],
  [
    `show schemas in Pg like 'a*'`,
    { kind: 'show databases', catalog: 'pg', like: 'a*' },
    'UTILITY SHOW_DATABASES',
  ],
  ['SHOW CATALOGS', { kind: 'show catalogs', like: undefined }, 'UTILITY SHOW_CATALOGS'],
  [
    'SHOW TABLES',
    { kind: 'show tables', catalog: undefined, database: undefined, like: undefined },
    'UTILITY SHOW_TABLES',
  ],
  [
    `SHOW TABLES IN pg.public 'a|b'`,
    { kind: 'show tables', catalog: 'pg', database: 'public', like: 'a|b' },
    'UTILITY SHOW_TABLES',
  ],
  [
    `SHOW VIEWS FROM d LIKE "v*"`,
    { kind: 'show views', catalog: undefined, database: 'd', like: 'v*' },
    'UTILITY SHOW_VIEWS',
  ],
  ['SHOW COLUMNS IN t FROM d', { kind: 'show columns', table: name('d.t') }, 'UTILITY SHOW_COLUMNS'],
  ['SHOW COLUMNS FROM d.t', { kind: 'show columns', table: name('d.t') }, 'UTILITY SHOW_COLUMNS'],
  ['SHOW PARTITIONS t', { kind: 'show partitions', table: name('t') }, 'UTILITY SHOW_PARTITIONS'],
  ['SHOW CREATE TABLE t', { kind: 'show create table', table: name('t') }, 'UTILITY SHOW_CREATE_TABLE'],
  ['SHOW CREATE VIEW"v"', { kind: 'show create view', view: name('v') }, 'UTILITY SHOW_CREATE_VIEW'],
  [
    'SHOW TBLPROPERTIES t',
    { kind: 'show table properties', table: name('t'), name: undefined },
    'UTILITY SHOW_TABLE_PROPERTIES',
  ],
  [
    `SHOW TBLPROPERTIES t ('a')`,
    { kind: 'show table properties', table: name('t'), name: 'a' },
    'UTILITY SHOW_TABLE_PROPERTIES',
  ],
  [`SHOW FUNCTIONS LIKE 'a%'`, { kind: 'show functions', like: 'a%' }, 'UTILITY SHOW_FUNCTIONS'],
  [
    'DESCRIBE t',
    { kind: 'describe', table: name('t'), detail: 'plain', partition: undefined, column: undefined },
    'UTILITY DESCRIBE_TABLE',
  ],
  [
    `DESC EXTENDED d.t PARTITION (dt='a') c;`,
    { kind: 'describe', table: name('d.t'), detail: 'extended', partition: [is('dt', 'a')], column: 'c' },
    'UTILITY DESCRIBE_TABLE',
  ],
  [
    'describe formatted t',
    { kind: 'describe', table: name('t'), detail: 'formatted', partition: undefined, column: undefined },
    'UTILITY DESCRIBE_TABLE',
  ],
  [
    'DESCRIBE formatted',
    { kind: 'describe', table: name('formatted'), detail: 'plain', partition: undefined, column: undefined },
    'UTILITY DESCRIBE_TABLE',
  ],
  [
    'DESCRIBE VIEW v',
    { kind: 'describe', table: name('v'), detail: 'plain', partition: undefined, column: undefined },
    'UTILITY DESCRIBE_TABLE',
  ],
  [
    'PREPARE P1 FROM SELECT * FROM t WHERE a = ? ;',
    { kind: 'prepare', name: 'P1', statement: 'SELECT * FROM t WHERE a = ?' },
    'UTILITY PREPARE',
  ],
  [
    `EXECUTE p1 USING 1, 'it''s, a', -2.5, DATE '2026-01-01', f(1, 2), ARRAY[1,2]`,
    {
      kind: 'execute',
      name: 'p1',
      parameters: ['1', "'it''s, a'", '-2.5', "DATE '2026-01-01'", 'f(1, 2)', 'ARRAY[1,2]'],
    },
    'UTILITY EXECUTE',
  ],
  ['EXECUTE p1', { kind: 'execute', name: 'p1', parameters: [] }, 'UTILITY EXECUTE'],
  ['DEALLOCATE PREPARE p1', { kind: 'deallocate', name: 'p1' }, 'UTILITY DEALLOCATE'],
]

describe('statements', () => {
  for (const [sql, expected, types] of STATEMENTS) {
    it(sql, () => {
      const statement = parseStatement(sql)
      deepEqual(statement, expected)
      const { statementType, substatementType } = statementTypes(statement)
      equal(`${statementType} ${substatementType}`, types)
    })
  }
})
