/** Whatever comes in: a statement or a HozonError comes out, and soon. */
import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HozonError } from '../../base/errors.ts'
import { parseStatement } from './parse-statement.ts'
import { LOG_TABLES } from './testing/log-tables.ts'

const SEED = 7
const STATEMENT_BYTES_MAX = 262_144

function parses(sql: string): boolean {
  try {
    parseStatement(sql)
    return true
  } catch (error) {
    if (error instanceof HozonError) return false
    throw error
  }
}

const SEEDS = [
  ...Object.values(LOG_TABLES),
  `CREATE TABLE t WITH (format='ORC', partitioned_by=ARRAY['a']) AS SELECT 1 AS a WITH NO DATA`,
  `ALTER TABLE t ADD IF NOT EXISTS PARTITION (dt='a', h=1) LOCATION 's3://b/x' PARTITION (dt='b', h=2)`,
  `ALTER TABLE t DROP PARTITION (dt<='b', h<>2), PARTITION (dt='x')`,
  `EXPLAIN (FORMAT JSON, TYPE IO) UNLOAD (SELECT 1) TO 's3://b/' WITH (format='JSON')`,
  `EXECUTE p USING 1, 'a', f(2, [3])`,
  `PREPARE p FROM INSERT INTO t (a) VALUES (?)`,
  `DESCRIBE FORMATTED a.b PARTITION (c='d') e`,
  `CREATE DATABASE d COMMENT 'x' LOCATION 's3://b/' WITH DBPROPERTIES ('a'='b')`,
]
const WORDS = [...new Set(SEEDS.flatMap((sql) => sql.match(/\w+|[^\s\w]/g) ?? []))]

describe('any text', () => {
  it('is a statement or an error', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc
        .array(fc.constantFrom(...WORDS, "'", '"', '`', '--', '/*', '*/', '\\', '\n'), { maxLength: 40 })
        .map((words) => words.join(' ')),
    )
    fc.assert(
      fc.property(text, (sql) => {
        parses(sql)
      }),
      { seed: SEED, numRuns: 3000 },
    )
  })

  it('is one after small changes, too', () => {
    const changed = fc
      .tuple(
        fc.constantFrom(...SEEDS),
        fc.nat(),
        fc.nat({ max: 20 }),
        fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom(...WORDS)),
      )
      .map(([sql, at, length, text]) => {
        const start = at % (sql.length + 1)
        return sql.slice(0, start) + text + sql.slice(start + length)
      })
    let read = 0
    fc.assert(
      fc.property(changed, (sql) => {
        if (parses(sql)) read++
      }),
      { seed: SEED, numRuns: 3000 },
    )
    // Else the changes are such that nothing beyond the first word is ever reached.
    equal(read > 100, true)
  })

  it('is read in one pass, however long it is', () => {
    const pieces = [
      'a',
      ' ',
      '(',
      ')',
      ',',
      ';',
      "'",
      '"',
      '`',
      '/*',
      '/**/',
      '--\n',
      '\\',
      "''",
      '``',
      'a.',
      '1',
      '<',
      'array<',
      'struct<a:',
      'EXPLAIN ',
      'PREPARE p FROM ',
      'a int,',
      "'a'='b',",
      "PARTITION (a='b') ",
      '[',
      '\u{10ffff}',
      '$',
    ]
    const heads = [
      '',
      'SELECT ',
      'EXPLAIN ',
      'PREPARE p FROM ',
      'EXECUTE p USING ',
      'CREATE TABLE t AS ',
      'INSERT INTO t (',
      'CREATE EXTERNAL TABLE t (',
      'CREATE EXTERNAL TABLE t (a ',
      'CREATE TABLE t WITH (a=ARRAY[',
      'UNLOAD (',
      "ALTER TABLE t SET TBLPROPERTIES ('a'=",
      'ALTER TABLE t ADD ',
      'SHOW TABLES ',
      'DESCRIBE ',
    ]
    for (const head of heads)
      for (const piece of pieces)
        parses((head + piece.repeat(STATEMENT_BYTES_MAX / piece.length)).slice(0, STATEMENT_BYTES_MAX))
  })
})
