/** A real `hozon up` and real TLS clients: both protocols on its port, what they trust, keys, and the end of it. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { Agent, request as requestHttps } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { TEST_IDENTITIES } from '../../src/sys/testing/test-identity.ts'
import { eventually, hozon, hozonUp, type Up } from '../hozon-process.ts'

const run = promisify(execFile)

interface Server {
  up: Up
  data: string
  ca: string
  port: number
}

const directories: string[] = []
const started: Up[] = []
let server: Server

async function start(endpoint: string, name = 'data', given?: string): Promise<Server> {
  const directory = given ?? mkdtempSync(join(tmpdir(), 'hozon-tls-'))
  directories.push(directory)
  const file = join(directory, 'hozon.yaml')
  writeFileSync(file, `streams: {web: {}}\nendpoint: ${endpoint}\n`)
  const data = join(directory, name)
  const up = hozonUp(file, data)
  started.push(up)
  const line = await up.ready
  const port = Number(/https=https:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1])
  assert.match(line, new RegExp(`endpoint=http://127\\.0\\.0\\.1:${port} `))
  return { up, data, ca: join(data, 'tls/ca.pem'), port }
}

before(async () => {
  server = await start('{names: [logs.example.com, 10.9.8.7]}')
})

after(async () => {
  for (const up of started) await up.kill()
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

/** The status of /livez. */
function livez(protocol: 'http' | 'https', port: number, options: object = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = protocol === 'http' ? requestHttp : requestHttps
    request({ host: '127.0.0.1', port, path: '/livez', agent: false, ...options }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
      .on('error', reject)
      .end()
  })
}

const trusting = ({ ca }: Server): { ca: Buffer } => ({ ca: readFileSync(ca) })

test('what was made at the first start is for its owner', () => {
  const mode = (path: string): number => statSync(join(server.data, path)).mode & 0o777
  assert.deepEqual(
    ['tls', 'tls/ca-key.pem', 'tls/ca.pem', 'credentials.json'].map(mode),
    [0o700, 0o600, 0o644, 0o600],
  )
})

test('curl by all names, over both protocols; not without the authority', async () => {
  const { port, ca } = server
  const resolve = [
    '--resolve',
    `logs.example.com:${port}:127.0.0.1`,
    '--connect-to',
    `10.9.8.7:${port}:127.0.0.1:${port}`,
  ]
  for (const url of [
    'http://127.0.0.1',
    'https://127.0.0.1',
    'https://localhost',
    'https://logs.example.com',
    'https://10.9.8.7',
  ]) {
    const args = ['-sS', '--cacert', ca, ...resolve, `${url}:${port}/livez`]
    const { stdout } = await run(
      'curl',
      url.includes('example') || url.includes('10.9') ? [...args, '-H', 'host: localhost'] : args,
    )
    assert.equal(stdout, 'ok\n', url)
  }
  await assert.rejects(run('curl', ['-sS', `https://127.0.0.1:${port}/livez`]), { code: 60 })
  const other = [
    '-sS',
    '--cacert',
    ca,
    '--resolve',
    `other.test:${port}:127.0.0.1`,
    `https://other.test:${port}/livez`,
  ]
  await assert.rejects(run('curl', other), { code: 60 })
})

test('openssl finds nothing to complain about', () => {
  const args = [
    's_client',
    '-connect',
    `127.0.0.1:${server.port}`,
    '-CAfile',
    server.ca,
    '-verify_return_error',
    '-x509_strict',
  ]
  const { stdout, status } = spawnSync('openssl', args, { input: '', encoding: 'utf8' })
  assert.equal(status, 0, stdout)
  assert.match(stdout, /Verify return code: 0 \(ok\)/)
})

test('Python trusts it in its strictest way', async () => {
  const script = `
import ssl, sys, urllib.request
context = ssl.create_default_context(cafile=sys.argv[1])
context.verify_flags |= ssl.VERIFY_X509_STRICT
print(urllib.request.urlopen(sys.argv[2], context=context).status)`
  const { stdout } = await run('python3', ['-c', script, server.ca, `https://localhost:${server.port}/livez`])
  assert.equal(stdout, '200\n')
})

test('200 connections at once, mixed with silent, broken and foreign ones', async () => {
  const { port } = server
  const disturbing = Array.from({ length: 50 }, (_, index) => {
    const socket = connectTcp(port, '127.0.0.1').on('error', () => {})
    if (index % 2 === 0) socket.write(index % 4 === 0 ? 'nonsense\r\n\r\n' : Buffer.from([0x16, 3, 1]))
    return socket
  })
  const protocols = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 'http' : 'https'))
  const statuses = await Promise.all(protocols.map((protocol) => livez(protocol, port, trusting(server))))
  assert.deepEqual(new Set(statuses), new Set([200]))
  for (const socket of disturbing) socket.destroy()
})

test('keep-alive over TLS: one handshake for many requests', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...trusting(server) })
  const sockets = new Set<unknown>()
  agent.on('free', (socket) => sockets.add(socket))
  for (let index = 0; index < 20; index++) assert.equal(await livez('https', server.port, { agent }), 200)
  agent.destroy()
  assert.equal(sockets.size, 1)
})

test('a connection that says nothing is ended, and one that stops within its handshake', async () => {
  const silent = connectTcp(server.port, '127.0.0.1').on('error', () => {})
  const halfway = connectTcp(server.port, '127.0.0.1').on('error', () => {})
  halfway.write(Buffer.from([0x16, 3, 1, 2, 0, 1]))
  await Promise.all([silent, halfway].map((socket) => once(socket.resume(), 'close')))
})

test('keys are made and revoked through the running server; env is for a shell', async () => {
  const at = ['--data', server.data]
  const made = await hozon([
    'keys',
    'create',
    '--role',
    'ingest',
    '--description',
    'test',
    '--format',
    'json',
    ...at,
  ])
  const { accessKeyId, secretAccessKey } = JSON.parse(made.stdout) as Record<string, string>
  const file = (): string => readFileSync(join(server.data, 'credentials.json'), 'utf8')
  assert.ok(file().includes(secretAccessKey!))
  const env = await hozon(['env', '--https', '--key', accessKeyId!, ...at])
  const script =
    'eval "$HOZON_ENV"; curl -sS --cacert "$AWS_CA_BUNDLE" "$AWS_ENDPOINT_URL/livez"; echo "$AWS_ACCESS_KEY_ID"'
  const { stdout } = await run('sh', ['-euc', script], {
    env: { PATH: process.env['PATH'], HOZON_ENV: env.stdout },
  })
  assert.equal(stdout, `ok\n${accessKeyId}\n`)
  assert.equal((await hozon(['keys', 'revoke', accessKeyId!, ...at])).code, 0)
  assert.ok(!file().includes(secretAccessKey!))
  const listed = await hozon(['keys', 'list', '--format', 'json', ...at])
  assert.equal((JSON.parse(listed.stdout) as unknown[]).length, 1)
})

test("the operator's own certificate, replaced while the server runs", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-own-'))
  const [first, second] = TEST_IDENTITIES
  const put = ({ certificate, key }: typeof first): void => {
    for (const [name, text] of [
      ['key.pem', key],
      ['own.pem', certificate],
    ] as const) {
      writeFileSync(join(directory, `${name}.new`), text)
      renameSync(join(directory, `${name}.new`), join(directory, name))
    }
  }
  put(first)
  const own = await start('{certificate: ./own.pem, key: ./key.pem}', 'data', directory)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: first.certificate })
  assert.equal(await livez('https', own.port, { agent }), 200)
  put(second)
  const isNew = (): Promise<true | undefined> =>
    livez('https', own.port, { ca: second.certificate }).then(
      () => true,
      () => undefined,
    )
  await eventually(isNew, 'the new certificate is in use', 500)
  await assert.rejects(livez('https', own.port, { ca: first.certificate }))
  agent.destroy()
  const env = await hozon(['env', '--https', '--data', own.data])
  assert.ok(!env.stdout.includes('CA'))
  assert.equal(await own.up.stop(), 0)
})

test('a restart keeps the authority; SIGTERM ends in time with TLS connections open in every state', async () => {
  const trusted = trusting(server)
  const file = join(server.data, '../hozon.yaml')
  const port = server.port
  const agent = new Agent({ keepAlive: true, ...trusted })
  await livez('https', port, { agent })
  const open = connectTls({ host: '127.0.0.1', port, ...trusted })
  await once(open, 'secureConnect')
  const { controlToken } = JSON.parse(readFileSync(join(server.data, 'credentials.json'), 'utf8')) as {
    controlToken: string
  }
  // A body that never comes.
  const head = ['POST /hozon/v1/sql HTTP/1.1', 'host: localhost', `authorization: Bearer ${controlToken}`]
  open.write([...head, 'content-length: 10', '', ''].join('\r\n'))
  const halfway = connectTcp(port, '127.0.0.1')
  halfway.write(Buffer.from([0x16, 3, 1, 2, 0, 1]))
  const silent = connectTcp(port, '127.0.0.1')
  for (const socket of [open, halfway, silent]) socket.on('error', () => {})
  await once(silent, 'connect')
  let answered = ''
  open.on('data', (chunk: Buffer) => (answered += chunk.toString()))
  assert.equal(await server.up.stop(), 0)
  // Cut when the grace was over. Left alone, it would be told `408` when the time for a request is over.
  assert.equal(answered, '')
  agent.destroy()
  const again = hozonUp(file, server.data)
  started.push(again)
  const freshPort = Number(/https=https:\/\/127\.0\.0\.1:(\d+)/.exec(await again.ready)?.[1])
  assert.equal(await livez('https', freshPort, trusted), 200)
})

test('a damaged authority is named with the next step', async () => {
  const broken = await start('{}')
  await broken.up.stop()
  writeFileSync(join(broken.data, 'tls/ca-key.pem'), 'junk')
  const up = hozonUp(join(broken.data, '../hozon.yaml'), broken.data)
  assert.equal(await up.exited, 1)
  assert.match(up.output().stderr, /ca-key\.pem: there is no PEM in it; restore it from a backup/)
})
