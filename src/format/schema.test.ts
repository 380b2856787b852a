import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Column, ColumnType, TableSchema } from '../base/schema.ts'
import { SCAN_PADDING, scanLines, type Scan } from './json-shape.ts'
import { markMisfits } from './misfits.ts'
import { EMPTY_SCHEMA, evolve } from './schema.ts'
import { jsonObjectText } from './testing/log-lines.ts'

function scan(lines: readonly string[]): Scan {
  const bytes = Buffer.from(lines.map((line) => `${line.toWellFormed()}\n`).join(''))
  return scanLines(Buffer.concat([bytes, Buffer.alloc(SCAN_PADDING)]), bytes.length, ['time'])
}

function evolved(schema: TableSchema, ...lines: string[]): TableSchema {
  return evolve(schema, scan(lines).root, ['dt'])
}

function typesOf(...lines: string[]): Record<string, ColumnType> {
  return Object.fromEntries(evolved(EMPTY_SCHEMA, ...lines).columns.map(({ name, type }) => [name, type]))
}

suite('types', () => {
  const cases: [string[], ColumnType | undefined][] = [
    [['1', '2'], 'bigint'],
    [['1', '2.5'], 'double'],
    [['9007199254740993', '1'], 'bigint'],
    [['9007199254740993', '2.5'], 'varchar'],
    [['9223372036854775808'], 'varchar'],
    [['1', '"x"'], 'varchar'],
    [['true', 'null'], 'boolean'],
    [['true', '1'], 'varchar'],
    [['"2026-11-23T01:02:03Z"', '"2026-11-23 01:02:03"'], 'timestamp'],
    [['"2026-11-23T01:02:03Z"', '"-"'], 'varchar'],
    [['"2026-11-23T01:02:03Z"', '1'], 'varchar'],
    [['null'], undefined],
    [['{}', '[]', '[null]', '[[]]', '{"x":null}', '"\\ud800"'], undefined],
    [['[1]', '[null,2.5]', '[]'], { list: 'double' }],
    [['[[1]]', '[["x"]]'], { list: { list: 'varchar' } }],
    [['{"X":1}', '{"y":"z"}', '{}'], { struct: [column('x', 'bigint', 'X'), column('y', 'varchar')] }],
    [['[{"x":1},{"y":2}]'], { list: { struct: [column('x', 'bigint'), column('y', 'bigint')] } }],
    [['1', '{"x":1}'], { struct: [column('x', 'bigint')] }],
  ]
  for (const [values, type] of cases) {
    test(`${values.join(' and ')}: ${JSON.stringify(type)}`, () => {
      assert.deepEqual(typesOf(...values.map((value) => `{"a":${value}}`))['a'], type)
    })
  }

  const widened: [string, string, ColumnType][] = [
    ['1', '2.5', 'double'],
    ['1', '9007199254740993', 'bigint'],
    ['2.5', '9007199254740993', 'varchar'],
    ['2.5', '1e999', 'varchar'],
    ['true', '1', 'varchar'],
    ['"2026-11-23T01:02:03Z"', '"x"', 'varchar'],
    ['1', '{"x":1}', 'bigint'],
    ['{"x":1}', '1', { struct: [column('x', 'bigint')] }],
    ['[1]', '["x"]', { list: 'varchar' }],
    ['[1]', '[{"x":1}]', { list: 'bigint' }],
  ]
  for (const [first, second, type] of widened) {
    test(`${first}, and in a later segment ${second}: ${JSON.stringify(type)}`, () => {
      const schema = evolved(evolved(EMPTY_SCHEMA, `{"a":${first}}`), `{"a":${second}}`)
      assert.deepEqual(schema.columns[0]!.type, type)
    })
  }
})

function column(name: string, type: ColumnType, key = name): Column {
  return { name, key, type }
}

test('columns stay in the order in which they were first seen', () => {
  const schema = evolved(evolved(EMPTY_SCHEMA, '{"b":1,"a":{"z":1}}'), '{"c":1,"a":{"y":1},"b":1}')
  assert.deepEqual(
    schema.columns.map(({ name }) => name),
    ['b', 'a', 'c'],
  )
  assert.equal(schema.version, 3)
})

test('what has no name of its own makes no column', () => {
  const long = 'x'.repeat(256)
  const names = Object.keys(
    typesOf(
      `{"Foo":1,"foo":1,"FOO":1,"dt":1,"DT":1,"_extra":1,"_EXTRA":1,"":1,"a\\u0001":1,"a\\u0000":1,"\\ud800":1,"${long}":1,"ok":1}`,
    ),
  )
  assert.deepEqual(names, ['foo', 'ok'])
})

test('limits: leaves of a table, keys of an object, depth', () => {
  const many = `{${Array.from({ length: 1100 }, (_, i) => `"k${i}":1`).join(',')}}`
  assert.equal(evolved(EMPTY_SCHEMA, many).columns.length, 1000)
  const [wide] = evolved(EMPTY_SCHEMA, `{"o":${many}}`, ...Array<string>(20).fill(`{"o":${many}}`)).columns
  assert.equal((wide!.type as { struct: Column[] }).struct.length, 200)
  const deep = `{"a":${'{"a":'.repeat(20)}1${'}'.repeat(20)}}`
  assert.deepEqual(evolved(EMPTY_SCHEMA, deep).columns, [])
  const shallow = `{"a":${'{"a":'.repeat(15)}1${'}'.repeat(15)}}`
  assert.equal(evolved(EMPTY_SCHEMA, shallow).columns.length, 1)
})

test('every key of an object becomes a column, until the table is wide: then rare ones do not', () => {
  const rare = (wide: object): TableSchema => {
    const lines = Array<string>(300).fill(JSON.stringify({ wide, o: { often: 1 } }))
    lines.push('{"o":{"once":1},"error":{"message":"x"}}')
    return evolved(EMPTY_SCHEMA, ...lines)
  }
  const keysOf = (schema: TableSchema, name: string): string[] | undefined => {
    const type = schema.columns.find((column) => column.name === name)?.type
    return typeof type === 'object' && 'struct' in type ? type.struct.map((column) => column.name) : undefined
  }
  const narrow = rare({ a: 1 })
  assert.deepEqual(keysOf(narrow, 'o'), ['often', 'once'])
  const wide = rare(Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`k${index}`, index])))
  assert.deepEqual(keysOf(wide, 'o'), ['often'])
  assert.deepEqual(keysOf(wide, 'wide')?.length, 120)
})

const someLines = fc.array(jsonObjectText, { maxLength: 6 })

suite('properties of evolve', () => {
  test('idempotent: the same lines again change nothing', () => {
    fc.assert(
      fc.property(someLines, someLines, (first, second) => {
        const schema = evolved(evolved(EMPTY_SCHEMA, ...first), ...second)
        assert.equal(evolved(schema, ...second), schema)
      }),
      { numRuns: 100 },
    )
  })

  test('monotone: a line that fits a schema fits all that come from it', () => {
    fc.assert(
      fc.property(someLines, someLines, jsonObjectText, (first, second, line) => {
        const before = evolved(EMPTY_SCHEMA, ...first)
        const after = evolved(before, ...second)
        // Integers past 2^53 do not go into the double that a bigint may become, and floats are respelled in varchar.
        fc.pre(!/\d{16}|\d\.\d|\d[eE]|-0/.test(line))
        if (fits(line, before)) assert.ok(fits(line, after))
      }),
      { numRuns: 150 },
    )
  })

  test('independent of the order of lines, where no two kinds of structure meet', () => {
    const flat = fc.array(
      fc.dictionary(
        fc.constantFrom('a', 'b', 'c'),
        fc.oneof(
          fc.integer(),
          fc.boolean(),
          fc.string(),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
        ),
      ),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(flat, (rows) => {
        const lines = rows.map((row) => JSON.stringify(row))
        assert.deepEqual(typesOf(...lines), sortedLike(typesOf(...lines), typesOf(...lines.toReversed())))
      }),
      { numRuns: 100 },
    )
  })
})

function sortedLike(
  order: object,
  types: Record<string, ColumnType>,
): Record<string, ColumnType | undefined> {
  return { ...Object.fromEntries(Object.keys(order).map((name) => [name, types[name]])), ...types }
}

function fits(line: string, schema: TableSchema): boolean {
  return !markMisfits(scan([line]).root, schema.columns)
}
