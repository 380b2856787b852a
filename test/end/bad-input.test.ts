/** What goes wrong outside: each case a clear error that names the place and the next step, and nothing lost. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { eventually } from '../hozon-process.ts'
import { World } from './world.ts'

const PIPELINE = `version: 1
streams:
  app:
    collect: [{tail: {paths: [app.log]}}]
    deliver: {buffer: {size: 1MiB, interval: 900s}}
`

const lines = (from: number, count: number): string =>
  Array.from(
    { length: count },
    (_, index) => JSON.stringify({ time: '2026-11-23T01:02:03Z', n: from + index }) + '\n',
  ).join('')

let world: World
beforeEach(() => {
  world = new World()
  world.pipeline(PIPELINE)
})
afterEach(() => world.end())

test('a broken pipeline file: every problem with line and column, exit 1', async () => {
  world.pipeline('version: 1\nstreams:\n  app:\n    colect: []\n    deliver: {format: parket}\n')
  const check = await world.run('check', world.file)
  assert.equal(check.code, 1)
  assert.match(check.stderr + check.stdout, /hozon\.yaml:4:5: streams\.app\.colect: .*collect/)
  assert.match(check.stderr + check.stdout, /hozon\.yaml:5:23: streams\.app\.deliver\.format: /)
  const up = await world.startToFail()
  assert.equal(up.code, 1)
  assert.match(up.stderr, /hozon\.yaml:4:5/)
})

test('broken YAML names its place', async () => {
  world.pipeline('version: 1\nstreams: {app: [}\n')
  const check = await world.run('check', world.file)
  assert.equal(check.code, 1)
  assert.match(check.stderr + check.stdout, /hozon\.yaml:2:\d+: /)
})

test('no pipeline file: what to do', async () => {
  rmSync(world.file, { force: true })
  const up = await world.startToFail()
  assert.equal(up.code, 1)
  assert.match(up.stderr, /hozon\.yaml/)
  assert.doesNotMatch(up.stderr, /\n\s+at /, 'no stack')
})

test('a folder that is not there yet: followed when it appears', async () => {
  world.pipeline(PIPELINE.replace('app.log', 'later/app.log'))
  await world.start()
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(world.folder, 'later'))
  world.append('later/app.log', lines(0, 10))
  await world.rows('logs.app', 10)
})

test('two processes on one DIR: the second says who is there, the first goes on', async () => {
  world.append('app.log', lines(0, 10))
  await world.start()
  const second = await world.startToFail()
  assert.equal(second.code, 1)
  assert.match(second.stderr, /another hozon/i)
  assert.match(second.stderr, /--data/)
  await world.rows('logs.app', 10)
})

test('no server: commands say how to start one', async () => {
  for (const command of [['sql', 'SELECT 1'], ['status'], ['flush'], ['audit']]) {
    const done = await world.run(...command)
    assert.equal(done.code, 1, command.join(' '))
    assert.match(done.stderr, /hozon up/, command.join(' '))
  }
})

test('a store that can not be written: refused at the start with the path', async () => {
  // Root may write anywhere, so a file stands where the folder should be.
  writeFileSync(join(world.folder, 'occupied'), 'x')
  world.pipeline(`${PIPELINE}store: {path: occupied}\n`)
  const up = await world.startToFail()
  assert.equal(up.code, 1)
  assert.match(up.stderr, /occupied/)
  assert.doesNotMatch(up.stderr, /\n\s+at /, 'no stack')
})

test('a store that fails while running: lines wait in the buffer, status says why, and they arrive later', async () => {
  world.append('app.log', lines(0, 50))
  await world.start()
  await world.rows('logs.app', 50)
  const bucket = join(world.data, 'store', 'logs')
  renameSync(bucket, `${bucket}.away`)
  writeFileSync(bucket, 'in the way')
  const flushing = world.run('flush')
  await eventually(async () => {
    const status = await world.run('status')
    return /deliver/i.test(status.stdout) && /wait/i.test(status.stdout) ? true : undefined
  }, 'status tells that deliveries wait')
  assert.deepEqual(await world.sql('SELECT count(*) AS n FROM logs.app'), [{ n: 50 }])
  rmSync(bucket)
  renameSync(`${bucket}.away`, bucket)
  assert.equal((await flushing).code, 0)
  assert.deepEqual(await world.sql('SELECT count(*) AS n FROM logs.app'), [{ n: 50 }])
})

test('a damaged journal: refused with file and byte, nothing overwritten, and fine again when it is restored', async () => {
  world.append('app.log', lines(0, 200))
  await world.start()
  await world.rows('logs.app', 200)
  world.append('app.log', lines(200, 200))
  await world.rows('logs.app', 400)
  await world.kill()
  const journal = newest(join(world.data, 'buffer', 'app'), /journal/)
  const whole = readFileSync(journal)
  const damaged = Buffer.from(whole)
  damaged[40]! ^= 0xff
  writeFileSync(journal, damaged)
  const up = await world.startToFail()
  assert.equal(up.code, 1)
  assert.match(up.stderr, /byte \d+/)
  assert.ok(up.stderr.includes(journal), up.stderr)
  assert.deepEqual(readFileSync(journal), damaged, 'left as it is')
  writeFileSync(journal, whole)
  await world.start()
  await world.rows('logs.app', 400)
})

test('a truncated segment: refused with its path when it was whole once, nothing deleted', async () => {
  await threeCommits()
  const segment = oldest(join(world.data, 'buffer', 'app'), /\.data$/)
  const whole = readFileSync(segment)
  truncateSync(segment, whole.length - 100)
  const up = await world.startToFail()
  assert.equal(up.code, 1)
  assert.ok(up.stderr.includes(segment), up.stderr)
  assert.equal(statSync(segment).size, whole.length - 100, 'left as it is')
  writeFileSync(segment, whole)
  await world.start()
  await world.rows('logs.app', 600)
})

test('the last commit cut short, as by a power cut: its lines are read from the file again', async () => {
  await threeCommits()
  const segment = newest(join(world.data, 'buffer', 'app'), /\.data$/)
  truncateSync(segment, statSync(segment).size - 100)
  await world.start()
  await world.rows('logs.app', 600)
  await world.flush()
  assert.deepEqual(await world.sql('SELECT count(DISTINCT n) AS n FROM logs.app'), [{ n: 600 }])
  assert.equal((await world.run('audit')).code, 0)
})

/** Each query seals what is there, so that this makes a segment for each. */
async function threeCommits(): Promise<void> {
  await world.start()
  for (const from of [0, 200, 400]) {
    world.append('app.log', lines(from, 200))
    await world.rows('logs.app', from + 200)
  }
  await world.kill()
}

test('an object deleted behind our back: audit names it, and queries fail loudly instead of answering less', async () => {
  world.append('app.log', lines(0, 100))
  await world.start()
  await world.rows('logs.app', 100)
  await world.flush()
  const object = filesBelow(join(world.data, 'store', 'logs', 'app'))[0]
  assert.ok(object)
  const bytes = readFileSync(object)
  rmSync(object)
  const audit = await world.run('audit')
  assert.equal(audit.code, 1)
  assert.ok(
    (audit.stdout + audit.stderr).includes(object.slice(object.indexOf('app/dt='))),
    audit.stdout + audit.stderr,
  )
  const asked = await world.run('sql', 'SELECT count(n) FROM logs.app')
  assert.equal(asked.code, 1)
  writeFileSync(object, bytes)
  assert.equal((await world.run('audit')).code, 0)
})

test('an object changed behind our back: audit names it', async () => {
  world.append('app.log', lines(0, 100))
  await world.start()
  await world.rows('logs.app', 100)
  await world.flush()
  const object = filesBelow(join(world.data, 'store', 'logs', 'app'))[0]
  assert.ok(object)
  chmodSync(object, 0o644)
  const file = openSync(object, 'r+')
  writeSync(file, Buffer.from([1, 2, 3]), 0, 3, Math.floor(statSync(object).size / 2))
  closeSync(file)
  const audit = await world.run('audit')
  assert.equal(audit.code, 1, audit.stdout)
})

test('SQL that is wrong or forbidden: a clear error each, exit 1, and the server goes on', async () => {
  world.append('app.log', lines(0, 10))
  await world.start()
  await world.rows('logs.app', 10)
  const cases: [string, RegExp][] = [
    ['SELEC 1', /./],
    ['SELECT nope FROM logs.app', /nope/],
    ['SELECT * FROM logs.ap', /logs\.app/],
    ["SELECT * FROM read_csv('/etc/passwd')", /./],
    ["SELECT * FROM '/etc/passwd'", /./],
    ["COPY logs.app TO '/tmp/hozon-stolen.csv'", /./],
    ['DROP TABLE logs.app', /./],
    ['INSERT INTO logs.app VALUES (1)', /./],
    ["SELECT * FROM enable_logging(storage='file', storage_path='/tmp/hozon-stolen')", /./],
    ['SELECT 1; SELECT 2', /./],
  ]
  for (const [query, text] of cases) {
    const done = await world.run('sql', query)
    assert.equal(done.code, 1, query)
    assert.match(done.stderr, text, query)
    assert.match(done.stderr, /^hozon: .+/, query)
    assert.doesNotMatch(done.stderr, /\n\s+at /, query)
  }
  assert.deepEqual(await world.sql('SELECT count(*) AS n FROM logs.app'), [{ n: 10 }])
})

test('lines that are not JSON objects are kept with the reason', async () => {
  const odd = ['not json', '{"n":', '[1,2]', '42', '{"n":1}trailing', '{"a":"\u0001"}']
  world.append('app.log', lines(0, 3) + odd.join('\n') + '\n\n' + lines(3, 2))
  world.append(
    'app.log',
    Buffer.concat([Buffer.from('{"n":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]),
  )
  await world.start()
  for (const state of ['buffered', 'delivered']) {
    if (state === 'delivered') await world.flush()
    else await world.rows('logs.app', 5 + odd.length + 1)
    const rejected = await world.sql('SELECT reason, line FROM logs.app_errors ORDER BY line')
    assert.deepEqual(
      new Set(rejected.map((row) => row['line']).filter((line) => odd.includes(String(line)))),
      new Set(odd),
      state,
    )
    assert.ok(rejected.every((row) => String(row['reason']).length > 5))
    const [bytes] = await world.sql(
      'SELECT line_base64 AS b FROM logs.app_errors WHERE line_base64 IS NOT NULL',
    )
    assert.deepEqual(
      Buffer.from(String(bytes?.['b']), 'base64').subarray(6, 8),
      Buffer.from([0xff, 0xfe]),
      state,
    )
  }
  const status = JSON.parse((await world.run('status', '--format', 'json')).stdout) as {
    streams: { rejectedRecords: number }[]
  }
  assert.equal(status.streams[0]?.rejectedRecords, odd.length + 1)
  assert.equal((await world.run('audit')).code, 0)
})

const oldest = (folder: string, name: RegExp): string => fileIn(folder, name, 0)
const newest = (folder: string, name: RegExp): string => fileIn(folder, name, -1)

function fileIn(folder: string, name: RegExp, index: number): string {
  const found = readdirSync(folder)
    .filter((entry) => name.test(entry))
    .sort()
    .at(index)
  assert.ok(found, `a file like ${name} in ${folder}`)
  return join(folder, found)
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
