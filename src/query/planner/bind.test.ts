/** Views in the place of their names. */
import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { parseQuery } from '../engine/parse-query.ts'
import type { ResolvedNames, ResolvedTable, ResolvedView, TableReference } from '../engine/protocol.ts'
import { bindTables } from './bind.ts'

const named = (name: string): TableReference => ({ catalog: undefined, database: undefined, name })

const WEB: ResolvedTable = {
  reference: named('web'),
  view: 't0',
  columns: [],
  partitionKeys: [],
  timeColumn: undefined,
}

/** Each level names the one below it `times` times; below the last one is a table. */
function tower(levels: number, times: number): ResolvedNames {
  if (levels === 0) return { tables: [WEB], views: [] }
  const inside = tower(levels - 1, times)
  const below = levels === 1 ? 'web' : `v${levels - 1}`
  const sql = `SELECT * FROM ${Array.from({ length: times }, (_, index) => `${below} AS a${index}`).join(', ')}`
  const view: ResolvedView = {
    ...inside,
    reference: named(`v${levels}`),
    name: `awsdatacatalog.logs.v${levels}`,
    columns: ['host'],
    sql,
  }
  return { tables: [], views: [view] }
}

function bind(levels: number, times: number): number {
  return bindTables(parseQuery(`SELECT * FROM v${levels}`), tower(levels, times), parseQuery).bound.size
}

test('a view that is named several times is put in each place', () => equal(bind(2, 5), 25))

test('views that name views several times stand for a thousand at most', () => {
  throws(() => bind(6, 10), /the statement and its views name more than 1000 views/)
})
