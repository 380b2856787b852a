/** What was written as text is read as it was; and whatever the line, a row has the table's columns or there is a named error. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import type { Column, ColumnType } from '../../base/schema.ts'
import { createTextSerde, type SerdeName, type TextFormat } from './file-format.ts'
import { splitCsv } from './open-csv.ts'
import { BadRow, type TextSerde } from './text-serde.ts'

const RUNS = { seed: 20261123, numRuns: 400 }

const column = (name: string, type: ColumnType): Column => ({ name, key: name, type })

function serdeOf(serde: SerdeName, columns: Column[], parameters: Record<string, string>): TextSerde {
  const format: TextFormat = { serde, records: 'line', parameters, skipHeaderLines: 0, skipFooterLines: 0 }
  return createTextSerde(format, columns)
}

/** No lone surrogates, as files have none, and no ends of lines. */
const text = fc
  .array(fc.constantFrom('a', ',', '"', '\\', ' ', '|', ':', '\x01', '\x02', 'é', '😀', '\t', 'N', "'"), {
    maxLength: 12,
  })
  .map((signs) => signs.join(''))

it('LazySimpleSerDe reads what was written with escapes', () => {
  const columns = [
    column('a', 'varchar'),
    column('b', { list: 'varchar' }),
    column('c', { map: { key: 'varchar', value: 'varchar' } }),
    column('d', 'bigint'),
  ]
  const parameters = {
    'field.delim': ',',
    'colelction.delim': '|',
    'mapkey.delim': ':',
    'escape.delim': '\\',
  }
  const serde = serdeOf('lazy-simple', columns, parameters)
  const escaped = (value: string): string => value.replace(/[,|:\\]/g, '\\$&')
  const value = text.filter((each) => escaped(each) !== '\\N' && each !== '')
  const row = fc.record({
    a: text,
    b: fc.array(value, { minLength: 1, maxLength: 4 }),
    c: fc.dictionary(value, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
    d: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  })
  fc.assert(
    fc.property(row, ({ a, b, c, d }) => {
      const map = Object.entries(c).map(([key, item]) => `${escaped(key)}:${escaped(item)}`)
      const line = [escaped(a), b.map(escaped).join('|'), map.join('|'), String(d)].join(',')
      const expected = `{"a":${JSON.stringify(a)},"b":${JSON.stringify(b)},"c":${JSON.stringify(c)},"d":${d}}\n`
      assert.equal(serde.rows(line), expected)
    }),
    RUNS,
  )
})

it('OpenCSVSerde reads what was written with quotes', () => {
  const columns = ['a', 'b', 'c'].map((name) => column(name, 'varchar'))
  const serde = serdeOf('open-csv', columns, {})
  fc.assert(
    fc.property(fc.tuple(text, text, text), (values) => {
      const line = values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')
      assert.deepEqual(Object.values(JSON.parse(serde.rows(line)) as object), values)
    }),
    RUNS,
  )
})

it('a line of CSV has the same fields as read sign by sign', () => {
  const signs = { separator: ',', quote: '"', escape: '\\' }
  const line = fc.array(fc.constantFrom('a', ' ', '"', '""', ',', ',"', '",', '\\', 'bc'), { maxLength: 25 })
  fc.assert(
    fc.property(line, (parts) => {
      const whole = parts.join('')
      assert.deepEqual(splitCsv(whole, signs), signBySign(whole, signs), whole)
    }),
    { ...RUNS, numRuns: 2000 },
  )
})

/** As the reader that it is to be like: one loop, without any way around. */
function signBySign(line: string, signs: { separator: string; quote: string; escape: string }): string[] {
  const fields: string[] = []
  const state = { field: '', inQuotes: false, inField: false }
  for (let at = 0; at < line.length; at++) {
    const [before, sign, next] = [line[at - 1], line[at]!, line[at + 1]]
    const isInside = state.inQuotes || state.inField
    if (sign === signs.escape) {
      if (isInside && (next === signs.quote || next === signs.escape)) state.field += line[++at]!
    } else if (sign === signs.quote && isInside && next === signs.quote) {
      state.field += line[++at]!
      state.inField = !state.inField
    } else if (sign === signs.quote) {
      if (at > 2 && before !== signs.separator && next !== undefined && next !== signs.separator)
        state.field = /^\s+$/.test(state.field) ? '' : state.field + sign
      state.inQuotes = !state.inQuotes
      state.inField = !state.inField
    } else if (sign === signs.separator && !state.inQuotes) {
      fields.push(state.field)
      state.field = ''
      state.inField = false
    } else {
      state.field += sign
      state.inField = true
    }
  }
  return state.inQuotes ? fields : [...fields, state.field]
}

const ALL_TYPES: ColumnType[] = [
  'boolean', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'varchar', 'date', 'timestamp', 'binary',
  { decimal: { precision: 5, scale: 2 } }, { varchar: 3 }, { char: 3 },
] // prettier-ignore
const NESTED: ColumnType[] = [
  { list: 'int' },
  { map: { key: 'int', value: { list: 'varchar' } } },
  { struct: [column('x', 'double'), column('y', { list: { struct: [column('z', 'date')] } })] },
]
const simple = ALL_TYPES.map((type, index) => column(`c${index}`, type))
const nested = [...simple, ...NESTED.map((type, index) => column(`n${index}`, type))]
const csv = simple.filter(({ type }) => type !== 'binary')
const groups = simple.map(() => '([^ ]*)').join(' ?')

const SERDES: [name: SerdeName, columns: Column[], parameters: Record<string, string>][] = [
  [
    'lazy-simple',
    nested,
    { 'field.delim': ' ', 'colelction.delim': ',', 'mapkey.delim': ':', 'escape.delim': '\\' },
  ],
  ['open-csv', csv, { separatorChar: ' ' }],
  ['regex', simple, { 'input.regex': groups }],
  ['grok', simple, { 'input.format': simple.map(({ name }) => `%{DATA:${name}}`).join(' ?') + '$' }],
  ['openx-json', nested, { 'ignore.malformed.json': 'true' }],
  ['hive-json', nested, {}],
  ['cloudtrail', nested, {}],
]

const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '1', '__proto__', 'constructor', '-7', '1.5', '1e400', 'NaN', 'true', '2026-11-23', '2026-11-23 01:02:03', ' ', ',', ':', '"', '\\', '\\N', '{', '}',
        '[', ']', '"c0":', '"n0":[1]', 'null', '99999999999999999999', '\u2028', '\0',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join('')),
  fc.dictionary(fc.constantFrom(...nested.map(({ name }) => name), 'other'), fc.jsonValue()).map((value) => JSON.stringify(value)),
) // prettier-ignore

for (const [name, columns, parameters] of SERDES) {
  it(`${name} makes a row of the table's columns of any line, or says what is wrong`, () => {
    const serde = serdeOf(name, columns, parameters)
    const names = new Set(columns.map((each) => each.name))
    fc.assert(
      fc.property(noise, (line) => {
        let rows: string
        try {
          rows = serde.rows(line)
        } catch (error) {
          assert.ok(error instanceof BadRow, String(error))
          assert.match(error.message, /^HIVE_(BAD_DATA|CURSOR_ERROR): /)
          return
        }
        assert.ok(rows.endsWith('\n'))
        for (const row of rows.slice(0, -1).split('\n')) {
          for (const key of Object.keys(JSON.parse(row) as object)) assert.ok(names.has(key), key)
        }
      }),
      { ...RUNS, numRuns: 500 },
    )
  })
}
