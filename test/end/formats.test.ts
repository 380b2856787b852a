/** Every format and compression of the pipeline file: rows are the same hot, cold and after the catalog was lost. */
import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { World } from './world.ts'

const FORMATS: { format: string; compression: string; extension: string }[] = [
  { format: 'parquet', compression: 'zstd', extension: '.parquet' },
  { format: 'parquet', compression: 'snappy', extension: '.parquet' },
  { format: 'parquet', compression: 'gzip', extension: '.parquet' },
  { format: 'parquet', compression: 'none', extension: '.parquet' },
  { format: 'json', compression: 'gzip', extension: '.gz' },
  { format: 'json', compression: 'zstd', extension: '.zst' },
  { format: 'json', compression: 'none', extension: '' },
  { format: 'json', compression: 'snappy', extension: '.snappy' },
  { format: 'json', compression: 'hadoop-snappy', extension: '.snappy' },
  { format: 'json', compression: 'zip', extension: '.zip' },
]

/** `@…@`: a number with more digits than JavaScript's have. */
const LINES = [
  { time: '2026-11-22T23:59:59.999Z', n: 1, text: 'a', nested: { deep: { x: 1 } } },
  { time: '2026-11-23T00:00:00Z', n: 2, text: 'ü 日本', list: [1, 2, 3] },
  { time: '2026-11-23T00:00:01Z', n: 'three', nested: 'not an object' },
  { time: '2019-01-01T00:00:00Z', n: '@9007199254740993@', N: 'other case', dt: 'clashes with a partition' },
  { n: 5.5, text: null, unicode: '\u0000 \u{1f600}' },
]
const TEXT = LINES.map((line) => `${JSON.stringify(line).replace(/"@(\d+)@"/, '$1')}\n`).join('')

test('the same rows from every format, hot, cold and with a rebuilt catalog', async () => {
  const world = new World()
  try {
    world.pipeline(`version: 1\nstreams:\n${FORMATS.map(streamOf).join('')}`)
    world.append('app.log', TEXT)
    await world.start()
    const states: unknown[] = []
    for (const { name } of named()) await world.rows(`logs.${name}`, LINES.length)
    states.push(await everything(world))
    await world.flush()
    states.push(await everything(world))
    assert.equal((await world.run('audit')).code, 0)
    await world.stop()
    rmSync(join(world.data, 'catalog.sqlite'))
    const rebuilt = await world.run('catalog', 'rebuild', world.file)
    assert.equal(rebuilt.code, 0, rebuilt.stderr)
    await world.start()
    states.push(await everything(world))
    assert.equal((await world.run('audit')).code, 0)

    const [hot, cold, again] = states as Record<string, unknown[]>[]
    assert.deepEqual(cold, hot, 'cold = hot')
    assert.deepEqual(again, hot, 'rebuilt = hot')
    for (const { name } of named()) assert.deepEqual(hot![name], hot!['parquet_zstd'], name)
    assertNothingLost(hot!['parquet_zstd'] as Row[])
    for (const { name, extension } of named()) assertExtension(world, name, extension)
  } finally {
    await world.end()
  }
})

test('raw: the bytes as they came', async () => {
  const world = new World()
  try {
    world.pipeline(
      `version: 1\nstreams:\n  raw: {collect: [{tail: {paths: [app.log]}}], deliver: {format: raw, compression: none}}\n`,
    )
    const bytes = Buffer.concat([
      Buffer.from('\ufeffline one\r\n\n'),
      Buffer.from([0xff, 0x00, 0x15, 0x0a]),
      Buffer.from(TEXT),
    ])
    world.append('app.log', bytes)
    await world.start()
    await world.rows('logs.raw', LINES.length + 3)
    await world.flush()
    const { readFileSync } = await import('node:fs')
    const objects = filesBelow(join(world.data, 'store', 'logs', 'raw'))
    assert.deepEqual(Buffer.concat(objects.map((path) => readFileSync(path))), bytes)
    assert.deepEqual(await world.sql('SELECT count(*) AS n FROM logs.raw'), [{ n: LINES.length + 3 }])
    assert.equal((await world.run('audit')).code, 0)
  } finally {
    await world.end()
  }
})

interface Row {
  n: string
  nested: unknown
  _extra: string | null
}

function named(): { name: string; extension: string }[] {
  return FORMATS.map(({ format, compression, extension }) => ({
    name: `${format}_${compression.replace('-', '_')}`,
    extension,
  }))
}

function streamOf({ format, compression }: { format: string; compression: string }): string {
  const name = `${format}_${compression.replace('-', '_')}`
  return `  ${name}: {collect: [{tail: {paths: [app.log]}}], deliver: {format: ${format}, compression: ${compression}}}\n`
}

async function everything(world: World): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {}
  for (const { name } of named())
    tables[name] = await world.sql(`SELECT * FROM logs.${name} ORDER BY text, n`)
  return tables
}

/** n is a column of mixed types, so it became text; what could not be widened is in _extra under its own name. */
function assertNothingLost(rows: Row[]): void {
  assert.deepEqual(rows.map((row) => row.n).sort(), ['1', '2', '5.5', '9007199254740993', 'three'])
  const extras = rows.flatMap((row) =>
    row._extra === null ? [] : [JSON.parse(row._extra) as Record<string, unknown>],
  )
  assert.deepEqual(
    extras.find((extra) => 'nested' in extra),
    { nested: 'not an object' },
  )
  assert.deepEqual(
    extras.find((extra) => 'N' in extra),
    { N: 'other case', dt: 'clashes with a partition' },
  )
}

function assertExtension(world: World, stream: string, extension: string): void {
  const objects = filesBelow(join(world.data, 'store', 'logs', stream))
  // Three event days and the day of arrival for the line without a time.
  assert.equal(objects.length, 4, stream)
  for (const path of objects) {
    const name = path.slice(path.lastIndexOf('/'))
    assert.equal(/\.[^/]*$/.exec(name)?.[0] ?? '', extension, path)
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
