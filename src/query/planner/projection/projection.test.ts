import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ColumnType } from '../../../base/schema.ts'
import { folderValue } from '../key-value.ts'
import { mayMatch, type KeyLeaf, type PartitionPredicate } from '../predicate.ts'
import { projectedPlaces, projectPartitions, type ProjectedTable } from './project.ts'

const NOW_MS = Date.UTC(2026, 2, 31, 12, 34, 56)
const ANY: PartitionPredicate = { kind: 'any' }

function tableOf(keys: Record<string, ColumnType>, properties: Record<string, string>): ProjectedTable {
  const partitionKeys = Object.entries(keys).map(([name, type]) => ({ name, type }))
  const Parameters = Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key.startsWith('storage') ? key : `projection.${key}`,
      value,
    ]),
  )
  const input = { Name: 't', StorageDescriptor: { Location: 's3://b/t' }, Parameters }
  return { database: 'logs', name: 't', partitionKeys, input }
}

function folders(table: ProjectedTable, predicate = ANY): string[] {
  return projectPartitions(table, predicate, NOW_MS).map(({ values }) =>
    values.map(({ folder }) => folder).join('|'),
  )
}

function compare(
  column: string,
  operator: '=' | '<>' | '<' | '<=' | '>' | '>=',
  value: string | number,
): KeyLeaf {
  return { kind: 'compare', column, operator, value }
}

describe('projected values', () => {
  const date = (range: string, format: string, more: Record<string, string> = {}): string[] => {
    const properties = { 'd.type': 'date', 'd.range': range, 'd.format': format, ...more }
    return folders(tableOf({ d: 'varchar' }, properties))
  }
  const unit = (interval: string, name: string): Record<string, string> => ({
    'd.interval': interval,
    'd.interval.unit': name,
  })

  it('of enums and integers', () => {
    assert.deepEqual(folders(tableOf({ e: 'varchar' }, { 'e.type': 'enum', 'e.values': 'a, b,a' })), [
      'a',
      ' b',
    ])
    const integer = (more: Record<string, string>, type: ColumnType = 'int'): string[] =>
      folders(tableOf({ n: type }, { 'n.type': 'integer', ...more }))
    assert.deepEqual(integer({ 'n.range': '-1,1' }), ['-1', '0', '1'])
    assert.deepEqual(integer({ 'n.range': '01,10', 'n.interval': '4', 'n.digits': '3' }), [
      '001',
      '005',
      '009',
    ])
    const huge = tableOf({ n: 'varchar' }, { 'n.type': 'integer', 'n.range': '0,9223372036854775807' })
    assert.deepEqual(folders(huge, compare('n', '=', '123456789012345678')), ['123456789012345678'])
  })

  it('of dates', () => {
    assert.deepEqual(date('2024-02-28,2024-03-01', 'yyyy-MM-dd'), ['2024-02-28', '2024-02-29', '2024-03-01'])
    assert.deepEqual(date('2025-11,NOW', 'yyyy-MM', unit('2', 'MONTHS')), ['2025-11', '2026-01', '2026-03'])
    assert.deepEqual(date('NOW-1MONTHS,NOW', 'yyyy-MM'), ['2026-02', '2026-03'])
    assert.deepEqual(date('2024,NOW', 'yyyy'), ['2024', '2025', '2026'])
    assert.deepEqual(date('NOW-2HOURS, NOW', 'yyyy/MM/dd/HH', unit('1', 'HOURS')), [
      '2026/03/31/10',
      '2026/03/31/11',
      '2026/03/31/12',
    ])
    assert.deepEqual(date('NOW,NOW+1DAY', 'ddMMMyy'), ['31Mar26', '01Apr26'])
    assert.deepEqual(date('2026-03-01,2026-03-20', 'yyyy-MM-dd', unit('1', 'weeks')), [
      '2026-03-01',
      '2026-03-08',
      '2026-03-15',
    ])
    assert.deepEqual(date('2026-01,2026-02', 'yyyy-MM', unit('1', 'DAYS')), ['2026-01', '2026-02'])
  })
})

describe('wrong projections', () => {
  const WRONG: [properties: Record<string, string>, message: RegExp][] = [
    [{}, /Missing required property: 'projection.d.type'/],
    [{ 'd.type': 'odd' }, /unknown type: odd/],
    [{ 'd.type': 'integer', 'd.range': '5' }, /'projection.d.range' is invalid: 5/],
    [{ 'd.type': 'integer', 'd.range': '5,4' }, /ends before it begins/],
    [
      { 'd.type': 'date', 'd.range': '2026-01-01 00,NOW', 'd.format': 'yyyy-MM-dd HH' },
      /interval.unit' are required/,
    ],
    [{ 'd.type': 'date', 'd.range': 'x,NOW', 'd.format': 'yyyy-MM-dd' }, /'projection.d.range' is invalid/],
    [{ 'd.type': 'integer', 'd.range': '0,1000000' }, /HIVE_EXCEEDED_PARTITION_LIMIT/],
    [
      { 'd.type': 'enum', 'd.values': 'a', 'storage.location.template': 's3://b/${x}' },
      /is missing partition column: 'd' placeholder/,
    ],
    [
      { 'd.type': 'injected' },
      /CONSTRAINT_VIOLATION: For the injected projected partition column d, the WHERE clause must contain only static equality conditions/,
    ],
  ]
  for (const [properties, message] of WRONG)
    it(String(message), () => assert.throws(() => folders(tableOf({ d: 'varchar' }, properties)), message))
})

describe('projected locations', () => {
  it('are below the table, or by the template', () => {
    const locations = (properties: Record<string, string>): string[] =>
      projectPartitions(
        tableOf(
          { a: 'varchar', n: 'int' },
          {
            'a.type': 'enum',
            'a.values': 'x',
            'n.type': 'integer',
            'n.range': '7,7',
            'n.digits': '2',
            ...properties,
          },
        ),
        ANY,
        NOW_MS,
      ).map(({ location }) => location)
    assert.deepEqual(locations({}), ['s3://b/t/a=x/n=07/'])
    assert.deepEqual(locations({ 'storage.location.template': 's3://c/${n}/${a}/${n}' }), ['s3://c/07/x/07/'])
  })

  it('are never where Hozon keeps its own objects, whatever a statement names', () => {
    const properties = { 'k.type': 'injected', 'storage.location.template': 's3://c/${k}' }
    const located = (k: string): string[] =>
      projectPartitions(tableOf({ k: 'varchar' }, properties), compare('k', '=', k), NOW_MS).map(
        ({ location }) => location,
      )
    assert.deepEqual(located('a'), ['s3://c/a/'])
    for (const k of ['_hozon', '_HOZON/streams'])
      assert.throws(() => located(k), /is where Hozon keeps its own objects/, k)
  })
})

describe('places of rows that are inserted', () => {
  const place = (type: ColumnType, properties: Record<string, string>, ...texts: string[]): string =>
    projectedPlaces(tableOf({ k: type }, properties), NOW_MS)(texts)
  const date = (format: string, more: Record<string, string> = {}): Record<string, string> => ({
    'k.type': 'date',
    'k.range': 'NOW-2DAYS,NOW',
    'k.format': format,
    ...more,
  })
  const hours = { 'k.interval': '1', 'k.interval.unit': 'HOURS' }
  const integer = {
    'k.type': 'integer',
    'k.range': '-5,9007199254740999',
    'k.digits': '2',
    'k.interval': '2',
  }

  const PLACES: [type: ColumnType, properties: Record<string, string>, text: string, folder: string][] = [
    ['varchar', { 'k.type': 'enum', 'k.values': 'a, b' }, ' b', ' b'],
    ['bigint', { 'k.type': 'enum', 'k.values': '01,9007199254740993' }, '9007199254740993', '9007199254740993'],
    ['int', { 'k.type': 'enum', 'k.values': '01,2' }, '1', '01'],
    ['bigint', integer, '-5', '-05'],
    ['bigint', integer, '3', '03'],
    ['bigint', integer, '9007199254740993', '9007199254740993'],
    ['varchar', integer, '03', '03'],
    ['varchar', date('yyyy/MM/dd'), '2026/03/30', '2026/03/30'],
    ['date', date('ddMMMyy'), '2026-03-30', '30Mar26'],
    ['timestamp', date('yyyy-MM-dd-HH', hours), '2026-03-31 11:00:00', '2026-03-31-11'],
    ['varchar', { 'k.type': 'injected' }, "it's", "it's"],
    ['int', { 'k.type': 'injected' }, '7', '7'],
    ['date', { 'k.type': 'injected' }, '2026-03-31', '2026-03-31'],
    [{ decimal: { precision: 5, scale: 2 } }, { 'k.type': 'injected' }, '-0.05', '-0.05'],
  ] // prettier-ignore
  for (const [type, properties, text, folder] of PLACES)
    it(`${text} of ${JSON.stringify(properties)}`, () =>
      assert.equal(place(type, properties, text), `s3://b/t/k=${folder}/`))

  const NONE: [type: ColumnType, properties: Record<string, string>, text: string][] = [
    ['varchar', { 'k.type': 'enum', 'k.values': 'a, b' }, 'b'],
    ['bigint', { 'k.type': 'enum', 'k.values': '9007199254740993' }, '9007199254740995'],
    ['bigint', integer, '4'],
    ['bigint', integer, '-7'],
    ['varchar', integer, '3'],
    ['varchar', date('yyyy/MM/dd'), '2026-03-30'],
    ['varchar', date('yyyy/MM/dd'), '2026/04/01'],
    ['date', date('yyyy-MM', { 'k.range': '2026-01,NOW' }), '2026-03-02'],
    ['timestamp', date('yyyy-MM-dd-HH', hours), '2026-03-31 11:00:01'],
    ['timestamp', date('yyyy-MM-dd-HH', hours), '2026-03-31 11:00:00.000001'],
    ['varchar', { 'k.type': 'injected' }, '__HIVE_DEFAULT_PARTITION__'],
  ]
  for (const [type, properties, text] of NONE)
    it(`none: ${text} of ${JSON.stringify(properties)}`, () =>
      assert.throws(
        () => place(type, properties, text),
        /HIVE_INVALID_PARTITION_VALUE: Invalid partition value/,
      ))
})

const SEED = Number(process.env['SEED'] ?? 20261123)

describe(`random predicates (SEED=${SEED})`, () => {
  const table = tableOf(
    { day: 'date', hour: 'varchar', n: 'int', kind: 'varchar' },
    {
      'day.type': 'date', 'day.range': '2026/01/01,2026/01/20', 'day.format': 'yyyy/MM/dd',
      'hour.type': 'date', 'hour.range': '00,23', 'hour.format': 'HH', 'hour.interval': '3', 'hour.interval.unit': 'HOURS',
      'n.type': 'integer', 'n.range': '-3,9', 'n.interval': '3', 'n.digits': '2',
      'kind.type': 'enum', 'kind.values': 'a,ab,b',
    },
  ) // prettier-ignore
  const all = projectPartitions(table, ANY, NOW_MS).map(({ values, location }) => {
    const read = values.map(({ cell }, index) => folderValue(cell, table.partitionKeys[index]!.type)!.value)
    const partition = new Map(read.map((value, index) => [table.partitionKeys[index]!.name, value]))
    return { partition, location, minTimeMs: undefined, maxTimeMs: undefined }
  })

  it('are for partitions that inserted rows get to', () => {
    const place = projectedPlaces(table, NOW_MS)
    for (const { values, location } of projectPartitions(table, ANY, NOW_MS))
      assert.equal(place(values.map(({ cell }) => cell)), location)
  })

  it('leave exactly the partitions that they match', () => {
    const random = randomOf(SEED)
    assert.equal(all.length, 20 * 8 * 5 * 3)
    for (let round = 0; round < 60; round++) {
      const predicate = randomPredicate(random, 3)
      const expected = all.filter((each) => mayMatch(predicate, each))
      assert.deepEqual(
        projectPartitions(table, predicate, NOW_MS)
          .map(({ location }) => location)
          .toSorted(),
        expected.map(({ location }) => location).toSorted(),
        `SEED=${SEED} ${JSON.stringify(predicate)}`,
      )
    }
  })

  function randomPredicate(random: () => number, depth: number): PartitionPredicate {
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
    if (depth > 0 && random() < 0.6) {
      const of = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
        randomPredicate(random, depth - 1),
      )
      return { kind: pick(['and', 'or'] as const), of }
    }
    const key = pick(table.partitionKeys)
    const value = (): string | number => {
      if (key.name === 'day') return 20453 + Math.floor(random() * 24) + pick([0, 0, 0.5])
      if (key.name === 'hour') return String(Math.floor(random() * 26)).padStart(2, '0')
      return key.name === 'n' ? Math.floor(random() * 16) - 5 : pick(['a', 'ab', 'b', 'c', ''])
    }
    if (random() < 0.2) return { kind: 'in', column: key.name, values: [value(), value()] }
    if (random() < 0.1) return { kind: 'null', column: key.name, isNull: random() < 0.5 }
    if (key.type === 'varchar' && random() < 0.2)
      return { kind: 'prefix', column: key.name, prefix: String(value()) }
    return compare(key.name, pick(['=', '<>', '<', '<=', '>', '>='] as const), value())
  }
})

function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
