import assert from 'node:assert/strict'
import { Agent, request as requestNode, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { after, test } from 'node:test'
import type { AccessKey, AwsCall, JsonService, Role } from '../aws/service.ts'
import { smithySigner, type PlainRequest } from '../aws/testing/smithy-signer.ts'
import { HozonError } from '../base/errors.ts'
import { realHttp, type Listening } from '../sys/http.ts'
import { awsEndpoint, bindService, type EndpointOptions } from './endpoint.ts'
import { BODY_BYTES_MAX } from './request-body.ts'

const NOW = Date.UTC(2026, 10, 23, 5)
const keyOf = (role: Role): AccessKey => ({
  accessKeyId: `AKID${role}`,
  secretAccessKey: `secret-${role}`,
  role,
})
const KEYS = new Map((['ingest', 'read', 'admin'] as const).map((role) => [`AKID${role}`, keyOf(role)]))

interface World {
  calls: { input: { Name: string; Data?: Buffer }; call: AwsCall }[]
  fail: Error | undefined
}

const ECHO: JsonService<World> = {
  targetPrefix: 'Firehose_20150804',
  signingName: 'firehose',
  resource: (input, call) => `arn:aws:firehose:${call.region}:${call.accountId}:${JSON.stringify(input)}`,
  operations: [
    {
      name: 'Echo',
      roles: ['ingest'],
      input: {
        type: 'structure',
        members: { Name: { type: 'string', max: 3 }, Data: { type: 'blob' } },
        required: ['Name'],
      },
      handle(world, input: World['calls'][number]['input'], call) {
        world.calls.push({ input, call })
        if (world.fail !== undefined) throw world.fail
        return { Said: input.Name }
      },
    },
    {
      name: 'Written',
      roles: [],
      input: { type: 'structure', members: {} },
      read: (body) => ({ length: body.length }),
      handle: () => Buffer.from('{"by":"hand"}'),
    },
    {
      name: 'Held',
      roles: ['ingest'],
      input: { type: 'structure', members: {} },
      read: (body, memory) => memory.take(body.length).fill(body[0]!),
      async handle(_, filled: Buffer, { memory }) {
        const answer = memory.take(filled.length)
        await new Promise((resolve) => setTimeout(resolve, filled[0]! % 3))
        filled.copy(answer)
        return answer
      },
    },
  ],
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const open: Listening[] = []
after(async () => {
  agent.destroy()
  await Promise.all(open.map((listening) => listening.close(0)))
})

async function start(options: Partial<EndpointOptions> = {}) {
  const world: World = { calls: [], fail: undefined }
  const failures: unknown[] = []
  let random = 0
  const endpoint = awsEndpoint({
    sys: {
      clock: { now: () => NOW, monotonic: () => 0, sleep: () => Promise.resolve() },
      random: { bytes: (count) => Buffer.alloc(count, ++random), float: () => 0 },
    },
    services: [bindService(ECHO, world)],
    accessKeys: { find: (id) => KEYS.get(id) },
    events: { failed: (_, error) => failures.push(error) },
    ...options,
  })
  const listening = await realHttp.listen({ host: '127.0.0.1', port: 0 }, endpoint)
  open.push(listening)
  return { world, failures, port: listening.port }
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

interface Sent {
  port: number
  body?: string | Buffer
  role?: Role
  headers?: Record<string, string>
  /** After signing. */
  change?: (request: PlainRequest) => void
  chunked?: boolean
  connections?: Agent
}

async function signed({
  port,
  body = '{"Name":"abc"}',
  role = 'ingest',
  headers = {},
}: Sent): Promise<PlainRequest> {
  const plain = {
    method: 'POST',
    path: '/',
    query: {},
    headers: { host: `127.0.0.1:${port}`, 'x-amz-target': 'Firehose_20150804.Echo', ...headers },
    body: Buffer.from(body),
  }
  return smithySigner(keyOf(role)).sign(plain, NOW)
}

async function send(sent: Sent): Promise<Answer> {
  const request = await signed(sent)
  sent.change?.(request)
  return transmit(sent, request)
}

function transmit(
  { port, chunked = false, connections = agent }: Sent,
  { method, path, headers, body }: PlainRequest,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = chunked ? {} : { 'content-length': String(body.length) }
    const request = requestNode(
      { port, method, path, headers: { ...headers, ...length }, agent: connections },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: text }),
        )
      },
    )
    request.on('error', reject)
    if (chunked) request.write(body)
    request.end(chunked ? undefined : body)
  })
}

const error = ({ status, body }: Answer): unknown[] => {
  const { __type: type, message } = JSON.parse(body) as Record<string, string>
  return [status, type, message]
}

test('a signed request is answered', async () => {
  const { world, port } = await start()
  const { status, headers, body } = await send({ port, body: '{"Name": "abc", "Data": "aGkK", "Other": 1}' })
  assert.deepEqual([status, body], [200, '{"Said":"abc"}'])
  assert.equal(headers['content-type'], 'application/x-amz-json-1.1')
  assert.equal(headers['x-amzn-requestid'], '01010101-0101-4101-8101-010101010101')
  const [{ input, call }] = world.calls as [World['calls'][number]]
  assert.deepEqual(input, { Name: 'abc', Data: Buffer.from('hi\n') })
  assert.deepEqual(
    [call.region, call.accountId, call.accessKey, call.requestId, call.identity.length],
    ['eu-west-1', '123456789012', keyOf('ingest'), headers['x-amzn-requestid'], 16],
  )
})

test('an operation may read its body and write its answer itself', async () => {
  const { port } = await start()
  const headers = { 'x-amz-target': 'Firehose_20150804.Written' }
  assert.equal((await send({ port, headers, role: 'admin', body: 'no JSON' })).body, '{"by":"hand"}')
})

test('what nobody offers is UnknownOperationException', async () => {
  const { port } = await start()
  for (const target of [
    'Firehose_20150804.Nothing',
    'Glue.Echo',
    'Echo',
    '.',
    'Firehose_20150804',
    'x'.repeat(999),
  ])
    assert.deepEqual(error(await send({ port, headers: { 'x-amz-target': target } })), [
      400,
      'UnknownOperationException',
      undefined,
    ])
  const toGet = await send({ port, body: '', change: (request) => (request.method = 'GET') })
  assert.deepEqual(error(toGet).slice(0, 2), [404, 'UnknownOperationException'])
  const without = await send({ port, change: ({ headers }) => delete headers['x-amz-target'] })
  assert.deepEqual(error(without).slice(0, 2), [404, 'UnknownOperationException'])
})

test('strangers are refused, and nothing is called', async () => {
  const { world, port } = await start()
  const refused = async (change: (request: PlainRequest) => void): Promise<unknown> =>
    error(await send({ port, change }))[1]
  assert.equal(
    await refused(({ headers }) => delete headers['authorization']),
    'MissingAuthenticationTokenException',
  )
  assert.equal(
    await refused((request) => (request.body = Buffer.from('{"Name":"x"}'))),
    'InvalidSignatureException',
  )
  assert.equal(await refused((request) => (request.path = '/?a')), 'InvalidSignatureException')
  const replaceKey = ({ headers }: PlainRequest): void => {
    headers['authorization'] = headers['authorization']!.replace('AKIDingest', 'AKIDadmin')
  }
  assert.equal(await refused(replaceKey), 'InvalidSignatureException')
  const unsignedTarget = ({ headers }: PlainRequest): void => {
    headers['authorization'] = headers['authorization']!.replace(';x-amz-target', '')
  }
  assert.equal(await refused(unsignedTarget), 'InvalidSignatureException')
  assert.deepEqual(world.calls, [])
})

test('a key does what its role may', async () => {
  const { world, port } = await start()
  assert.deepEqual(error(await send({ port, role: 'read' })), [
    400,
    'AccessDeniedException',
    'User: arn:aws:iam::123456789012:user/AKIDread is not authorized to perform: firehose:Echo on resource: arn:aws:firehose:eu-west-1:123456789012:{"Name":"abc"} because no identity-based policy allows the firehose:Echo action',
  ])
  assert.equal(world.calls.length, 0)
  assert.equal((await send({ port, role: 'admin' })).status, 200)
})

test('bodies that are not what the shape says', async () => {
  const { world, port } = await start()
  const invalid = [
    '', '{', 'null', '{"Name":"a"} {}', '{"Name":"\n"}', '\ufeff{"Name":"a"}',
    Buffer.from('{"Name":"\xff"}', 'latin1'),
    `{"Name":"a","X":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
  ] // prettier-ignore
  for (const body of invalid)
    assert.deepEqual(
      error(await send({ port, body })),
      [400, 'SerializationException', undefined],
      String(body).slice(0, 20),
    )
  assert.deepEqual(error(await send({ port, body: '{"Name":1}' })), [
    400,
    'SerializationException',
    'NUMBER_VALUE can not be converted to a String',
  ])
  assert.deepEqual(error(await send({ port, body: '{"Name":"abcd"}' })), [
    400,
    'ValidationException',
    "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 3",
  ])
  const headers = { 'content-encoding': 'gzip' }
  assert.deepEqual(error(await send({ port, headers, body: gzipSync('{"Name":"a"}') })), [
    400,
    'SerializationException',
    "Content-Encoding 'gzip' is not supported",
  ])
  assert.equal(world.calls.length, 0)
  const plain = { 'content-encoding': 'Identity' }
  assert.equal((await send({ port, headers: plain, body: '{"Name":"a"}' })).status, 200)
  const brackets = `{"X":"${'['.repeat(100)}\\\\\\"${'{'.repeat(100)}","Name":"a"}`
  assert.equal((await send({ port, body: brackets })).status, 200)
})

test('eight megabytes are taken, a byte more is refused, and the connection lives on', async () => {
  const { port } = await start()
  const bodyOf = (bytes: number): string => `{"Name":"a"}${' '.repeat(bytes - 12)}`
  const local = await Promise.all(
    [false, true].map(async (chunked) => {
      const whole = await send({ port, body: bodyOf(BODY_BYTES_MAX), chunked })
      const over = await send({ port, body: bodyOf(BODY_BYTES_MAX + 1), chunked })
      return [whole.status, ...error(over)]
    }),
  )
  const expected = [
    200,
    413,
    'RequestEntityTooLargeException',
    'Request size must be less than or equal to 8388608 bytes',
  ]
  assert.deepEqual(local, [expected, expected])
  assert.equal((await send({ port })).status, 200)
})

test('all bodies together have a bound, and are forgotten with their answers', async () => {
  const { world, failures, port } = await start({ bodiesBytesMax: 100 })
  const large = JSON.stringify({ Name: 'a', X: 'x'.repeat(100) })
  for (let time = 0; time < 10; time++) {
    assert.deepEqual(error(await send({ port, body: large })), [
      503,
      'ServiceUnavailableException',
      'Slow down.',
    ])
    assert.equal((await send({ port, body: '{"Name":"a"}' })).status, 200)
    world.fail = new Error('inside')
    assert.equal((await send({ port, body: '{"Name":"a"}' })).status, 500)
    world.fail = undefined
  }
  assert.equal(failures.length, 20)
})

test('a sender that goes away leaves nothing behind', async () => {
  const { world, failures, port } = await start({ bodiesBytesMax: 40 })
  const { headers } = await signed({ port, body: '{"Name":"abc"}' })
  for (let time = 0; time < 5; time++) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const socket = connect(port, '127.0.0.1').resume()
    // The server closes its side when it has seen that the rest does not come.
    socket.end(`POST / HTTP/1.1\r\n${lines.join('')}content-length: 14\r\n\r\n{"Name":`)
    await new Promise((resolve) => socket.once('close', resolve))
  }
  assert.equal((await send({ port, body: `{"Name":"abc"}${' '.repeat(20)}` })).status, 200)
  assert.deepEqual([world.calls.length, failures.length], [1, 0])
})

test("the world's faults can be tried again, ours are not explained", async () => {
  const { world, failures, port } = await start()
  world.fail = new HozonError('HOZON_BUFFER_FULL', 'full of secrets', { op: 'append', retryable: true })
  assert.deepEqual(error(await send({ port })), [503, 'ServiceUnavailableException', 'Slow down.'])
  for (const fault of [new HozonError('HOZON_X', 'secret', { op: 'x' }), new TypeError('secret')]) {
    world.fail = fault
    const answer = await send({ port })
    assert.deepEqual(error(answer).slice(0, 2), [500, 'InternalFailure'])
    assert.doesNotMatch(answer.body, /secret/)
    assert.equal(failures.at(-1), fault)
  }
})

test('identity: equal for attempts of one call, and for nothing else', async () => {
  const { world, port } = await start()
  const identity = async (sent: Partial<Sent>): Promise<string> => {
    assert.equal((await send({ port, ...sent })).status, 200)
    return world.calls.at(-1)!.call.identity.toString('hex')
  }
  const attempt = (id: string, date: string): Partial<Sent> => ({
    headers: { 'amz-sdk-invocation-id': id, 'amz-sdk-request': date },
  })
  const first = await identity(attempt('one', 'attempt=1'))
  assert.equal(await identity(attempt('one', 'attempt=2')), first)
  const others = [
    await identity(attempt('two', 'attempt=1')),
    await identity({ ...attempt('one', 'attempt=1'), body: '{"Name":"a"}' }),
    await identity({ ...attempt('one', 'attempt=1'), role: 'admin' }),
    await identity({}),
    await identity({ headers: { 'user-agent': 'another', 'x-a': '1' } }),
  ]
  assert.equal(new Set([first, ...others]).size, 6)
  assert.equal(await identity({}), others[3], 'the very same signature')
  // Two chunks of equal lines within a second: not to be told from a repetition but by whom they come from.
  const fluentBit = { headers: { 'user-agent': 'aws-fluent-bit-plugin-k8s' } }
  assert.notEqual(await identity(fluentBit), await identity(fluentBit))
})

test('requests that wait for a continue, and requests in a row', async () => {
  const { world, port } = await start()
  const { headers, body } = await signed({ port })
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST / HTTP/1.1\r\n${lines.join('')}content-length: ${body.length}\r\n`
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  let text = ''
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(text)) text += String(await new Promise((resolve) => socket.once('data', resolve)))
  }
  socket.write(`${head}expect: 100-continue\r\n\r\n`)
  await until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
  socket.write(Buffer.concat([body, Buffer.from(`${head}\r\n`), body, Buffer.from(`${head}\r\n`), body]))
  await until(/(200 OK[^]*\{"Said":"abc"\}[^]*){3}$/)
  socket.destroy()
  assert.equal(world.calls.length, 3)
})

test('memory is lent until the answer was sent: what others take meanwhile is not the same', async () => {
  const { port } = await start()
  const headers = { 'x-amz-target': 'Firehose_20150804.Held' }
  const connections = new Agent({ keepAlive: true, maxSockets: 8 })
  const letters = Array.from({ length: 60 }, (_, index) => String.fromCharCode(0x61 + (index % 26)))
  const answers = await Promise.all(
    letters.map((letter) => send({ port, body: letter.repeat(100_000), headers, connections })),
  )
  connections.destroy()
  for (const [index, { body }] of answers.entries())
    assert.ok(body === letters[index]!.repeat(100_000), `answer ${index} is of another request`)
})
