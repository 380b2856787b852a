import { equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HozonError } from '../../base/errors.ts'
import { parseStatement } from './parse-statement.ts'

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
