import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { FirehoseDelivery } from '../../base/firehose-delivery.ts'
import type { Compression, DeliverConfig } from '../../base/stream.ts'
import { encodeStream } from '../../format/encodings/registry.ts'
import { prepareSegment } from '../../format/prepare-segment.ts'
import { realFiles } from '../../sys/real-files.ts'
import { refitObject } from './refit.ts'

const PROCESSING = {
  decompression: 'none',
  deaggregation: undefined,
  lambda: undefined,
  partitionQuery: undefined,
}
const FIREHOSE = {
  partitioning: undefined,
  conversion: undefined,
  processing: { ...PROCESSING, delimiter: undefined },
} as FirehoseDelivery

const DELIVER: DeliverConfig = {
  bucket: 'logs',
  prefix: '',
  errorPrefix: '',
  partitionBy: 'arrival',
  timezone: 'UTC',
  format: 'json',
  compression: 'none',
  buffer: { sizeBytes: 5_000_000, intervalMs: 60_000 },
  time: undefined,
  firehose: FIREHOSE,
}

const SEGMENTS = [
  ['{"a":1}', '{"a":2}{"a":"x"}', gzipSync('{"a":4}\n'), 'text\n'],
  [gzipSync('{"b":5}\n'), '{\n  "a": 6\n}', '\n', Buffer.from([0xff, 0x0a])],
].map((records) => Buffer.concat(records.map((record) => Buffer.from(record))))

test('an object gives the rows that its segments gave, in each compression', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hozon-refit-'))
  try {
    let schema = { version: 1, columns: [] as { name: string; key: string; type: 'bigint' }[] }
    const prepareAll = async (evolve: boolean): Promise<string> => {
      let rows = ''
      for (const [index, bytes] of SEGMENTS.entries()) {
        const scratch = await mkdtemp(join(folder, 'scratch-'))
        const path = join(scratch, 'data')
        await writeFile(path, bytes)
        const times = { firstArrivalMs: 0, lastArrivalMs: 0 }
        const job = {
          stream: 's',
          segment: index,
          path,
          bytes: bytes.length,
          ...times,
          deliver: DELIVER,
          scratch,
        }
        const prepared = await prepareSegment(realFiles, {
          ...job,
          schema,
          evolve,
          recordEnds: Uint32Array.of(bytes.length),
        })
        if (evolve) schema = prepared.schema as typeof schema
        rows += await readFile(prepared.parts[0]!.fitPath, 'utf8')
      }
      return rows
    }
    await prepareAll(true)
    const hot = await prepareAll(false)
    assert.equal(hot.split('\n').length - 1, 8)
    for (const compression of ['none', 'gzip', 'zip', 'snappy', 'hadoop-snappy'] as Compression[]) {
      const chunks: Buffer[] = []
      const entry = { entryName: 'e', modifiedMs: 0 }
      for await (const chunk of encodeStream(compression, SEGMENTS, entry)) chunks.push(chunk)
      const path = join(folder, `object-${compression}`)
      const out = join(folder, `rows-${compression}`)
      await writeFile(path, Buffer.concat(chunks))
      const scratch = join(folder, 'refit')
      const job = { stream: 's', path, compression, deliver: DELIVER, schema, out, scratch }
      const { bytes, rows } = await refitObject(realFiles, job)
      assert.equal(await readFile(out, 'utf8'), hot, compression)
      assert.deepEqual([bytes, rows], [Buffer.byteLength(hot), 8])
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
