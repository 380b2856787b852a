/** Against files that DuckDB writes. */
import { deepEqual, equal, throws } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { printGlueType } from '../../../../format/serde/glue-type.ts'
import { realFiles } from '../../../../sys/real-files.ts'
import { classifyFile } from './classify-file.ts'
import { footerBytes, parquetColumns } from './parquet-schema.ts'

const COLUMNS = {
  b: ['true', 'boolean'],
  i1: ['1::TINYINT', 'tinyint'],
  i2: ['1::SMALLINT', 'smallint'],
  i4: ['1::INTEGER', 'int'],
  i8: ['1::BIGINT', 'bigint'],
  u4: ['1::UINTEGER', 'bigint'],
  f4: ['1::FLOAT', 'float'],
  f8: ['1::DOUBLE', 'double'],
  d: ['1::DECIMAL(20,3)', 'decimal(20,3)'],
  Text: ["'a'", 'string'],
  bytes: ["'a'::BLOB", 'binary'],
  day: ["DATE '2026-01-01'", 'date'],
  at: ["TIMESTAMP '2026-01-01 00:00:00'", 'timestamp'],
  zoned: ["TIMESTAMPTZ '2026-01-01 00:00:00Z'", 'timestamp'],
  j: ["'{}'::JSON", 'string'],
  l: ['[1, 2]', 'array<int>'],
  ll: ["[['a']]", 'array<array<string>>'],
  s: ["{'x': 1, 'y': ['a']}", 'struct<x:int,y:array<string>>'],
  m: ["MAP {'a': {'z': 1.5::DOUBLE}}", 'map<string,struct<z:double>>'],
} as const

test('the columns of a Parquet file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-parquet-'))
  const path = join(directory, 'x.parquet')
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  try {
    const values = Object.entries(COLUMNS).map(([name, [value]]) => `${value} AS "${name}"`)
    await connection.run(`COPY (SELECT ${values.join(', ')}) TO '${path}'`)
    const bytes = readFileSync(path)
    const result = await classifyFile(realFiles, { path, key: 'x', bytes: bytes.length, classifiers: [] })
    if ('unknown' in result) throw new Error(result.unknown)
    equal(result.schema.classification, 'parquet')
    deepEqual(
      result.schema.columns.map(({ name, type }) => [name, printGlueType(type)]),
      Object.entries(COLUMNS).map(([name, [, type]]) => [name.toLowerCase(), type]),
    )
    const size = footerBytes(bytes.subarray(-8))!
    const footer = bytes.subarray(bytes.length - 8 - size, bytes.length - 8)
    for (let length = 0; length < 200; length += 7) throws(() => parquetColumns(footer.subarray(0, length)))
  } finally {
    connection.closeSync()
    instance.closeSync()
    rmSync(directory, { recursive: true })
  }
})
