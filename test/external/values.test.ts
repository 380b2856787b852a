/** Rows of hostile lines are read by DuckDB by the declared types, all of them, with every text as it was. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import type { Column, ColumnType } from '../../src/base/schema.ts'
import { selectFromJson } from '../../src/format/json-columns.ts'
import { createTextSerde } from '../../src/format/serde/file-format.ts'

const TYPES: ColumnType[] = [
  'boolean', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'date', 'timestamp', 'binary',
  { decimal: { precision: 5, scale: 2 } }, { decimal: { precision: 38, scale: 0 } }, { varchar: 3 }, { char: 3 },
  { list: 'double' },
  { list: { list: 'binary' } },
  { map: { key: 'varchar', value: 'int' } },
  { map: { key: 'double', value: 'timestamp' } },
  { map: { key: 'date', value: { list: 'varchar' } } },
  { struct: [{ name: 'x', key: 'x', type: 'float' }, { name: 'y', key: 'y', type: { list: { decimal: { precision: 4, scale: 1 } } } }] },
] // prettier-ignore
const columns: Column[] = [
  { name: 'whole', key: 'whole', type: 'varchar' },
  ...TYPES.map((type, index) => ({ name: `c${index}`, key: `c${index}`, type })),
]

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.toWellFormed().replace(/[\r\n\t\x7f]/g, '')),
  fc.double().map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().replace('T', ' ').replace('Z', '')),
  fc.constantFrom('true', 'NaN', '-Infinity', '1970-01-01', '0001-01-01', '9999-12-31 23:59:59.999999999', 'a:1|b:2|a:3', '1:x|01:y', '\u0000', '\\N'),
  fc.array(fc.constantFrom('1', '-2.5', 'NaN', '', 'x:1', '1e9'), { maxLength: 4 }).map((items) => items.join('|')),
) // prettier-ignore

it('rows of LazySimpleSerDe', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hozon-values-'))
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    await connection.run("SET TimeZone = 'UTC'")
    const parameters = { 'field.delim': '\t', 'colelction.delim': '|', 'mapkey.delim': ':' }
    const format = {
      serde: 'lazy-simple',
      records: 'line',
      parameters,
      skipHeaderLines: 0,
      skipFooterLines: 0,
    } as const
    const serde = createTextSerde(format, columns)
    const samples = fc.sample(fc.tuple(value, ...TYPES.map(() => value)), { numRuns: 3000, seed: 20261123 })
    const path = join(directory, 'rows.jsonl')
    await writeFile(path, samples.map((fields) => serde.rows(fields.join('\t'))).join(''))
    const sql = selectFromJson({
      paths: [path],
      schema: { version: 1, columns },
      hasExtra: false,
      lineBytesMax: 1024 * 1024,
    })
    const rows = (await connection.runAndReadAll(sql)).getRows()
    assert.equal(rows.length, samples.length)
    for (const [index, [whole]] of samples.entries()) {
      assert.equal(rows[index]![0], whole === '\\N' ? null : whole)
    }
    for (let at = 1; at < columns.length; at++) {
      assert.ok(
        rows.some((row) => row[at] !== null),
        `${columns[at]!.name} has values`,
      )
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
    await rm(directory, { recursive: true })
  }
})
