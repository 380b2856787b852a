import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as duck from '@duckdb/node-api'
import { HozonError } from '../../../base/errors.ts'
import type { Column } from '../../../base/schema.ts'
import { lazySimpleSerde } from '../../../format/serde/lazy-simple.ts'
import { textFormat } from '../../write/text-format.ts'
import { hiveRow } from './hive-text.ts'

const COLUMNS: Column[] = [
  { name: 'a', key: 'a', type: 'varchar' },
  { name: 'n', key: 'n', type: 'bigint' },
  { name: 'l', key: 'l', type: { list: 'varchar' } },
  { name: 't', key: 't', type: 'timestamp' },
]
const TYPES = [duck.VARCHAR, duck.BIGINT, duck.LIST(duck.VARCHAR), duck.TIMESTAMP]

interface Row {
  a: string | null
  n: number | null
  l: (string | null)[] | null
  t: boolean
}

type Properties = Record<string, string>

/** Undefined: it was refused. */
function written(properties: Properties, { a, n, l, t }: Row): string | undefined {
  const list = l === null ? null : duck.listValue(l)
  const time = t ? new duck.DuckDBTimestampValue(1_483_326_245_678_912n) : null
  try {
    return hiveRow(TYPES, textFormat('none', properties))([a, n === null ? null : BigInt(n), list, time])
  } catch (error) {
    assert.ok(error instanceof HozonError && error.code === 'HOZON_SQL_FAILED', String(error))
    return undefined
  }
}

function read(properties: Properties, line: string): Row {
  assert.match(line, /^[^\r\n]*\n$/)
  const serde = lazySimpleSerde({ columns: COLUMNS, parameters: properties })
  const {
    a = null,
    n = null,
    l = null,
    t,
  } = JSON.parse(serde.rows(line.slice(0, -1))) as Record<string, never>
  assert.ok(t === undefined || /^2017-01-02.03:04:05/.test(t), t)
  return { a, n, l, t: t !== undefined }
}

const ROW: Row = { a: 'x', n: 19, l: ['y', null], t: true }

describe('rows of text', () => {
  it('are read as they were written', () => {
    for (const properties of [
      {},
      { 'field.delim': '9' },
      { 'field.delim': ',', 'escape.delim': '\\' },
    ] as Properties[])
      assert.deepEqual(read(properties, written(properties, ROW)!), ROW)
    assert.equal(written({ 'field.delim': '9' }, ROW)?.split('\t').length, 4)
  })

  const REFUSED: [properties: Properties, row: Partial<Row>][] = [
    [{ 'field.delim': ',' }, { a: 'a,b' }],
    [{}, { a: '\\N' }],
    [{ 'field.delim': '57' }, {}],
    [{ 'field.delim': ':' }, {}],
    [{ 'serialization.null.format': '19' }, {}],
    [{ 'serialization.null.format': 'x', 'escape.delim': '\\' }, {}],
    [{ 'field.delim': 'n', 'escape.delim': '\\' }, { a: 'n' }],
    [{ 'escape.delim': '\\' }, { a: 'a\nb' }],
  ]
  for (const [properties, row] of REFUSED)
    it(`are refused: ${JSON.stringify(row)} with ${JSON.stringify(properties)}`, () =>
      assert.equal(written(properties, { ...ROW, ...row }), undefined))
})

const SEED = Number(process.env['SEED'] ?? 20261123)

describe(`random rows of text (SEED=${SEED})`, () => {
  it('are read as they were written, or refused', () => {
    let state = SEED >>> 0
    const random = (count: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * count)
    }
    const pick = <T>(values: readonly T[]): T => values[random(values.length)]!
    const text = (): string =>
      Array.from({ length: random(4) }, () =>
        pick(['a', '\\', ',', '|', 'n', '\t', '\u0001', '9', 'é', '\n', '\\N']),
      ).join('')
    const orNull = <T>(value: T): T | null => (random(5) === 0 ? null : value)
    let kept = 0
    for (let round = 0; round < 4000; round++) {
      const properties: Properties = {
        'field.delim': pick([',', '|', '9', '\\t', '57', '1', '|,', 'n', '\\']),
      }
      properties['collection.delim'] = pick(['2', ';', '35', '-'])
      if (random(2) === 0) properties['escape.delim'] = pick(['\\', '', '92', '|'])
      if (random(3) === 0) properties['serialization.null.format'] = pick(['', 'a', 'NULL', '7'])
      // A list of one empty text, or of one that is the sign of NULL, is written as the empty list or as no list is.
      const items = Array.from({ length: 2 + random(2) }, () => orNull(text()))
      const row: Row = {
        a: orNull(text()),
        n: orNull(random(100) - 50),
        l: orNull(items),
        t: random(2) === 0,
      }
      const line = written(properties, row)
      if (line === undefined) continue
      kept++
      assert.deepEqual(read(properties, line), row, `SEED=${SEED} ${JSON.stringify([properties, row, line])}`)
    }
    assert.ok(kept > 300, `${kept} were written`)
  })
})
