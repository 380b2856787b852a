/** The real program in its own process: the launcher, signals, and the commands that talk to a running server. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { eventually, hozon, hozonUp, sql } from '../hozon-process.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const LAUNCHER = resolve(ROOT, 'bin/hozon')

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-program-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

test('the launcher finds its Node without one on the PATH', () => {
  const done = spawnSync(LAUNCHER, ['--version'], { env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' })
  assert.equal(done.stderr, '')
  assert.match(done.stdout, /^\d+\.\d+\.\d+\n$/)
})

test('the launcher works through a link, as npm makes one', (t) => {
  const link = join(temporary(t), 'hozon')
  spawnSync('ln', ['-s', LAUNCHER, link])
  assert.equal(spawnSync(link, ['--version'], { encoding: 'utf8' }).status, 0)
})

test('the launcher says so when there is no Node that is new enough', (t) => {
  const home = temporary(t)
  spawnSync('mkdir', ['-p', join(home, 'bin')])
  spawnSync('cp', [LAUNCHER, join(home, 'bin/hozon')])
  writeFileSync(join(home, 'bin/node'), '#!/bin/sh\necho 20\n', { mode: 0o755 })
  const env = { PATH: `${join(home, 'bin')}:/usr/bin:/bin` }
  const done = spawnSync(join(home, 'bin/hozon'), [], { env, encoding: 'utf8' })
  assert.equal(done.status, 1)
  assert.match(done.stderr, /^hozon: Node\.js 24 or later is needed[^\n]*\n$/)
})

test('a reader that closes the pipe early is no error', () => {
  const done = spawnSync('sh', ['-c', `${LAUNCHER} --help | head -1`], { encoding: 'utf8' })
  assert.deepEqual([done.stdout, done.stderr], ['Usage: hozon [options] [command]\n', ''])
})

test('up serves the commands, and ends with 0 at SIGTERM', async (t) => {
  const directory = temporary(t)
  const file = join(directory, 'hozon.yaml')
  const data = join(directory, 'data')
  writeFileSync(join(directory, 'a.log'), '{"time":"2026-11-23T01:02:03Z","n":9007199254740993}\n')
  writeFileSync(file, 'streams: {web: {collect: [{tail: {paths: [./a.log]}}]}}\n')
  const up = hozonUp(file, data)
  t.after(() => up.kill())
  assert.match(await up.ready, /^hozon ready .*http:\/\/127\.0\.0\.1:\d+/)
  await eventually(async () => {
    const { stdout } = await hozon(['status', '--format', 'json', '--data', data])
    return stdout.includes('"receivedRecords":1') ? true : undefined
  }, 'the line is received')
  assert.equal((await sql(data, 'SELECT n FROM web')).length, 1)
  const raw = await hozon(['sql', 'SELECT n FROM web', '--data', data])
  assert.equal(raw.stdout, '{"n":9007199254740993}\n')
  const flushed = await hozon(['flush', '--data', data])
  assert.deepEqual([flushed.code, flushed.stdout], [0, 'web: delivered 1 records as 1 objects\n'])
  const second = await hozon(['up', file, '--data', data, '--port', '0', '--console-port', '0'])
  assert.equal(second.code, 1)
  assert.match(second.stderr, /^hozon: [^\n]*\n$/m)
  assert.equal(await up.stop(), 0)
  assert.equal(existsSync(join(data, 'server.json')), false)
  const status = await hozon(['status', '--data', data])
  assert.equal(status.code, 1)
  assert.match(status.stderr, /^hozon: [^\n]*no server is running on [^\n]*hozon up[^\n]*\n$/)
})

test('up with a wrong file ends with 1, all problems and no server', async (t) => {
  const directory = temporary(t)
  writeFileSync(join(directory, 'x.yaml'), 'streams: {a: {tabel: x}, b: {deliver: {format: y}}}\n')
  const done = await hozon(['up', 'x.yaml', '--port', '0'], { cwd: directory })
  assert.equal(done.code, 1)
  assert.equal(done.stdout, '')
  assert.equal(done.stderr.split('\n').filter((line) => line.startsWith('x.yaml:1:')).length, 2)
  assert.equal(existsSync(join(directory, 'hozon-data')), false)
})

test('demo writes its logs until Ctrl-C', async (t) => {
  const directory = temporary(t)
  const child = spawn(LAUNCHER, ['demo', '--dir', directory, '--rate', '200'], { stdio: 'ignore' })
  t.after(() => child.kill('SIGKILL'))
  const access = join(directory, 'access.log')
  await eventually(
    () => (existsSync(access) && readFileSync(access).length > 1000 ? true : undefined),
    'lines',
  )
  child.kill('SIGINT')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  assert.ok(readFileSync(access, 'utf8').endsWith('\n'))
})
