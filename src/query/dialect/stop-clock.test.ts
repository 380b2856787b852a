import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateDuckDb, parseTrino } from './polyglot.ts'
import { rewrite } from './rewrite.ts'
import { stopClock } from './stop-clock.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 23, 59, 59, 7)

test('every clock of a statement shows the same time', () => {
  const [tree] = parseTrino(
    `SELECT now(), current_timestamp, current_timestamp(3), localtimestamp, localtimestamp(0), current_date, "now" FROM (SELECT year(current_date)) AS now`,
  )
  assert.equal(
    generateDuckDb(stopClock(rewrite(tree!, []), NOW_MS)),
    `SELECT CAST('2026-11-23T23:59:59.007Z' AS TIMESTAMPTZ), CAST('2026-11-23T23:59:59.007Z' AS TIMESTAMPTZ), CAST('2026-11-23T23:59:59.007Z' AS TIMESTAMPTZ), CAST('2026-11-23T23:59:59.007' AS TIMESTAMP), CAST('2026-11-23T23:59:59.007' AS TIMESTAMP), CAST('2026-11-23' AS DATE), NOW FROM (SELECT YEAR(CAST('2026-11-23' AS DATE))) AS now`,
  )
})
