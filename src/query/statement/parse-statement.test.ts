import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HozonError } from '../../base/errors.ts'
import { parseStatement, statementTypes } from './parse-statement.ts'
import type { Statement, TableName } from './statement.ts'
import { LOG_TABLES } from './testing/log-tables.ts'

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

/** Each wrong statement, and what the message says. */
const REFUSED: [sql: string, message: string][] = [
  ['', `line 1:1: mismatched input '<EOF>'. Expecting: `],
  ['-- only', `line 1:8: mismatched input '<EOF>'. Expecting: `],
  ['SELEC 1', `line 1:1: mismatched input 'SELEC'. Expecting: '(', 'ALTER', 'CREATE', 'DEALLOCATE', `],
  ['SELECT 1; SELECT 2', 'line 1:11: Only one sql statement is allowed'],
  ['SELECT 1)', `line 1:9: mismatched input ')'`],
  [`SELECT\n  'abc`, `line 2:3: what begins with ' has no end`],
  ['/* c SELECT 1', 'line 1:1: a comment has no end'],
  ['SHOW', `FAILED: ParseException line 1:4 mismatched input '<EOF>' expecting 'CATALOGS', `],
  ['SHOW SESSION', `FAILED: ParseException line 1:5 mismatched input 'SESSION' expecting `],
  ['CREATE OR REPLACE TABLE t AS SELECT 1', `line 1:19: mismatched input 'TABLE'. Expecting: 'VIEW'`],
  ['CREATE EXTERNAL VIEW v', `FAILED: ParseException line 1:16 mismatched input 'VIEW' expecting 'TABLE'`],
  ['CREATE EXTERNAL TABLE t', `mismatched input '<EOF>' expecting '(', '.'`],
  ['CREATE EXTERNAL TABLE t (date date)', `line 1:25 mismatched input 'date' expecting identifier`],
  [
    'CREATE EXTERNAL TABLE t (a foo)',
    `FAILED: ParseException line 1:27 cannot recognize the type: "foo" is no type`,
  ],
  ['CREATE EXTERNAL TABLE t (a array<\nfoo>)', `FAILED: ParseException line 2:0 cannot recognize the type`],
  ['CREATE EXTERNAL TABLE t (a struct<b:int)', 'cannot recognize the type: ">" is expected, not ")"'],
  [
    `CREATE EXTERNAL TABLE t (a int) STORED AS CSV`,
    `mismatched input 'CSV' expecting 'AVRO', 'INPUTFORMAT', `,
  ],
  [
    `CREATE EXTERNAL TABLE t (a int) LOCATION 's3://a/' STORED AS ORC`,
    `mismatched input 'STORED' expecting `,
  ],
  ['CREATE TABLE t (a int)', 'NOT_SUPPORTED: line 1:16: CREATE TABLE with columns makes an Iceberg table'],
  [
    'CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (day(a))',
    'NOT_SUPPORTED: line 1:49: partitions by a column or a transform are of Iceberg tables',
  ],
  [
    `CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/' TBLPROPERTIES ('table_type'='iceberg')`,
    'tables of the type ICEBERG can not be made here',
  ],
  [`CREATE TABLE t WITH (table_type='ICEBERG') AS SELECT 1`, 'ICEBERG (Iceberg) can not be made'],
  [`CREATE TABLE t WITH (a=1, A=2) AS SELECT 1`, 'line 1:27: Duplicate property: a'],
  ['SELECT * FROM t FOR TIMESTAMP AS OF now()', 'FOR … AS OF reads earlier versions of Iceberg tables'],
  ['MERGE INTO t USING s ON a = b', 'NOT_SUPPORTED: line 1:1: MERGE changes rows of Iceberg tables'],
  ['UPDATE t SET a = 1', 'Iceberg'],
  ['DELETE FROM t', 'Iceberg'],
  ['OPTIMIZE t REWRITE DATA USING BIN_PACK', 'Iceberg'],
  ['VACUUM t', 'Iceberg'],
  ['ALTER TABLE t RENAME TO u', 'NOT_SUPPORTED: line 1:15: tables can not be renamed'],
  ['ALTER TABLE IF EXISTS t ADD COLUMNS (a int)', `mismatched input 'IF' expecting identifier`],
  ['ALTER TABLE t ADD COLUMN a int', `mismatched input 'COLUMN' expecting 'COLUMNS', 'IF', 'PARTITION'`],
  ['ALTER VIEW v AS SELECT 1', 'CREATE OR REPLACE VIEW'],
  ['INSERT OVERWRITE t SELECT 1', `line 1:8: mismatched input 'OVERWRITE'. Expecting: 'INTO'`],
  ['EXPLAIN SHOW TABLES', `line 1:9: mismatched input 'SHOW'. Expecting: `],
  ['EXPLAIN CREATE VIEW v AS SELECT 1', 'EXPLAIN takes queries'],
  ['PREPARE p FROM DROP TABLE t', `mismatched input 'DROP'`],
  ['PREPARE p FROM CREATE VIEW v AS SELECT 1', 'can be prepared'],
  ['EXECUTE p USING', `mismatched input '<EOF>'. Expecting: expression`],
  ['DROP TABLE a.b.c.d', `mismatched input '.' expecting`],
  ['DROP VIEW select', `line 1:11: mismatched input 'select'. Expecting: 'IF', identifier`],
]

describe('what is no statement', () => {
  for (const [sql, message] of REFUSED) {
    it(sql || 'nothing', () => {
      throws(
        () => parseStatement(sql),
        (error) => {
          if (!(error instanceof HozonError)) throw error
          equal(error.code, 'HOZON_SQL_SYNTAX')
          if (!error.message.includes(message)) throw new Error(`${error.message}\nlacks\n${message}`)
          return true
        },
      )
    })
  }
})

type CreateTable = Extract<Statement, { kind: 'create table' }>

function tableOf(sql: string): CreateTable {
  const statement = parseStatement(sql)
  if (statement.kind !== 'create table') throw new Error(statement.kind)
  return statement
}

describe('tables over logs', () => {
  it('have all their parts', () => {
    for (const sql of Object.values(LOG_TABLES)) {
      const { storage } = tableOf(sql)
      equal(storage.Location?.startsWith('s3://'), true)
      equal(storage.NumberOfBuckets === -1 || storage.BucketColumns!.length > 0, true)
    }
    const alb = tableOf(LOG_TABLES['alb']!)
    equal(alb.storage.Columns!.length, 34)
    deepEqual(alb.partitionKeys, [{ Name: 'day', Type: 'string' }])
    const regex = alb.storage.SerdeInfo!.Parameters!['input.regex']!
    equal(new RegExp(regex).source.split('(').length > 30, true)
    equal(regex.includes(String.raw`"([^\s]+?)"`), true)
    equal(alb.parameters['projection.day.range'], '2022/01/01,NOW')
    equal(alb.parameters['storage.location.template']?.endsWith('/us-east-1/${day}'), true)
  })

  it('have types as Hive writes them', () => {
    const cloudtrail = tableOf(LOG_TABLES['cloudtrail']!)
    equal(
      cloudtrail.storage.Columns![1]!.Type,
      'struct<type:string,principalid:string,arn:string,accountid:string,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:struct<type:string,principalid:string,arn:string,username:string>,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>',
    )
    deepEqual(
      tableOf(LOG_TABLES['parquet']!).storage.Columns!.map(({ Type }) => Type),
      ['bigint', 'decimal(10,2)', 'map<string,array<int>>', 'char(3)', 'varchar(20)', 'float', 'binary'],
    )
  })

  it('have the classes of their formats', () => {
    const classes = (key: string): (string | undefined)[] => {
      const { storage } = tableOf(LOG_TABLES[key]!)
      const last = (text: string | undefined): string | undefined => text?.split('.').at(-1)
      return [
        last(storage.SerdeInfo?.SerializationLibrary),
        last(storage.InputFormat),
        last(storage.OutputFormat),
      ]
    }
    const text = ['TextInputFormat', 'HiveIgnoreKeyTextOutputFormat']
    deepEqual(classes('parquet'), [
      'ParquetHiveSerDe',
      'MapredParquetInputFormat',
      'MapredParquetOutputFormat',
    ])
    deepEqual(classes('vpc'), ['LazySimpleSerDe', ...text])
    deepEqual(classes('nginx'), ['RegexSerDe', ...text])
    deepEqual(classes('csv'), ['OpenCSVSerde', ...text])
    deepEqual(classes('cloudtrail'), ['JsonSerDe', 'CloudTrailInputFormat', text[1]])
  })

  it('have their delimiters and quotes', () => {
    const serde = (key: string): Record<string, string> | undefined =>
      tableOf(LOG_TABLES[key]!).storage.SerdeInfo?.Parameters
    deepEqual(serde('cloudfront'), { 'field.delim': '\t', 'serialization.format': '\t' })
    deepEqual(serde('csv'), {
      'serialization.format': '1',
      separatorChar: ',',
      quoteChar: '"',
      escapeChar: '\\',
    })
    deepEqual(serde('delimited'), {
      'field.delim': '\x01',
      'serialization.format': '\x01',
      'escape.delim': '\\',
      'colelction.delim': '\x02',
      'mapkey.delim': '\x03',
      'line.delim': '\n',
      'serialization.null.format': '',
    })
    equal(serde('nginx')?.['input.regex'], String.raw`^(\S+) (\S+) (\S+) \[([^\]]+)\] "([^"]*)" (\d+).*$`)
    equal(serde('apacheGrok')?.['input.grokCustomPatterns']?.split('\n').length, 2)
  })

  it('have buckets and comments', () => {
    const { storage, partitionKeys } = tableOf(LOG_TABLES['parquet']!)
    deepEqual(
      [storage.NumberOfBuckets, storage.BucketColumns, storage.SortColumns],
      [
        16,
        ['id', 'code'],
        [
          { Column: 'id', SortOrder: 0 },
          { Column: 'code', SortOrder: 1 },
        ],
      ],
    )
    deepEqual(partitionKeys, [
      { Name: 'dt', Type: 'string', Comment: 'day' },
      { Name: 'hour', Type: 'int' },
    ])
    const csv = tableOf(LOG_TABLES['csv']!)
    deepEqual([csv.description, csv.storage.Columns![0]!.Comment], ['a table of people', "it's an id"])
  })
})
