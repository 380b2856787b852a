/** The control API and its client against a fake server, over real sockets on a free port. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { HozonError } from '../base/errors.ts'
import { realHttp, type HttpAnswer, type HttpCall } from '../sys/http.ts'
import { realSys } from '../sys/real.ts'
import { openTelemetry } from '../telemetry/events.ts'
import { openAccessKeys } from './access-keys.ts'
import { startControlApi, type ControlApi } from './control-api.ts'
import { connectControl, type TailItem } from './control-client.ts'
import type { ServerApi, ServerOptions } from './server-api.ts'

const RESULT = {
  columns: [{ name: 'n', type: 'bigint' }],
  rows: [['9007199254740993']],
  truncated: false,
  stats: { scannedBytes: 1, objects: 1, segments: 0, planMs: 1, runMs: 1 },
}

function fakeApi(overrides: Partial<ServerApi> = {}): ServerApi {
  return {
    status: async () => ({ streams: [], problems: ['the disk is full'] }),
    flush: async (stream) => ({ streams: [{ name: stream ?? 'all', records: 1, objects: 1 }] }),
    audit: async () => ({ holds: true, streams: [] }),
    sql: async () => RESULT,
    tail: () => ({ stop() {} }),
    metrics: async () => 'hozon_info 1\n',
    ready: () => true,
    ...overrides,
  }
}

async function startControl(options: ServerOptions, api = fakeApi()): Promise<ControlApi> {
  const keys = await openAccessKeys(realSys, options.dataDirectory)
  return startControlApi(realSys, api, options, { keys, region: 'eu-central-1' })
}

async function start(t: TestContext, overrides: Partial<ServerApi> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-control-'))
  const logs: string[] = []
  const telemetry = openTelemetry({ clock: realSys.clock, output: (line) => logs.push(line), human: false })
  const options = { dataDirectory: directory, host: '127.0.0.1', port: 0, consolePort: 0, telemetry }
  const control = await startControl(options, fakeApi(overrides))
  t.after(async () => {
    await control.stop()
    rmSync(directory, { recursive: true })
  })
  await control.announce()
  const port = Number(new URL(control.urls['endpoint']!).port)
  const call = (call: Partial<HttpCall>): Promise<{ status: number; text: string }> =>
    realHttp.call({ host: '127.0.0.1', port, method: 'GET', path: '/', headers: {}, ...call }).then(read)
  return { directory, control, port, call, logs }
}

async function read(answer: HttpAnswer): Promise<{ status: number; text: string }> {
  const chunks: Buffer[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  return { status: answer.status, text: Buffer.concat(chunks).toString() }
}

test('health and metrics are open, everything else needs the token', async (t) => {
  const { call } = await start(t)
  for (const path of ['/livez', '/readyz', '/metrics']) assert.equal((await call({ path })).status, 200, path)
  for (const name of ['status', 'flush', 'audit', 'sql', 'tail']) {
    const path = `/hozon/v1/${name}`
    assert.equal((await call({ path, method: 'POST' })).status, 401, name)
    const headers = { authorization: 'Bearer wrong' }
    assert.equal((await call({ path, method: 'POST', headers })).status, 401, name)
  }
})

test('readyz says no until the server is ready', async (t) => {
  const { call } = await start(t, { ready: () => false })
  assert.equal((await call({ path: '/readyz' })).status, 503)
  assert.equal((await call({ path: '/livez' })).status, 200)
})

test('a name that a web page may have pointed at this machine is not answered', async (t) => {
  const { call, port } = await start(t)
  const statusFor = async (host: string): Promise<number> =>
    (await call({ path: '/metrics', headers: { host } })).status
  assert.equal(await statusFor('evil.example:4600'), 421)
  assert.equal(await statusFor('127.0.0.1.evil.example'), 421)
  assert.equal(await statusFor(`localhost:${port}`), 200)
  assert.equal(await statusFor('[::1]:4600'), 200)
})

test('credentials and server file are there while it runs, the secret for its owner only', async (t) => {
  const { directory, control, port } = await start(t)
  assert.equal(statSync(join(directory, 'credentials.json')).mode & 0o777, 0o600)
  const file = JSON.parse(readFileSync(join(directory, 'server.json'), 'utf8')) as Record<string, unknown>
  assert.deepEqual([file['pid'], file['host'], file['port']], [process.pid, '127.0.0.1', port])
  await control.stop()
  await control.stop()
  await assert.rejects(connectControl(realSys, directory), { code: 'HOZON_SERVER_NONE' })
})

test('the token survives a restart, and so does what others keep beside it', async (t) => {
  const { directory, control } = await start(t)
  const path = join(directory, 'credentials.json')
  const first = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
  assert.ok(first['controlToken']!.length >= 43)
  await control.stop()
  writeFileSync(path, JSON.stringify({ other: 'x' }))
  const telemetry = openTelemetry({ clock: realSys.clock, output: () => {}, human: false })
  const options = { dataDirectory: directory, host: '127.0.0.1', port: 0, consolePort: 0, telemetry }
  await (await startControl(options)).stop()
  const second = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
  assert.equal(second['other'], 'x')
  assert.notEqual(second['controlToken'], first['controlToken'])
})

test('the client calls every route', async (t) => {
  const asked: unknown[] = []
  const { directory } = await start(t, {
    async sql(query, options) {
      asked.push(query, options?.rowsMax, options?.timeoutMs, options?.database)
      return RESULT
    },
  })
  const client = await connectControl(realSys, directory)
  assert.deepEqual(await client.status(), { streams: [], problems: ['the disk is full'] })
  assert.equal((await client.flush('web')).streams[0]?.name, 'web')
  assert.equal((await client.flush()).streams[0]?.name, 'all')
  assert.equal((await client.audit()).holds, true)
  assert.deepEqual(await client.sql('SELECT 1', { rowsMax: 5, timeoutMs: 1000, database: 'd' }), RESULT)
  assert.deepEqual(asked, ['SELECT 1', 5, 1000, 'd'])
})

test("the server's error arrives with code and hint", async (t) => {
  const { directory } = await start(t, {
    flush: async () => {
      const details = { op: 'find stream', target: 'x', hint: 'there is web' }
      throw new HozonError('HOZON_STREAM_UNKNOWN', 'there is no stream x', details)
    },
  })
  const client = await connectControl(realSys, directory)
  await assert.rejects(client.flush('x'), {
    code: 'HOZON_STREAM_UNKNOWN',
    message: 'there is no stream x',
    op: 'find stream',
    target: 'x',
    hint: 'there is web',
  })
})

test('a bug in a route is an answer and a log line, not the end of the server', async (t) => {
  const { directory, logs, call } = await start(t, {
    audit: async () => {
      throw new TypeError('oops')
    },
  })
  const client = await connectControl(realSys, directory)
  await assert.rejects(client.audit(), { code: 'HOZON_INTERNAL' })
  assert.match(logs.join(''), /"event":"request_failed".*oops/)
  assert.equal((await call({ path: '/livez' })).status, 200)
})

test('what is not a request of this API is refused', async (t) => {
  const { directory, call } = await start(t)
  const { controlToken } = JSON.parse(readFileSync(join(directory, 'credentials.json'), 'utf8')) as {
    controlToken: string
  }
  const headers = { authorization: `Bearer ${controlToken}` }
  const post = async (path: string, body: string): Promise<number> =>
    (await call({ path, method: 'POST', headers, body: Buffer.from(body) })).status
  assert.equal((await call({ path: '/nothing' })).status, 404)
  assert.equal((await call({ path: '/hozon/v1/sql', headers })).status, 405)
  assert.equal((await call({ path: '/__proto__' })).status, 404)
  assert.equal(await post('/hozon/v1/sql', '{"query":""}'), 400)
  assert.equal(await post('/hozon/v1/sql', '{"query":7}'), 400)
  assert.equal(await post('/hozon/v1/sql', 'SELECT 1'), 400)
  assert.equal(await post('/hozon/v1/sql', '[]'), 400)
  assert.equal(await post('/hozon/v1/sql', JSON.stringify({ query: 'x'.repeat(1 << 20) })), 413)
  assert.equal(await post('/hozon/v1/sql', '{"query":"SELECT 1"}'), 200)
})

test('live tail: lines, rejected lines, unknown stream, and the end', async (t) => {
  const stopped = Promise.withResolvers<void>()
  const { directory } = await start(t, {
    tail(stream, onLines) {
      if (stream !== 'web') throw new HozonError('HOZON_STREAM_UNKNOWN', 'no', { op: 'tail' })
      setImmediate(() => {
        onLines(Buffer.from('{"a":1}\nha'))
        onLines(Buffer.from('lf\n\u0015not json\u0015bad line\n'))
      })
      return { stop: () => stopped.resolve() }
    },
  })
  const client = await connectControl(realSys, directory)
  const reader = new AbortController()
  const items: TailItem[] = []
  for await (const item of client.tail('web', reader.signal)) {
    items.push(item)
    if (items.length === 3) reader.abort()
  }
  assert.deepEqual(items, [{ line: '{"a":1}' }, { line: 'half' }, { line: 'bad line', rejected: 'not json' }])
  await stopped.promise
  await assert.rejects(
    async () => {
      for await (const _ of client.tail('nope', new AbortController().signal)) assert.fail()
    },
    { code: 'HOZON_STREAM_UNKNOWN' },
  )
})

test('no server, a stale file, another server: each has its own words', async (t) => {
  const { directory, control, port } = await start(t)
  const empty = mkdtempSync(join(tmpdir(), 'hozon-empty-'))
  t.after(() => rmSync(empty, { recursive: true }))
  await assert.rejects(connectControl(realSys, empty), { code: 'HOZON_SERVER_NONE', hint: /hozon up/ })

  writeFileSync(join(empty, 'server.json'), JSON.stringify({ pid: 1, host: '127.0.0.1', port, startedMs: 0 }))
  writeFileSync(join(empty, 'credentials.json'), JSON.stringify({ controlToken: 'of another' }))
  const foreign = await connectControl(realSys, empty)
  await assert.rejects(foreign.status(), { code: 'HOZON_SERVER_DENIED' })

  const client = await connectControl(realSys, directory)
  await control.stop()
  await assert.rejects(client.status(), { code: 'HOZON_SERVER_NONE', hint: /ended without saying so/ })
})

test('a port in use is an error with the next step', async (t) => {
  const { port, directory } = await start(t)
  const telemetry = openTelemetry({ clock: realSys.clock, output: () => {}, human: false })
  const options = { dataDirectory: directory, host: '127.0.0.1', port, consolePort: 0, telemetry }
  await assert.rejects(startControl(options), {
    code: 'HOZON_SERVER_LISTEN',
    target: `127.0.0.1:${port}`,
    hint: /--port/,
  })
})
