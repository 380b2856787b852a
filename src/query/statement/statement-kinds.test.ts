import { test } from 'node:test'
import { equal } from 'node:assert/strict'
import { parseStatement } from './parse-statement.ts'
import { classOf, isOfClass } from './statement-kinds.ts'

test('a statement is run by one of five', () => {
  const classes: [sql: string, expected: string][] = [
    ['SELECT 1', 'query'],
    ['EXPLAIN SELECT 1', 'query'],
    ['CREATE TABLE a AS SELECT 1', 'write'],
    ['INSERT INTO a SELECT 1', 'write'],
    ["UNLOAD (SELECT 1) TO 's3://a/b/' WITH (format = 'JSON')", 'write'],
    ['CREATE VIEW a AS SELECT 1', 'ddl'],
    ['MSCK REPAIR TABLE a', 'ddl'],
    ['SHOW TABLES', 'show'],
    ['DESCRIBE a', 'show'],
    ['PREPARE a FROM SELECT 1', 'prepared'],
    ['DEALLOCATE PREPARE a', 'prepared'],
  ]
  for (const [sql, expected] of classes) equal(classOf(parseStatement(sql).kind), expected, sql)
})

test('a class tells the type', () => {
  const statement = parseStatement('INSERT INTO a SELECT 1')
  equal(isOfClass(statement, 'write') && statement.query.trim(), 'SELECT 1')
  equal(isOfClass(statement, 'ddl'), false)
})
