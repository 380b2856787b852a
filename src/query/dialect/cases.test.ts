/**
 * Trino's functions and forms, each with what Trino answers: `cases/*.txt` hold `expression => JSON of the cell`, or
 * `=> !part of the error message` for what is refused. All run on one DuckDB instance, through the whole way of a
 * query: parse, rewrite, generate, gate, macros, cells.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { Column } from '../../base/schema.ts'
import { cellWriter } from '../engine/cells.ts'
import { compile } from '../engine/compile.ts'
import { engineError } from '../engine/engine-errors.ts'
import { checkStatement } from '../engine/gate.ts'
import { openEngine, type Engine } from '../engine/instance.ts'
import type { ResolvedTable } from '../engine/protocol.ts'
import { qualifyMacros } from '../engine/qualify-macros.ts'
import { defineFunctions } from './define-functions.ts'
import { macroNames } from './macros.ts'

const NOW_MS = Date.UTC(2026, 10, 23)

const columns: Column[] = [
  { name: 'id', key: 'id', type: 'bigint' },
  { name: 'host', key: 'host', type: 'varchar' },
  { name: 'bytes', key: 'bytes', type: 'bigint' },
  { name: 'ts', key: 'ts', type: 'timestamp' },
  { name: 'tags', key: 'tags', type: { list: 'varchar' } },
  { name: 'items', key: 'items', type: { list: { struct: fields({ sku: 'varchar', qty: 'bigint' }) } } },
  { name: 'req', key: 'req', type: { struct: fields({ path: 'varchar' }) } },
]

const ROWS = `
  (1, 'a', 10, '2024-03-05 14:07:09', ['x', 'y'], [{sku: 's', qty: 1}, {sku: 't', qty: 2}], {path: '/p'}, NULL, '2024-03-05'),
  (2, 'b', 30, '2024-03-06 14:07:09', ['z'], [{sku: 's', qty: 3}], {path: '/q'}, '{"k":"v"}', '2024-03-06'),
  (3, 'a', 20, '2024-03-07 14:07:09', [], NULL, NULL, NULL, '2024-03-07'),
  (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2024-03-08')`

const table: ResolvedTable = {
  reference: { catalog: undefined, database: undefined, name: 't' },
  view: 't0',
  columns,
  partitionKeys: ['dt'],
  timeColumn: undefined,
}

function fields(types: Record<string, 'varchar' | 'bigint'>): Column[] {
  return Object.entries(types).map(([name, type]) => ({ name, key: name, type }))
}

describe('Athena SQL in DuckDB', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine()
    const names = [...columns.map((column) => column.name), '_extra', 'dt'].join(', ')
    await engine.connection.run(`CREATE VIEW hozon.t0 AS
      SELECT * REPLACE (CAST(id AS BIGINT) AS id, CAST(bytes AS BIGINT) AS bytes, CAST(ts AS TIMESTAMP) AS ts)
      FROM (VALUES ${ROWS}) AS v(${names})`)
    await defineFunctions(engine.connection, macroNames)
  })
  after(() => engine.close())

  const directory = new URL('./cases/', import.meta.url)
  for (const file of readdirSync(directory).sort()) {
    const cases = readFileSync(new URL(file, directory), 'utf8').split('\n').filter(Boolean)
    it(`${file}: ${cases.length} cases`, async () => {
      const wrong: string[] = []
      for (const line of cases) {
        const [input, expected] = splitCase(line)
        const got = await answer(engine, file === 'queries.txt' ? input : `SELECT ${input}`)
        if (!isExpected(expected, got)) wrong.push(`${input}\n    expected ${expected}\n    got      ${got}`)
      }
      assert.equal(wrong.length, 0, `\n${wrong.join('\n')}`)
    })
  }
})

function splitCase(line: string): [input: string, expected: string] {
  const at = line.lastIndexOf(' => ')
  return [line.slice(0, at), line.slice(at + 4)]
}

function isExpected(expected: string, got: string): boolean {
  return expected.startsWith('!') ? got.startsWith('!') && got.includes(expected.slice(1)) : got === expected
}

/** The first cell of the first row, or `!` and the message. */
async function answer(engine: Engine, trino: string): Promise<string> {
  try {
    const { sql } = compile({ sql: trino, tables: [table], views: [] }, NOW_MS)
    const serialized = await engine.connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])
    const calls = checkStatement(String(serialized.getRows()[0]![0]), new Set(['t0']))
    const result = await engine.connection.runAndReadAll(qualifyMacros(sql, calls).sql)
    const value = result.getRows()[0]?.[0]
    if (value === undefined) return 'no row'
    return value === null ? 'null' : cellWriter(result.columnTypes()[0]!)(value)
  } catch (error) {
    return `!${engineError(error).message.replaceAll('\n', ' ')}`
  }
}
