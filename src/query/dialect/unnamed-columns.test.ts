import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateDuckDb, parseTrino } from './polyglot.ts'
import { nameColumns } from './unnamed-columns.ts'

test('columns without a name are called by their places', () => {
  const cases: [sql: string, named: string][] = [
    [
      'SELECT count(*), a, 1 + 1 AS b, lower(a) FROM t',
      'SELECT COUNT(*) AS "_col0", a, 1 + 1 AS b, LOWER(a) AS "_col3" FROM t',
    ],
    ['SELECT (a), t.b FROM t', 'SELECT (a), t.b FROM t'],
    ['SELECT 1, *, 2 FROM t', 'SELECT 1 AS "_col0", *, 2 FROM t'],
    ['SELECT 1 UNION SELECT 2', 'SELECT 1 AS "_col0" UNION SELECT 2 AS "_col0"'],
    ['SELECT * FROM (SELECT max(a) FROM t)', 'SELECT * FROM (SELECT MAX(a) AS "_col0" FROM t)'],
    ['SELECT * FROM (VALUES (1, 2)) AS t(a, b)', 'SELECT * FROM (VALUES (1, 2)) AS t(a, b)'],
    ['SELECT * FROM (VALUES (1, 2))', 'SELECT * FROM (VALUES (1, 2)) AS "values"("_col0", "_col1")'],
    ['VALUES (1, 2), (3, 4)', 'SELECT * FROM (VALUES (1, 2), (3, 4)) AS "values"("_col0", "_col1")'],
  ]
  for (const [sql, named] of cases) assert.equal(generateDuckDb(nameColumns(parseTrino(sql)[0]!)), named)
})
