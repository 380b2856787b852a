import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as duck from '@duckdb/node-api'
import { athenaText } from './athena-text.ts'
import { resultColumn } from './athena-types.ts'
import { javaDouble, shortestFloat } from './scalar-text.ts'

const MICROS = 1_000_000n
/** 2017-01-02 03:04:05.678912 */
const AT = 1_483_326_245n * MICROS + 678_912n

test('values print as in GetQueryResults', () => {
  const cases: [duck.DuckDBType, duck.DuckDBValue, string][] = [
    [duck.BOOLEAN, true, 'true'],
    [duck.BIGINT, 9_223_372_036_854_775_807n, '9223372036854775807'],
    [duck.HUGEINT, -5n, '-5'],
    [duck.DOUBLE, 0.25, '0.25'],
    [duck.DOUBLE, 1e10, '1.0E10'],
    [duck.FLOAT, Math.fround(0.1), '0.1'],
    [duck.FLOAT, Math.fround(3.4e38), '3.4E38'],
    [duck.DECIMAL(10, 2), new duck.DuckDBDecimalValue(-110n, 10, 2), '-1.10'],
    [duck.VARCHAR, 'a, "b"', 'a, "b"'],
    [duck.DATE, new duck.DuckDBDateValue(17_168), '2017-01-02'],
    [duck.DATE, new duck.DuckDBDateValue(-719_162), '0001-01-01'],
    [duck.TIMESTAMP, new duck.DuckDBTimestampValue(AT), '2017-01-02 03:04:05.678'],
    [duck.TIMESTAMP, new duck.DuckDBTimestampValue(-1n), '1969-12-31 23:59:59.999'],
    [duck.TIMESTAMP_S, new duck.DuckDBTimestampSecondsValue(AT / MICROS), '2017-01-02 03:04:05.000'],
    [duck.TIMESTAMP_NS, new duck.DuckDBTimestampNanosecondsValue(AT * 1000n), '2017-01-02 03:04:05.678'],
    [duck.TIMESTAMPTZ, new duck.DuckDBTimestampTZValue(AT), '2017-01-02 03:04:05.678 UTC'],
    [duck.TIME, new duck.DuckDBTimeValue(3_723_000_001n), '01:02:03.000'],
    [duck.BLOB, new duck.DuckDBBlobValue(Buffer.from('1\xff2', 'latin1')), '31 ff 32'],
    [duck.LIST(duck.INTEGER), duck.listValue([1, null, 2]), '[1, null, 2]'],
    [duck.LIST(duck.VARCHAR), duck.listValue(['a', '']), '[a, ]'],
    [duck.MAP(duck.VARCHAR, duck.DOUBLE), duck.mapValue([{ key: 'k', value: 2 }]), '{k=2.0}'],
    [
      duck.STRUCT({ a: duck.INTEGER, b: duck.LIST(duck.VARCHAR) }),
      duck.structValue({ a: null, b: duck.listValue(['x']) }),
      '{a=null, b=[x]}',
    ],
  ]
  for (const [type, value, text] of cases) assert.equal(athenaText(type)(value), text, String(type))
})

test('a sum beyond a bigint is an error, as at Athena', () => {
  assert.throws(() => athenaText(duck.HUGEINT)(2n ** 63n), /bigint overflow: 9223372036854775808/)
})

test('doubles as Java prints them', () => {
  const cases: [number, string][] = [
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [-1.5, '-1.5'],
    [9_999_999, '9999999.0'],
    [10_000_000, '1.0E7'],
    [123_456_789.25, '1.2345678925E8'],
    [0.001, '0.001'],
    [0.000_999, '9.99E-4'],
    [5e-324, '5.0E-324'],
    [1.7976931348623157e308, '1.7976931348623157E308'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ]
  for (const [value, text] of cases) assert.equal(javaDouble(value), text)
  for (const text of ['0.1', '16777216', '3.4028235e38', '1e-45'])
    assert.equal(shortestFloat(Math.fround(Number(text))), Number(text))
})

test('columns are described by name, precision and scale', () => {
  const cases: [duck.DuckDBType, string][] = [
    [duck.BOOLEAN, 'boolean 0 0'],
    [duck.TINYINT, 'tinyint 3 0'],
    [duck.SMALLINT, 'smallint 5 0'],
    [duck.INTEGER, 'integer 10 0'],
    [duck.BIGINT, 'bigint 19 0'],
    [duck.FLOAT, 'float 17 0'],
    [duck.DOUBLE, 'double 17 0'],
    [duck.VARCHAR, 'varchar 2147483647 0'],
    [duck.TIMESTAMP, 'timestamp 3 0'],
    [duck.TIMESTAMPTZ, 'timestamp with time zone 3 0'],
    [duck.TIME, 'time 3 0'],
    [duck.DATE, 'date 0 0'],
    [duck.BLOB, 'varbinary 1073741824 0'],
    [duck.DECIMAL(10, 2), 'decimal 10 2'],
    [duck.LIST(duck.DECIMAL(3, 1)), 'array 0 0'],
    [duck.MAP(duck.VARCHAR, duck.INTEGER), 'map 0 0'],
    [duck.STRUCT({ a: duck.TIMESTAMPTZ }), 'row 0 0'],
  ]
  for (const [type, text] of cases) {
    const column = resultColumn('c', type)
    assert.equal(`${column.type} ${column.precision} ${column.scale}`, text)
  }
})
