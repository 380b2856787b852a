/** Functions behind HTTP: a real server, with what servers and networks do. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openCertificates } from '../../src/console/certificates/certificates.ts'
import { readTransformedFile } from '../../src/format/firehose/transformed-file.ts'
import { realSys } from '../../src/sys/real.ts'
import { ARN, openBench, type Bench } from './segment.ts'

/** Calls that never end are cut after the first; the others have all the time that a busy machine may take. */
const SHORT_MS = 1000
const LONG_MS = 120_000

interface Event {
  records: Record<string, string>[]
}

async function readEvent(request: IncomingMessage): Promise<Event> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString()) as Event
}

async function listening(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** Answers each request by `answer`, which gets the event. */
async function bench(
  t: TestContext,
  answer: (event: Event, response: ServerResponse, request: IncomingMessage) => void,
  { path = '/f', timeoutMs = LONG_MS } = {},
): Promise<Bench> {
  const server = createServer((request, response) => {
    void readEvent(request).then((event) => answer(event, response, request))
  })
  const port = await listening(t, server)
  t.after(() => server.closeAllConnections())
  const url = `http://user:p%40ss@127.0.0.1:${port}${path}`
  return openBench(t, () => ({ [ARN]: { url } }), { timeoutMs })
}

function ok(records: Record<string, string>[]): string {
  return JSON.stringify({ records: records.map((record) => ({ ...record, result: 'Ok' })) })
}

test('the event is posted to the URL as it is written, with its user', async (t) => {
  const seen: unknown[] = []
  const { run } = await bench(
    t,
    ({ records }, response, { method, url, headers }) => {
      seen.push([method, url, headers['content-type'], headers.authorization])
      response.end(ok(records))
    },
    { path: '/2015-03-31/functions/function/invocations?a=b' },
  )
  assert.deepEqual(await run(['one', 'two']), ['one', 'two'])
  const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`
  assert.deepEqual(seen, [
    ['POST', '/2015-03-31/functions/function/invocations?a=b', 'application/json', basic],
  ])
})

test('a server that is down for one attempt', async (t) => {
  let attempts = 0
  const { run } = await bench(t, ({ records }, response) => {
    if (++attempts === 1) response.destroy()
    else response.end(ok(records))
  })
  assert.deepEqual(await run(['one'], { retries: 1 }), ['one'])
  assert.equal(attempts, 2)
})

const FAILURES: [name: string, (response: ServerResponse) => unknown, code: string, reason: RegExp][] = [
  ['hangs', () => {}, 'Lambda.FunctionTimedOut', /within 1 s/],
  ['hangs after the head', (response) => response.flushHeaders(), 'Lambda.FunctionTimedOut', /within 1 s/],
  [
    'cuts the connection',
    (response) => response.destroy(),
    'Lambda.TargetServerFailedToRespond',
    /socket hang up/,
  ],
  [
    'cuts the body',
    (response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"records":')
      setTimeout(() => response.destroy(), 50)
    },
    'Lambda.TargetServerFailedToRespond',
    /aborted/,
  ],
  [
    'sends more than 6 MB',
    (response) => response.end(Buffer.alloc(7e6, ' ')),
    'Lambda.FunctionError',
    /6 MB/,
  ],
  [
    'sends without end',
    (response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1e6, ' ')));
      }
      response.on('drain', more).on('error', () => {})
      more()
    },
    'Lambda.FunctionError',
    /6 MB/,
  ],
  [
    'answers 500',
    (response) => response.writeHead(500).end('boom'),
    'Lambda.FunctionError',
    /status 500: boom/,
  ],
  ['answers 404', (response) => response.writeHead(404).end(), 'Lambda.ResourceNotFound', /404/],
  [
    'redirects',
    (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    'Lambda.InvocationFailure',
    /307/,
  ],
]
for (const [name, answer, code, reason] of FAILURES)
  test(`a server that ${name}: ${code}, and the next batch works`, async (t) => {
    let requests = 0
    const timeoutMs = code === 'Lambda.FunctionTimedOut' ? SHORT_MS : LONG_MS
    const answerOnce = ({ records }: Event, response: ServerResponse): void => {
      if (++requests === 1) answer(response)
      else response.end(ok(records))
    }
    const { run, log } = await bench(t, answerOnce, { timeoutMs })
    assert.deepEqual(await run(['one']), [code])
    assert.match(log.join('\n'), reason)
    assert.ok(!log.join('\n').includes('p%40ss'))
    assert.deepEqual(await run(['one']), ['one'])
  })

test('nobody listens', async (t) => {
  const server = createTcpServer()
  const port = await listening(t, server)
  server.close()
  await once(server, 'close')
  const { run, log } = openBench(t, () => ({ [ARN]: { url: `http://127.0.0.1:${port}/` } }))
  assert.deepEqual(await run(['one']), ['Lambda.TargetServerFailedToRespond'])
  assert.match(log.join('\n'), /ECONNREFUSED/)
})

test('a port that does not speak HTTP, or not TLS', async (t) => {
  const server = createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-x\r\n'))
  const port = await listening(t, server)
  for (const scheme of ['http', 'https']) {
    const { run } = openBench(t, () => ({ [ARN]: { url: `${scheme}://127.0.0.1:${port}/` } }))
    assert.deepEqual(await run(['one']), ['Lambda.TargetServerFailedToRespond'])
  }
})

test('a certificate must be one that Node trusts: NODE_EXTRA_CA_CERTS adds an authority', async (t) => {
  const { directory } = openBench(t, () => ({}))
  const own = {
    dataDirectory: directory,
    host: '127.0.0.1',
    names: [],
    own: undefined,
    machineName: () => 'box',
  }
  const silent = { authorityMade: () => {}, certificateUsed: () => {}, renewalFailed: () => {} }
  const { identity, authorityFile } = await openCertificates(realSys, own, silent)
  const tls = { cert: identity.certificate, key: identity.key }
  const server = createTlsServer(tls, (request, response) => {
    void readEvent(request).then(({ records }) => response.end(ok(records)))
  })
  const port = await listening(t, server)
  assert.equal(await calledBy(port, join(directory, 'a'), {}), 'Lambda.TargetServerFailedToRespond')
  assert.ok(authorityFile !== undefined)
  assert.equal(await calledBy(port, join(directory, 'b'), { NODE_EXTRA_CA_CERTS: authorityFile }), 'x')
})

/** What one call from a process with this environment comes to. */
async function calledBy(port: number, directory: string, env: Record<string, string>): Promise<string> {
  mkdirSync(directory)
  const program = resolve(import.meta.dirname, 'server-of-one.ts')
  const child = fork(program, [`https://127.0.0.1:${port}/`, directory], { env: { ...process.env, ...env } })
  assert.deepEqual(await once(child, 'exit'), [0, null])
  const [entry] = await readTransformedFile(realSys.files, join(directory, 'transformed/s/1'))
  if (entry?.kind === 'failed') return entry.failure.code
  return entry?.kind === 'ok' ? entry.data.toString() : 'nothing'
}

test('at most five calls are under way', async (t) => {
  let open = 0
  let openMax = 0
  const { run } = await bench(t, ({ records }, response) => {
    openMax = Math.max(openMax, ++open)
    setTimeout(() => {
      open--
      response.end(ok(records))
    }, 30)
  })
  const records = Array.from({ length: 20 }, (_, index) => `record ${index}`)
  assert.deepEqual(await run(records, { bufferBytes: 1 }), records)
  assert.equal(openMax, 5)
})
