import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { realSys } from '../sys/real.ts'
import { configurationText } from './publish.ts'
import { loadPipeline, parsePipeline } from './load-pipeline.ts'
import type { Pipeline } from './pipeline.ts'

const OPTIONS = { env: {}, dataDirectory: '/data' }

function parse(text: string, file = '/etc/hozon/hozon.yaml'): Pipeline {
  const { pipeline, problems } = parsePipeline(file, text, OPTIONS)
  assert.ok(pipeline, JSON.stringify(problems))
  return pipeline
}

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-pipeline-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

test('a stream without any key has every default, and the documentation names the same', () => {
  const { streams, store } = parse('streams: {Web-access.log: }')
  assert.deepEqual(streams, [
    {
      name: 'Web-access.log',
      collect: [],
      table: { database: 'logs', name: 'web_access_log' },
      deliver: {
        bucket: 'logs',
        prefix: 'Web-access.log/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/',
        errorPrefix: 'errors/Web-access.log/!{firehose:error-output-type}/',
        partitionBy: 'event',
        timezone: 'UTC',
        format: 'parquet',
        compression: 'zstd',
        buffer: { sizeBytes: 64 * 1024 * 1024, intervalMs: 60_000 },
        time: undefined,
      },
    },
  ])
  assert.deepEqual(store, { kind: 'local', path: '/data/store' })
  for (const value of ['`logs`', '`64MiB`', '`60s`', '`UTC`', '`parquet`', '`zstd` for parquet', '`event`'])
    assert.ok(configurationText().includes(`Default: ${value}`), value)
})

test('defaults that depend on the format', () => {
  const raw = parse('streams: {a: {collect: [{tail: {paths: [/x]}}], deliver: {format: raw}}}').streams[0]!
  assert.equal(raw.deliver.partitionBy, 'arrival')
  assert.equal(raw.deliver.compression, 'gzip')
  assert.deepEqual(raw.collect[0]?.parse, { kind: 'none' })
  assert.equal(parse('streams: {a: {deliver: {format: json}}}').streams[0]?.deliver.compression, 'gzip')
})

test('relative paths start from the folder of the file, whose own name is taken literally', () => {
  const text =
    'streams: {a: {collect: [{tail: {paths: [a/*.log, ./b.log, ../c.log, /d/*.log]}}]}}\nstore: {path: ./s}'
  const { streams, store } = parse(text, '/etc/my [app]/hozon.yaml')
  const folder = '/etc/my \\[app\\]'
  assert.deepEqual(streams[0]?.collect[0]?.paths, [
    `${folder}/a/*.log`,
    `${folder}/b.log`,
    '/etc/c.log',
    '/d/*.log',
  ])
  assert.deepEqual(store, { kind: 'local', path: '/etc/my [app]/s' })
})

test('a stream takes the event-time field of the first source that names one', () => {
  const text = 'streams: {a: {collect: [{tail: {paths: [/x]}}, {tail: {paths: [/y], time: at}}]}}'
  assert.equal(parse(text).streams[0]?.deliver.time, 'at')
})

test('the endpoint', () => {
  const endpoint = (text: string): unknown => parse(`streams: {}\nendpoint: ${text}`, '/etc/h.yaml').endpoint
  assert.deepEqual(endpoint(''), { region: 'us-east-1', names: [], certificate: undefined })
  const text = '{names: [a.test, 10.0.0.5], certificate: tls/a.pem, key: /k.pem, region: eu-central-1}'
  assert.deepEqual(endpoint(text), {
    region: 'eu-central-1',
    names: ['a.test', '10.0.0.5'],
    certificate: { certificate: '/etc/tls/a.pem', key: '/k.pem' },
  })
})

test('stores', () => {
  const store = (text: string): unknown => parse(`streams: {}\nstore: ${text}`).store
  assert.deepEqual(store('{s3: {}}'), {
    kind: 's3',
    endpoint: undefined,
    region: 'us-east-1',
    pathStyle: false,
  })
  const minio = { kind: 's3', endpoint: 'http://127.0.0.1:9000', region: 'x', pathStyle: true }
  assert.deepEqual(store('{s3: {endpoint: http://127.0.0.1:9000, region: x}}'), minio)
})

test('regular expressions keep their types', () => {
  const text = `streams: {a: {collect: [{tail: {paths: [/x], parse: {regex: '^(?<n>\\d+)$', types: {n: integer}}}}]}}`
  const expected = { kind: 'regex', regex: '^(?<n>\\d+)$', types: { n: 'integer' } }
  assert.deepEqual(parse(text).streams[0]?.collect[0]?.parse, expected)
})

test('a missing file is a clear error', async (t) => {
  const path = join(temporary(t), 'hozon.yaml')
  await assert.rejects(loadPipeline(realSys, path, OPTIONS), {
    code: 'HOZON_PIPELINE_READ',
    message: 'no such file',
    target: path,
  })
})

test('a folder that is not there is a warning at its place', async (t) => {
  const directory = temporary(t)
  mkdirSync(join(directory, 'there'))
  const path = join(directory, 'hozon.yaml')
  writeFileSync(
    path,
    'streams:\n  a:\n    collect:\n      - tail:\n          paths:\n            - there/*.log\n            - missing/*.log\n',
  )
  const { pipeline, warnings } = await loadPipeline(realSys, path, OPTIONS)
  assert.ok(pipeline)
  assert.deepEqual(
    warnings.map(({ line, col, path: place }) => ({ line, col, place })),
    [{ line: 7, col: 15, place: 'streams.a.collect[0].tail.paths[1]' }],
  )
  assert.match(warnings[0]!.message, /missing is not there yet/)
})

test('rejected lines inside the own prefix are a warning', async (t) => {
  const path = join(temporary(t), 'hozon.yaml')
  writeFileSync(path, 'streams: {a: {deliver: {prefix: "!{timestamp:yyyy}/"}}}\n')
  const { warnings } = await loadPipeline(realSys, path, OPTIONS)
  assert.match(warnings.map(({ message }) => message).join(), /lies inside prefix/)
})

const REDACT = 'arn:aws:lambda:us-east-1:123456789012:function:redact'

test('functions: modules start from the folder of the file, URLs stay as they are', () => {
  const text = `streams: {}\nfunctions: {${REDACT}: ./f/redact.ts, ${REDACT}2: /a/b.mjs, ${REDACT}3: http://127.0.0.1:9000/x}`
  assert.deepEqual(parse(text).functions, {
    [REDACT]: { module: '/etc/hozon/f/redact.ts' },
    [`${REDACT}2`]: { module: '/a/b.mjs' },
    [`${REDACT}3`]: { url: 'http://127.0.0.1:9000/x' },
  })
  assert.deepEqual(parse('streams: {}').functions, {})
})

test('a module that is not there, or is a folder, is a problem at its place', async (t) => {
  const directory = temporary(t)
  mkdirSync(join(directory, 'folder.ts'))
  writeFileSync(join(directory, 'there.ts'), '')
  const path = join(directory, 'hozon.yaml')
  const lines = ['there.ts', 'missing.ts', 'there.ts/x.ts', 'folder.ts'].map(
    (name, n) => `  ${REDACT}${n}: ${name}`,
  )
  writeFileSync(path, ['streams: {}', 'functions:', ...lines, ''].join('\n'))
  const { pipeline, problems } = await loadPipeline(realSys, path, OPTIONS)
  assert.equal(pipeline, undefined)
  assert.deepEqual(
    problems?.map(({ line, message }) => `${line}: ${message.replaceAll(directory, '')}`),
    ['4: there is no /missing.ts', '5: there is no /there.ts/x.ts', '6: /folder.ts is not a file'],
  )
})

test('catalogs: URLs of databases; a problem with one never shows its password', () => {
  const text = 'streams: {}\ncatalogs: {users: "postgresql://u:secret@db/app"}\n'
  assert.deepEqual(parse(text).catalogs, { users: 'postgresql://u:secret@db/app' })
  assert.deepEqual(parse('streams: {}\ncatalogs:\n').catalogs, {})
  const wrong = [
    '{Users: "mysql://u:secret@h/"}',
    '{awsdatacatalog: "mysql://u:secret@h/"}',
    '{a: "oracle://u:secret@h/"}',
    '{a: "postgresql:///secret"}',
    '{a: "secret"}',
  ]
  for (const catalogs of wrong) {
    const { problems } = parsePipeline('hozon.yaml', `streams: {}\ncatalogs: ${catalogs}\n`, OPTIONS)
    assert.equal(problems?.length, 1, catalogs)
    assert.doesNotMatch(problems[0]!.message, /secret/)
  }
})
