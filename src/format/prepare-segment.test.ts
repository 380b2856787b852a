import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import type { TableSchema } from '../base/schema.ts'
import { ARRIVAL_MS, linesOf, prepareBytes, withFolder, type JobPatch } from './testing/segments.ts'
import type { Prepared } from './prepare.ts'

async function prepare(
  bytes: Buffer,
  use: (prepared: Prepared) => Promise<void>,
  patch?: JobPatch,
): Promise<void> {
  await withFolder(async (folder) => use(await prepareBytes(folder, bytes, patch)))
}

async function textLines(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').slice(0, -1)
}

const NOON = '{"time":"2026-11-23T12:00:00Z","a":1}'

suite('parts', () => {
  test('lines that fit and belong together are not copied', async () => {
    const bytes = linesOf(
      NOON,
      '{"time":"2026-11-23T10:59:59.999Z","a":2}',
      '{"time":"2026-11-23T11:00:00Z"}',
    )
    await prepare(bytes, async ({ parts, records, errors, blank, schema }) => {
      assert.equal(parts.length, 1)
      const [part] = parts
      assert.equal(part!.path, part!.fitPath)
      assert.deepEqual(await readFile(part!.path), bytes)
      assert.deepEqual(
        [part!.prefix, part!.values],
        ['web/dt=2026-11-23/', [{ key: 'dt', value: '2026-11-23' }]],
      )
      assert.deepEqual([part!.rows, part!.late, part!.bytes], [3, 1, bytes.length])
      assert.deepEqual([part!.minTimeMs, part!.maxTimeMs], [ARRIVAL_MS - 3_600_001, ARRIVAL_MS])
      assert.deepEqual([records, errors, blank, schema.version], [3, undefined, 0, 2])
    })
  })

  test('by the event time in the zone of the stream, without one by arrival', async () => {
    const bytes = linesOf(
      '{"time":"2026-11-22T15:00:00Z"}',
      '{"time":"2026-11-22T14:59:59Z"}',
      '{"time":"2026-11-23 05:00:00"}',
      '{"time":"soon"}',
      '{}',
    )
    await prepare(
      bytes,
      async ({ parts }) => {
        assert.deepEqual(
          parts.map(({ prefix, rows }) => [prefix, rows]),
          [
            ['web/dt=2026-11-23/', 4],
            ['web/dt=2026-11-22/', 1],
          ],
        )
        assert.deepEqual(await textLines(parts[1]!.path), ['{"time":"2026-11-22T14:59:59Z"}'])
      },
      { deliver: { timezone: 'Asia/Tokyo' } },
    )
  })

  test('by arrival where that is asked for; the times are known all the same', async () => {
    await prepare(
      linesOf('{"time":"1999-01-01T00:00:00Z"}', NOON),
      async ({ parts }) => {
        assert.deepEqual(
          parts.map(({ prefix, rows, late }) => [prefix, rows, late]),
          [['web/dt=2026-11-23/', 2, 1]],
        )
        assert.equal(parts[0]!.minTimeMs, Date.parse('1999-01-01T00:00:00Z'))
      },
      { deliver: { partitionBy: 'arrival' } },
    )
  })

  test('thousands of them, each with its lines in their order', async () => {
    const lines = Array.from(
      { length: 6000 },
      (_, i) => `{"ts":${1_700_000_000 + (i % 2000) * 86_400},"n":${i}}`,
    )
    await prepare(linesOf(...lines), async ({ parts }) => {
      assert.equal(parts.length, 2000)
      assert.deepEqual(await textLines(parts[1999]!.path), [lines[1999], lines[3999], lines[5999]])
    })
  })

  test('property of times: the quick way within a minute gives what the full one gives', async () => {
    const texts = [
      '01.5Z',
      '59.999Z',
      '00.000Z',
      '60.000Z',
      '01.50Z',
      '01.5+09:00',
      '01.5 Z',
      '01,500Z',
      '7x.000Z',
      '01.123456789Z',
      '01Z',
      '01',
    ]
    const lines = texts
      .flatMap((a) => texts.map((b) => [a, b]))
      .flat()
      .map((text) => `{"time":"2026-11-23T12:00:${text}"}`)
    await prepare(linesOf(...lines), async ({ parts }) => {
      for (const line of new Set(lines)) {
        await prepare(linesOf(line), async ({ parts: [alone] }) => {
          const found = parts.find(({ prefix }) => prefix === alone!.prefix)!
          assert.ok(
            (alone!.minTimeMs ?? found.minTimeMs!) >= found.minTimeMs! &&
              (alone!.maxTimeMs ?? found.maxTimeMs!) <= found.maxTimeMs!,
          )
        })
      }
      assert.equal(parts[0]!.minTimeMs, Date.parse('2026-11-23T03:00:01.500Z'))
      assert.equal(parts[0]!.maxTimeMs, Date.parse('2026-11-23T12:01:00Z'))
    })
  })
})

suite('lines that do not fit', () => {
  const schema: TableSchema = {
    version: 5,
    columns: [
      { name: 'a', key: 'a', type: 'bigint' },
      { name: 'd', key: 'd', type: 'double' },
      { name: 's', key: 's', type: 'varchar' },
      { name: 't', key: 't', type: 'timestamp' },
      { name: 'o', key: 'O', type: { struct: [{ name: 'x', key: 'X', type: 'bigint' }] } },
      { name: 'l', key: 'l', type: { list: { struct: [{ name: 'x', key: 'x', type: 'bigint' }] } } },
    ],
  }
  const cases: [string, string][] = [
    ['{"a":"x","s":"y"}', '{"s":"y","_extra":"{\\"a\\":\\"x\\"}"}'],
    ['{ "a" : 1.5 }', '{"_extra":"{\\"a\\":1.5}"}'],
    ['{"d":9007199254740993}', '{"_extra":"{\\"d\\":9007199254740993}"}'],
    ['{"s":1.50}', '{"s":"1.50"}'],
    ['{"s":12,"A":1}', '{"s":"12","_extra":"{\\"A\\":1}"}'],
    ['{"s":123456789012345678901234567890}', '{"s":"123456789012345678901234567890"}'],
    ['{"s":"\\ud800"}', '{"_extra":"{\\"s\\":\\"\\\\ud800\\"}"}'],
    ['{"t":"yesterday"}', '{"_extra":"{\\"t\\":\\"yesterday\\"}"}'],
    [
      '{"O":{"X":1,"y":[ 1,\t2 ]},"a":2}',
      '{"O":{"X":1},"a":2,"_extra":"{\\"O\\":{\\"y\\":[ 1,\\u00092 ]}}"}',
    ],
    ['{"O":7}', '{"_extra":"{\\"O\\":7}"}'],
    ['{"O":{"y":{}},"n":{"z":[]}}', '{"O":{},"_extra":"{\\"O\\":{\\"y\\":{}},\\"n\\":{\\"z\\":[]}}"}'],
    ['{"l":[{"x":1},{"x":"y"}]}', '{"_extra":"{\\"l\\":[{\\"x\\":1},{\\"x\\":\\"y\\"}]}"}'],
    ['{"a":1,"a":2,"a":null}', '{"a":1,"_extra":"{\\"a\\":2,\\"a\\":null}"}'],
    ['{"_extra":{"q":"\\""}}', '{"_extra":"{\\"_extra\\":{\\"q\\":\\"\\\\\\"\\"}}"}'],
    ['{"dt":"x"}', '{"_extra":"{\\"dt\\":\\"x\\"}"}'],
    ['{"\\u0061":1,"é":2}', '{"\\u0061":1,"_extra":"{\\"é\\":2}"}'],
    ['{"a":null,"zz":null}', '{"a":null,"zz":null}'],
  ]
  for (const [line, fit] of cases) {
    test(`${line}: ${fit}`, async () => {
      const bytes = linesOf('{"a":1}', line)
      await prepare(
        bytes,
        async ({ parts: [part], schema: after }) => {
          assert.equal(after, schema)
          assert.deepEqual(await textLines(part!.fitPath), ['{"a":1}', fit])
          assert.deepEqual(await readFile(part!.path), bytes)
        },
        { schema, evolve: false },
      )
    })
  }
})

suite('lines that are no rows', () => {
  test('are kept with their reason, and leave the others as they are', async () => {
    const odd = Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff]), Buffer.from('"}\n')])
    const bytes = Buffer.concat([
      linesOf(NOON, 'plain text', '\u0015no time\u0015<13>hello', '', '  '),
      odd,
      linesOf(NOON),
    ])
    await prepare(bytes, async ({ parts, records, rejected, blank, errors }) => {
      assert.deepEqual([records, rejected, blank, parts[0]!.rows], [7, 3, 2, 2])
      assert.deepEqual(await textLines(parts[0]!.path), [NOON, NOON])
      assert.equal(parts[0]!.fitPath, parts[0]!.path)
      const common = { stream: 'web', segment: 7, arrived_at: '2026-11-23T12:00:00.000Z' }
      assert.deepEqual(
        (await textLines(errors!.path)).map((line) => JSON.parse(line) as unknown),
        [
          { reason: "not a JSON object: unexpected 'p' at byte 0", line: 'plain text', ...common },
          { reason: 'no time', line: '<13>hello', ...common },
          {
            reason: 'invalid UTF-8',
            line: '{"x":"\ufffd"}',
            line_base64: odd.subarray(0, -1).toString('base64'),
            ...common,
          },
        ],
      )
      assert.equal(errors!.rows, 3)
      assert.equal(errors!.bytes, (await readFile(errors!.path)).length)
    })
  })

  test('a segment of nothing but them has no part', async () => {
    await prepare(linesOf('x', ''), async ({ parts, schema, records }) => {
      assert.deepEqual([parts, schema.version, records], [[], 1, 2])
    })
  })
})

test('raw: delivered as it is, read as messages', async () => {
  const bytes = Buffer.concat([
    linesOf('{"not":"looked at"}', '', 'x"y'),
    Buffer.from([0xff, 0x0a]),
    Buffer.from('no newline'),
  ])
  await prepare(
    bytes,
    async ({ parts: [part], records, schema }) => {
      assert.deepEqual([records, part!.rows, part!.bytes], [5, 5, bytes.length])
      assert.deepEqual(await readFile(part!.path), bytes)
      assert.deepEqual(
        (await textLines(part!.fitPath)).map((line) => JSON.parse(line) as unknown),
        [
          { message: '{"not":"looked at"}' },
          { message: '' },
          { message: 'x"y' },
          { message: '\ufffd', message_base64: '/w==' },
          { message: 'no newline' },
        ],
      )
      assert.deepEqual(
        schema.columns.map(({ name }) => name),
        ['message', 'message_base64'],
      )
    },
    { deliver: { format: 'raw' } },
  )
})
