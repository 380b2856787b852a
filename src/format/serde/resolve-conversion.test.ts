import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'
import {
  resolveConversion,
  timestampFormatProblem,
  type DeclaredTable,
  type TableLookup,
} from './resolve-conversion.ts'

const PARQUET: FirehoseConversion['parquet'] = {
  compression: 'snappy',
  blockBytes: 1,
  pageBytes: 1,
  dictionary: true,
  writerVersion: 'V1',
}
const OPENX: FirehoseConversion['deserializer'] = {
  kind: 'openx',
  caseInsensitive: true,
  dotsToUnderscores: false,
  keyMappings: {},
}

function conversion(
  version: string,
  deserializer: FirehoseConversion['deserializer'] = OPENX,
): FirehoseConversion {
  const schema = { catalogId: '1', database: 'Lake', table: 'Events', region: 'eu-west-1', version }
  return { deserializer, schema, parquet: PARQUET }
}

const tableOf = (...columns: [name: string, type: string][]): DeclaredTable => ({
  versionId: '3',
  columns: columns.map(([name, type]) => ({ name, type })),
})

test('the newest version unless one is named', () => {
  const asked: unknown[] = []
  const lookup: TableLookup = (...of) => {
    asked.push(of)
    return tableOf(['Id', 'bigint'], ['m', 'map<string,int>'])
  }
  for (const version of ['LATEST', '', '2']) {
    const { columns, resolvedVersion } = resolveConversion(conversion(version), lookup)
    assert.equal(resolvedVersion, '3')
    assert.deepEqual(columns, [
      { name: 'id', key: 'Id', type: 'bigint' },
      { name: 'm', key: 'm', type: { map: { key: 'varchar', value: 'int' } } },
    ])
  }
  const names = ['lake', 'events']
  assert.deepEqual(asked, [
    [...names, undefined],
    [...names, undefined],
    [...names, '2'],
  ])
})

test('what can not be converted waits, and says why', () => {
  const hive: FirehoseConversion['deserializer'] = { kind: 'hive', timestampFormats: [] }
  const cases: [
    table: DeclaredTable | undefined,
    message: RegExp,
    deserializer?: FirehoseConversion['deserializer'],
  ][] = [
    [undefined, /^version 7 of the Glue table does not exist$/],
    [tableOf(), /has no columns/],
    [tableOf(['', 'int']), /a column has no name/],
    [tableOf(['a', 'int'], ['A', 'int']), /column "a" is there twice/],
    [tableOf(['a', 'array<uniontype<int>>']), /column "a" can not be written: .* at character 7 of its type/],
    [tableOf(['a.b', 'int']), /has a dot in its name/, hive],
    [tableOf(['a', 'int']), /"QQQ" is no pattern/, { kind: 'hive', timestampFormats: ['millis', 'QQQ'] }],
  ]
  for (const [table, message, deserializer] of cases) {
    assert.throws(() => resolveConversion(conversion('7', deserializer), () => table), {
      code: 'HOZON_CONVERT_SCHEMA',
      retryable: true,
      target: 'Lake.Events',
      message,
    })
  }
  assert.throws(
    () => resolveConversion(conversion('LATEST'), () => undefined),
    /^HozonError: the Glue table does not exist$/,
  )
  assert.ok(resolveConversion(conversion('1'), () => tableOf(['a.b', 'int'])).columns)
})

test('formats of timestamps', () => {
  for (const format of ['millis', "yyyy-MM-dd'T'HH:mm:ss.SSSZ"])
    assert.equal(timestampFormatProblem(format), undefined)
  for (const format of ['', 'QQ', "yyyy'", 'e', 'y'.repeat(300)])
    assert.match(timestampFormatProblem(format)!, /is no pattern/)
})
