/**
 * Random Glue schemas and values -> JSON records -> deserializer -> Parquet -> read back: each value is what went in, and
 * the file's types are the table's. What is expected is said next to the JSON by the generator, in the words of DuckDB.
 */
import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'
import type { Column } from '../../base/schema.ts'
import { createByteWriter } from '../../format/byte-writer.ts'
import { quoteText, selectFromJson } from '../../format/json-columns.ts'
import { createDeserializer } from '../../format/serde/deserializer.ts'
import { parseGlueType } from '../../format/serde/glue-type.ts'
import { withFolder } from '../../format/testing/segments.ts'
import { realFiles } from '../../sys/real-files.ts'
import { openLocalConverter } from './convert-files.ts'
import type { ParquetLayout } from './contract.ts'

const engine = await DuckDBInstance.create(':memory:', { threads: '2' })
const connection = await engine.connect()
await connection.run("SET TimeZone = 'UTC'")
const converter = openLocalConverter(realFiles, { threads: 2, memoryMiB: 256, temporary: '' })
after(async () => {
  connection.closeSync()
  engine.closeSync()
  await converter.close()
})

const OPTIONS: FirehoseConversion['deserializer'][] = [
  { kind: 'openx', caseInsensitive: false, dotsToUnderscores: false, keyMappings: {} },
  { kind: 'hive', timestampFormats: [] },
]
const LAYOUT: ParquetLayout = {
  blockBytes: 256 << 20,
  pageBytes: 1 << 20,
  dictionary: true,
  writerVersion: 'V1',
}

/** A value as a record writes it, and as DuckDB shows it as JSON. */
interface Sample {
  json: string
  shown: unknown
}

interface Kind {
  glue: string
  duckdb: string
  sample: fc.Arbitrary<Sample>
}

const sample = (json: string, shown: unknown): Sample => ({ json, shown })
const asWritten = (text: string): Sample => sample(JSON.stringify(text), text)

const integer = (glue: string, duckdb: string, bits: bigint): Kind => ({
  glue,
  duckdb,
  sample: fc
    .bigInt({ min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n })
    .map((value) => sample(String(value), bits === 64n ? String(value) : Number(value))),
})

const float = (glue: string, duckdb: string, values: fc.Arbitrary<number>): Kind => ({
  glue,
  duckdb,
  sample: values.map((value) => sample(Object.is(value, -0) ? '-0.0' : String(value), value)),
})

const timestamp = fc
  .bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n })
  .map((micros) => {
    const second = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n)
    const fraction = String(micros - second * 1_000_000n).padStart(6, '0')
    const date = new Date(Number(second) * 1000).toISOString().slice(0, 19).replace('T', ' ')
    const shown = fraction === '000000' ? date : `${date}.${fraction.replace(/0+$/, '')}`
    return sample(`"${date}.${fraction}789"`, shown)
  })

const decimal = fc
  .integer({ min: 1, max: 38 })
  .chain((precision) => fc.tuple(fc.constant(precision), fc.integer({ min: 0, max: precision })))
  .map(([precision, scale]): Kind => ({
    glue: `decimal(${precision},${scale})`,
    duckdb: `DECIMAL(${precision},${scale})`,
    sample: fc
      .bigInt({ min: 1n - 10n ** BigInt(precision), max: 10n ** BigInt(precision) - 1n })
      .map((value) => {
        const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
        const text = `${value < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${scale === 0 ? '' : '.'}${digits.slice(digits.length - scale)}`
        return sample(text, text)
      }),
  }))

const text = fc.string({ unit: 'binary', maxLength: 12 })

const scalars: fc.Arbitrary<Kind> = fc.oneof(
  fc.constantFrom<Kind>(
    integer('tinyint', 'TINYINT', 8n),
    integer('smallint', 'SMALLINT', 16n),
    integer('int', 'INTEGER', 32n),
    integer('bigint', 'BIGINT', 64n),
    float('float', 'FLOAT', fc.float({ noNaN: true, noDefaultInfinity: true })),
    float('double', 'DOUBLE', fc.double({ noNaN: true, noDefaultInfinity: true })),
    { glue: 'boolean', duckdb: 'BOOLEAN', sample: fc.boolean().map((value) => sample(String(value), value)) },
    { glue: 'string', duckdb: 'VARCHAR', sample: text.map(asWritten) },
    {
      glue: 'varchar(40)',
      duckdb: 'VARCHAR',
      sample: text.map(asWritten),
    },
    { glue: 'char(40)', duckdb: 'VARCHAR', sample: text.map((value) => asWritten(`${value}.`)) },
    { glue: 'timestamp', duckdb: 'TIMESTAMP', sample: timestamp },
    {
      glue: 'date',
      duckdb: 'DATE',
      sample: fc
        .integer({ min: -719_162, max: 2_932_896 })
        .map((days) => asWritten(new Date(days * 86_400_000).toISOString().slice(0, 10))),
    },
    {
      glue: 'binary',
      duckdb: 'BLOB',
      sample: fc.uint8Array({ maxLength: 12 }).map((bytes) => {
        // The client shows printable bytes as they are, but for quotes.
        const shown = [...bytes].map((byte) =>
          byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x27
            ? String.fromCharCode(byte)
            : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        return sample(JSON.stringify(Buffer.from(bytes).toString('base64')), shown.join(''))
      }),
    },
  ),
  decimal,
)

const orNull = (kind: Kind): fc.Arbitrary<Sample> =>
  fc.oneof({ weight: 5, arbitrary: kind.sample }, fc.constant(sample('null', null)))

const listOf = (element: Kind): Kind => ({
  glue: `array<${element.glue}>`,
  duckdb: `${element.duckdb}[]`,
  sample: fc.array(orNull(element), { maxLength: 4 }).map((items) =>
    sample(
      `[${items.map(({ json }) => json).join(', ')}]`,
      items.map(({ shown }) => shown),
    ),
  ),
})

const mapOf = (value: Kind): Kind => ({
  glue: `map<string,${value.glue}>`,
  duckdb: `MAP(VARCHAR, ${value.duckdb})`,
  sample: fc
    .uniqueArray(fc.tuple(text, orNull(value)), { selector: ([key]) => key, maxLength: 4 })
    .map((entries) =>
      sample(
        `{${entries.map(([key, { json }]) => `${JSON.stringify(key)}:${json}`).join(',')}}`,
        entries.map(([key, { shown }]) => ({ key, value: shown })),
      ),
    ),
})

const structOf = (members: Kind[]): Kind => ({
  glue: `struct<${members.map(({ glue }, at) => `f${at}:${glue}`).join(',')}>`,
  duckdb: `STRUCT(${members.map(({ duckdb }, at) => `f${at} ${duckdb}`).join(', ')})`,
  sample: fc
    .tuple(...members.map(orNull))
    .map((values) =>
      sample(
        `{${values.map(({ json }, at) => `"f${at}":${json}`).join(',')},"unknown":[1]}`,
        Object.fromEntries(values.map(({ shown }, at) => [`f${at}`, shown])),
      ),
    ),
})

const { kind: kinds } = fc.letrec<{ kind: Kind }>((tie) => ({
  kind: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    scalars,
    tie('kind').map(listOf),
    tie('kind').map(mapOf),
    fc.array(tie('kind'), { minLength: 1, maxLength: 3 }).map(structOf),
  ),
}))

const tables = fc
  .array(kinds, { minLength: 1, maxLength: 6 })
  .chain((table) =>
    fc.tuple(fc.constant(table), fc.array(fc.tuple(...table.map(orNull)), { minLength: 1, maxLength: 8 })),
  )

function columnsOf(types: readonly string[]): Column[] {
  return types.map((glue, at) => {
    const parsed = parseGlueType(glue)
    assert.ok('type' in parsed, glue)
    return { name: `c${at}`, key: `c${at}`, type: parsed.type }
  })
}

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson()
}

interface Converted {
  out: string
  part: string
  rows: number
}

async function convert(
  folder: string,
  columns: Column[],
  records: readonly string[],
  { options = OPTIONS[0]!, layout = LAYOUT, compression = 'snappy' as 'snappy' | 'gzip' | 'none' } = {},
): Promise<Converted> {
  const lines = createByteWriter()
  const deserializer = createDeserializer(options, columns)
  let rows = 0
  for (const record of records) {
    const outcome = deserializer.deserialize(Buffer.from(record), lines)
    assert.ok(outcome.kind === 'rows', `${record}: ${JSON.stringify(outcome)}`)
    rows += outcome.rows
  }
  const [part, out] = [join(folder, 'part'), join(folder, 'out.parquet')]
  await writeFile(part, lines.view())
  const schema = { version: 1, columns }
  await converter.convert({ parts: [part], schema, rows, out, compression, layout, metadata: {} })
  return { out, part, rows }
}

suite('format conversion', () => {
  test('property: what a record holds is in the file, with the types of the table', async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.constantFrom(...OPTIONS), async ([table, rows], options) => {
        await withFolder(async (folder) => {
          const columns = columnsOf(table.map(({ glue }) => glue))
          const records = rows.map((row) => `{${row.map(({ json }, at) => `"c${at}":${json}`).join(',')}}`)
          const { out, part } = await convert(folder, columns, records, { options })
          const expected = rows.map((row) =>
            Object.fromEntries(row.map(({ shown }, at) => [`c${at}`, shown])),
          )
          assert.deepEqual(await rowsOf(`FROM ${quoteText(out)}`), expected)
          const described = await rowsOf(`DESCRIBE FROM ${quoteText(out)}`)
          assert.deepEqual(
            described.map(({ column_type: type }) => type),
            table.map(({ duckdb }) => duckdb),
          )
          const schema = { version: 1, columns }
          const hot = await rowsOf(
            selectFromJson({ paths: [part], schema, hasExtra: false, lineBytesMax: 1 << 20 }),
          )
          assert.deepEqual(hot, expected)
        })
      }),
      { numRuns: 60, seed: 20_261_123 },
    )
  })

  test('the types that Parquet itself names', async () => {
    await withFolder(async (folder) => {
      const glue =
        'tinyint,smallint,int,bigint,float,double,decimal(9|2),decimal(38|2),string,char(3),boolean,date,timestamp,binary'
      const types = glue.split(',').map((type) => type.replace('|', ','))
      const { out } = await convert(folder, columnsOf(types), ['{}'])
      const leaves = await rowsOf(
        `SELECT type, converted_type, logical_type FROM parquet_schema(${quoteText(out)}) WHERE type IS NOT NULL`,
      )
      assert.deepEqual(
        leaves.map(({ type, converted_type: converted }) => `${String(type)} ${String(converted)}`),
        [
          'INT32 INT_8',
          'INT32 INT_16',
          'INT32 INT_32',
          'INT64 INT_64',
          'FLOAT null',
          'DOUBLE null',
          'INT32 DECIMAL',
          'FIXED_LEN_BYTE_ARRAY DECIMAL',
          'BYTE_ARRAY UTF8',
          'BYTE_ARRAY UTF8',
          'BOOLEAN null',
          'INT32 DATE',
          'INT64 TIMESTAMP_MICROS',
          'BYTE_ARRAY null',
        ],
      )
      assert.match(String(leaves[12]!['logical_type']), /isAdjustedToUTC=0.*MicroSeconds/)
    })
  })

  test('keys of maps have their types', async () => {
    await withFolder(async (folder) => {
      const types = ['map<int,int>', 'map<decimal(4,1),string>', 'map<timestamp,date>', 'map<boolean,double>']
      const record = `{"c0":{"7":1},"c1":{"1.25":"x"},"c2":{"2026-11-23 01:02:03":"2026-11-23"},"c3":{"true":1}}`
      for (const options of OPTIONS) {
        const { out } = await convert(folder, columnsOf(types), [record], { options })
        assert.deepEqual(await rowsOf(`FROM ${quoteText(out)}`), [
          {
            c0: [{ key: 7, value: 1 }],
            c1: [{ key: '1.3', value: 'x' }],
            c2: [{ key: '2026-11-23 01:02:03', value: '2026-11-23' }],
            c3: [{ key: true, value: 1 }],
          },
        ])
      }
    })
  })

  test('zero keeps its sign', async () => {
    await withFolder(async (folder) => {
      const { out } = await convert(folder, columnsOf(['double', 'float']), ['{"c0":-0.0,"c1":-0.0}'])
      assert.deepEqual(await rowsOf(`SELECT signbit(c0) AS a, signbit(c1) AS b FROM ${quoteText(out)}`), [
        { a: true, b: true },
      ])
    })
  })

  test('the layout that the stream asks for', async () => {
    await withFolder(async (folder) => {
      const columns = columnsOf(['string'])
      const records = Array.from({ length: 6000 }, (_, at) => `{"c0":"${String(at % 7).repeat(50)}"}`)
      const metadata = async (
        layout: Partial<ParquetLayout>,
        compression: 'snappy' | 'gzip' | 'none' = 'snappy',
      ): Promise<Record<string, unknown>[]> => {
        const { out } = await convert(folder, columns, records, {
          layout: { ...LAYOUT, ...layout },
          compression,
        })
        assert.ok((await stat(out)).size > 0)
        return rowsOf(
          `SELECT compression, encodings, row_group_num_rows AS n FROM parquet_metadata(${quoteText(out)})`,
        )
      }
      const first = async (...of: Parameters<typeof metadata>): Promise<unknown[]> =>
        Object.values((await metadata(...of))[0]!)
      assert.deepEqual(await first({}), ['SNAPPY', 'PLAIN_DICTIONARY', '6000'])
      assert.deepEqual(await first({ writerVersion: 'V2' }, 'gzip'), ['GZIP', 'RLE_DICTIONARY', '6000'])
      assert.deepEqual(await first({ dictionary: false }, 'none'), ['UNCOMPRESSED', 'PLAIN', '6000'])
      const groups = await metadata({ blockBytes: 200_000 })
      assert.deepEqual(
        groups.map(({ n }) => Number(n)),
        [4096, 1904],
      )
    })
  })
})
