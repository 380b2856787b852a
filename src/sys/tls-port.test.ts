/** One port, two protocols: real sockets on a free port, with a certificate made once. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { request as requestHttp, Agent as HttpAgent } from 'node:http'
import { request as requestHttps, Agent as HttpsAgent, type RequestOptions } from 'node:https'
import { test, type TestContext } from 'node:test'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { realHttp, type HttpHandler } from './http.ts'
import { TEST_IDENTITIES } from './testing/test-identity.ts'

const HOST = '127.0.0.1'
const [first, second] = TEST_IDENTITIES

/** Answers with the protocol, the length of the body and the path. */
const echo: HttpHandler = (request, response) => {
  let bytes = 0
  request.on('data', (chunk: Buffer) => (bytes += chunk.length))
  request.on('end', () => {
    const protocol = 'encrypted' in request.socket ? 'https' : 'http'
    response.end(`${protocol} ${request.httpVersion} ${bytes} ${request.url}`)
  })
}

async function listen(t: TestContext, handler = echo) {
  const listening = await realHttp.listen({ host: HOST, port: 0, tls: first }, handler)
  t.after(() => listening.close(0))
  return listening
}

const trust = { ca: first.certificate, servername: 'localhost' }

function fetchText(
  protocol: 'http' | 'https',
  port: number,
  { body = '', ...options }: RequestOptions & { body?: string | Buffer } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const all = { host: HOST, port, method: 'POST', path: '/', ...options }
    const request = protocol === 'http' ? requestHttp(all) : requestHttps({ ...trust, ...all })
    request.on('error', reject).on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(text)).on('error', reject)
    })
    request.end(body)
  })
}

async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await once(socket, 'close')
  return text
}

test('both protocols, with bodies of many packets and none lost', async (t) => {
  const { port } = await listen(t)
  for (const bytes of [0, 1, 65_536, 3_000_000]) {
    const body = Buffer.alloc(bytes, 'x')
    assert.equal(await fetchText('http', port, { body }), `http 1.1 ${bytes} /`)
    assert.equal(await fetchText('https', port, { body }), `https 1.1 ${bytes} /`)
  }
})

test('a request that comes byte by byte', async (t) => {
  const { port } = await listen(t)
  const socket = connectTcp(port, HOST).setNoDelay()
  const answer = readAll(socket)
  for (const byte of 'GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n') {
    socket.write(byte)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.match(await answer, /http 1\.1 0 \/slow/)
})

test('several requests in the first packet', async (t) => {
  const { port } = await listen(t)
  const socket = connectTcp(port, HOST)
  const head = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`
  socket.write(head('/1') + head('/2') + head('/3', 'connection: close\r\n'))
  const answer = await readAll(socket)
  assert.deepEqual(answer.match(/http 1\.1 0 \/\d/g), ['http 1.1 0 /1', 'http 1.1 0 /2', 'http 1.1 0 /3'])
})

test('what is neither HTTP nor TLS is answered as a bad request', async (t) => {
  const { port } = await listen(t)
  for (const garbage of ['\u0000\u0001', 'nonsense\r\n\r\n', '\u0080\u002e']) {
    const socket = connectTcp(port, HOST)
    socket.end(Buffer.from(garbage, 'latin1'))
    assert.match(await readAll(socket), /^HTTP\/1\.1 400 /)
  }
})

test('a handshake that is none ends the connection, and nothing else', async (t) => {
  const { port } = await listen(t)
  const socket = connectTcp(port, HOST)
  socket.write(Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5, 6, 7]))
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'close')
  assert.match(await fetchText('https', port), /^https/)
})

test('connections that end or break before their first byte', async (t) => {
  const { port } = await listen(t)
  const ended = connectTcp(port, HOST)
  ended.end()
  ended.resume()
  await once(ended, 'close')
  const broken = connectTcp(port, HOST)
  await once(broken, 'connect')
  broken.resetAndDestroy()
  await once(broken, 'close')
  assert.match(await fetchText('http', port), /^http/)
})

test('keep-alive over both', async (t) => {
  const { port } = await listen(t)
  const [http, https] = [
    new HttpAgent({ keepAlive: true, maxSockets: 1 }),
    new HttpsAgent({ keepAlive: true, maxSockets: 1, ...trust }),
  ]
  const sockets = new Set<unknown>()
  for (const agent of [http, https]) agent.on('free', (socket) => sockets.add(socket))
  for (let index = 0; index < 5; index++) {
    await fetchText('http', port, { agent: http, body: 'abc' })
    await fetchText('https', port, { agent: https, body: 'abc' })
  }
  http.destroy()
  https.destroy()
  assert.equal(sockets.size, 2)
})

test('200 connections at once, mixed', async (t) => {
  const { port } = await listen(t)
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => {
      const protocol = index % 2 === 0 ? 'http' : 'https'
      return fetchText(protocol, port, { body: 'x'.repeat(index), path: `/${index}`, agent: false })
    }),
  )
  const expected = answers.map((_, index) => `${index % 2 === 0 ? 'http' : 'https'} 1.1 ${index} /${index}`)
  assert.deepEqual(answers, expected)
})

function handshake(port: number, options: ConnectionOptions): Promise<{ alpn: unknown; version: unknown }> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: HOST, port, ...trust, ...options }, () => {
      resolve({ alpn: socket.alpnProtocol, version: socket.getProtocol() })
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

test('HTTP/1.1 only, TLS 1.2 and 1.3 only', async (t) => {
  const { port } = await listen(t)
  assert.deepEqual(await handshake(port, { ALPNProtocols: ['h2', 'http/1.1'] }), {
    alpn: 'http/1.1',
    version: 'TLSv1.3',
  })
  assert.deepEqual(await handshake(port, { maxVersion: 'TLSv1.2' }), { alpn: false, version: 'TLSv1.2' })
  await assert.rejects(handshake(port, { ALPNProtocols: ['h2'] }))
  const old: ConnectionOptions = {
    minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  }
  await assert.rejects(handshake(port, old))
})

test('a new certificate is used at once; open connections stay', async (t) => {
  const listening = await listen(t)
  const { port } = listening
  const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1, ...trust })
  t.after(() => agent.destroy())
  await fetchText('https', port, { agent })
  listening.setTls(second)
  assert.match(await fetchText('https', port, { agent }), /^https/)
  await assert.rejects(fetchText('https', port, { agent: false }))
  assert.match(await fetchText('https', port, { agent: false, ca: second.certificate }), /^https/)
  assert.deepEqual(
    (await handshake(port, { ca: second.certificate, maxVersion: 'TLSv1.2' })).version,
    'TLSv1.2',
  )
  const old: ConnectionOptions = {
    minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  }
  await assert.rejects(handshake(port, { ca: second.certificate, ...old }))
})

test('close ends what waits, is idle, is half-way through a handshake or never ends', async (t) => {
  const started = Promise.withResolvers<void>()
  let running = 0
  const listening = await listen(t, (request, response) => {
    request.resume()
    if (request.url !== '/never') response.end('done')
    else if (++running === 2) started.resolve()
  })
  const { port } = listening
  const silent = connectTcp(port, HOST)
  const halfway = connectTcp(port, HOST)
  halfway.write(Buffer.from([0x16, 3, 1, 1, 0]))
  const idle = [new HttpAgent({ keepAlive: true }), new HttpsAgent({ keepAlive: true, ...trust })] as const
  await fetchText('http', port, { agent: idle[0] })
  await fetchText('https', port, { agent: idle[1] })
  const never = (['http', 'https'] as const).map((protocol) =>
    fetchText(protocol, port, { path: '/never', agent: false }),
  )
  const ended = [silent, halfway].map((socket) => once(socket.on('error', () => {}).resume(), 'close'))
  await started.promise
  await listening.close(20)
  const results = await Promise.allSettled(never)
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  await Promise.all(ended)
  await assert.rejects(fetchText('http', port, { agent: false }), { code: 'ECONNREFUSED' })
})

test('close lets running answers finish', async (t) => {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  let count = 0
  const listening = await listen(t, (request, response) => {
    request.resume()
    if (++count === 2) asked.resolve()
    void answer.promise.then(() => response.end('finished'))
  })
  const texts = Promise.all(
    (['http', 'https'] as const).map((protocol) => fetchText(protocol, listening.port)),
  )
  await asked.promise
  const closed = listening.close(60_000)
  answer.resolve()
  assert.deepEqual(await texts, ['finished', 'finished'])
  await closed
})

test('without a certificate the port speaks HTTP only', async (t) => {
  const listening = await realHttp.listen({ host: HOST, port: 0 }, echo)
  t.after(() => listening.close(0))
  assert.match(await fetchText('http', listening.port), /^http /)
  await assert.rejects(fetchText('https', listening.port))
  assert.throws(() => listening.setTls(first), /without TLS/)
})
