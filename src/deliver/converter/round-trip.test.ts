import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { gunzipSync, gzipSync, crc32 } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { quoteText, selectFromJson } from '../../format/json-columns.ts'
import type { Prepared } from '../../format/prepare.ts'
import { jsonObjectText } from '../../format/testing/log-lines.ts'
import { lossOf } from '../../format/testing/nothing-lost.ts'
import { linesOf, prepareBytes, withFolder, type JobPatch } from '../../format/testing/segments.ts'
import { realFiles } from '../../sys/real-files.ts'
import { openLocalConverter } from './convert-files.ts'

const engine = await DuckDBInstance.create(':memory:', { threads: '2' })
const connection = await engine.connect()
await connection.run("SET TimeZone = 'UTC'")
const converter = openLocalConverter(realFiles, { threads: 2, memoryMiB: 256, temporary: '' })
after(async () => {
  connection.closeSync()
  engine.closeSync()
  await converter.close()
})

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson()
}

const ONE_PART: JobPatch = { deliver: { partitionBy: 'arrival' } }

async function toParquet(
  folder: string,
  prepared: Prepared,
): Promise<{ out: string; bytes: number; crc32: string }> {
  const out = join(folder, 'out.parquet')
  const rows = prepared.parts.reduce((sum, part) => sum + part.rows, 0)
  const parts = prepared.parts.map(({ fitPath }) => fitPath)
  const written = await converter.convert({
    parts,
    schema: prepared.schema,
    rows,
    out,
    compression: 'zstd',
    metadata: { 'hozon.stream': "it's" },
  })
  return { out, bytes: written.bytes, crc32: written.crc32 }
}

/** Each line is in its row, in the Parquet file and in what queries read of the buffer. */
async function checkKept(folder: string, lines: string[], prepared: Prepared): Promise<void> {
  const { out } = await toParquet(folder, prepared)
  const cold = await rowsOf(`FROM read_parquet(${quoteText(out)}, hive_partitioning = false)`)
  const paths = prepared.parts.map(({ fitPath }) => fitPath)
  const hot = await rowsOf(selectFromJson({ paths, schema: prepared.schema, lineBytesMax: 1 << 20 }))
  assert.deepEqual(cold, hot)
  assert.equal(cold.length, lines.length)
  for (const [index, row] of cold.entries()) {
    assert.equal(
      lossOf(lines[index]!, prepared.schema.columns, row, row['_extra'] as string | null),
      undefined,
    )
  }
}

suite('nothing is lost between a line and its row', () => {
  test('property: random documents into an evolving and into a fixed schema', async () => {
    const segments = fc.array(fc.array(jsonObjectText, { minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(segments, fc.boolean(), async (texts, evolves) => {
        await withFolder(async (folder) => {
          let schema = { version: 1, columns: [] } as Prepared['schema']
          for (const [index, segment] of texts.entries()) {
            const lines = segment.map((line) => line.toWellFormed())
            const evolve = evolves || index === 0
            const prepared = await prepareBytes(folder, linesOf(...lines), { ...ONE_PART, schema, evolve })
            await checkKept(folder, lines, prepared)
            schema = prepared.schema
          }
        })
      }),
      { numRuns: 40 },
    )
  })

  test('a megabyte in one line', async () => {
    await withFolder(async (folder) => {
      const lines = ['{"a":"x"}', `{"a":"${'y'.repeat(3 << 20)}","b":[${'1,'.repeat(100_000)}1]}`]
      const { out } = await toParquet(folder, await prepareBytes(folder, linesOf(...lines), ONE_PART))
      const [row] = await rowsOf(`SELECT max(length(a)) AS a, max(len(b)) AS b FROM ${quoteText(out)}`)
      assert.deepEqual(row, { a: String(3 << 20), b: '100001' })
    })
  })

  test('times are in UTC whatever zone they name', async () => {
    await withFolder(async (folder) => {
      const lines = [
        '{"t":"2026-11-23T09:00:00+09:00"}',
        '{"t":"2026-11-23T00:00:00.000001Z"}',
        '{"t":"2026-11-22 23:00:00-0100"}',
        '{"t":"2026-11-23 00:00:00"}',
      ]
      const { out } = await toParquet(folder, await prepareBytes(folder, linesOf(...lines), ONE_PART))
      assert.deepEqual(await rowsOf(`SELECT t::VARCHAR AS t, typeof(t) AS type FROM ${quoteText(out)}`), [
        { t: '2026-11-23 00:00:00', type: 'TIMESTAMP' },
        { t: '2026-11-23 00:00:00.000001', type: 'TIMESTAMP' },
        { t: '2026-11-23 00:00:00', type: 'TIMESTAMP' },
        { t: '2026-11-23 00:00:00', type: 'TIMESTAMP' },
      ])
    })
  })
})

suite('files', () => {
  test('a Parquet file names its stream, and its size and checksum are those of its bytes', async () => {
    await withFolder(async (folder) => {
      const {
        out,
        bytes,
        crc32: checksum,
      } = await toParquet(folder, await prepareBytes(folder, linesOf('{"a":1}'), ONE_PART))
      const content = await readFile(out)
      assert.deepEqual([bytes, Number.parseInt(checksum, 16)], [content.length, crc32(content)])
      assert.deepEqual(
        await rowsOf(
          `SELECT decode(value) AS value FROM parquet_kv_metadata(${quoteText(out)}) WHERE decode(key) = 'hozon.stream'`,
        ),
        [{ value: "it's" }],
      )
    })
  })

  test('a wrong number of rows is an error', async () => {
    await withFolder(async (folder) => {
      const { parts, schema } = await prepareBytes(folder, linesOf('{"a":1}', '{"a":2}'), ONE_PART)
      const job = {
        parts: [parts[0]!.fitPath],
        schema,
        rows: 3,
        out: join(folder, 'x.parquet'),
        compression: 'zstd' as const,
        metadata: {},
      }
      await assert.rejects(converter.convert(job), { code: 'HOZON_CONVERT_ROWS' })
    })
  })

  test('original lines are compressed as they are, one part after the other', async () => {
    await withFolder(async (folder) => {
      const first = await prepareBytes(folder, linesOf('{"a":1}'), ONE_PART)
      const second = await prepareBytes(folder, linesOf('{"a": 2}'), ONE_PART)
      const out = join(folder, 'out.gz')
      const encoded = await converter.encode({
        parts: [first.parts[0]!.path, second.parts[0]!.path],
        out,
        compression: 'gzip',
      })
      const content = await readFile(out)
      assert.deepEqual(gunzipSync(content), linesOf('{"a":1}', '{"a": 2}'))
      assert.deepEqual([encoded.bytes, Number.parseInt(encoded.crc32, 16)], [content.length, crc32(content)])
    })
  })
})

test('CloudTrail: every event, every field, and a file smaller than gzip makes it', async () => {
  const fixture = new URL('../../../test/fixtures/real/cloudtrail.ndjson.gz', import.meta.url)
  const bytes = gunzipSync(await readFile(fixture))
  const lines = bytes.toString().split('\n').slice(0, -1)
  await withFolder(async (folder) => {
    const prepared = await prepareBytes(folder, bytes, {
      deliver: { partitionBy: 'arrival', time: 'eventTime' },
    })
    assert.deepEqual([prepared.records, prepared.rejected, prepared.blank], [2900, 0, 0])
    await checkKept(folder, lines, prepared)
    const { out, bytes: size } = await toParquet(folder, prepared)
    assert.ok(size < gzipSync(bytes, { level: 6 }).length, `${size} bytes`)
    const events = lines.map(
      (line) =>
        JSON.parse(line) as { eventName: string; additionalEventData?: { bytesTransferredOut?: number } },
    )
    const [sums] = await rowsOf(
      `SELECT count(*) AS n, count(DISTINCT eventname) AS names, sum(additionaleventdata.bytestransferredout)::BIGINT AS out FROM ${quoteText(out)}`,
    )
    const total = events.reduce(
      (sum, event) => sum + (event.additionalEventData?.bytesTransferredOut ?? 0),
      0,
    )
    assert.deepEqual(sums, {
      n: '2900',
      names: String(new Set(events.map(({ eventName }) => eventName)).size),
      out: String(total),
    })
  })
})
