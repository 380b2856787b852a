/** What no SDK would send: wrong signatures, wrong times, presigned URLs, framings, keys and documents. */
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { keyOf, REGION, serve } from './served.ts'
import { presigned, send, signed, type RawAnswer, type RawRequest, type SignOptions } from './requests.ts'

const served = await serve()
const { port } = served
after(() => served.end())
const BUCKET = 'raw-bucket'

const ask = async (raw: RawRequest, options: SignOptions = {}): Promise<RawAnswer> =>
  send(port, await signed(port, raw, options))
const is = ({ status, code, body }: RawAnswer, expected: string, expectedStatus: number): void =>
  assert.deepEqual([status, code], [expectedStatus, expected], body)
const put = (path: string, body: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  ask({ method: 'PUT', path, body, headers })

assert.equal((await put(`/${BUCKET}`, '')).status, 200)

test('errors say what S3 says', async () => {
  const answer = await ask({ path: `/${BUCKET}/no%20thing<&>` })
  is(answer, 'NoSuchKey', 404)
  assert.equal(answer.headers['content-type'], 'application/xml')
  assert.match(
    answer.body,
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code><Message>The specified key does not exist.<\/Message><Key>no thing&lt;&amp;&gt;<\/Key><Resource>\/raw-bucket\/no%20thing&lt;&amp;&gt;<\/Resource><RequestId>[0-9A-F]{16}<\/RequestId>/,
  )
  assert.match(String(answer.headers['x-amz-request-id']), /^[0-9A-F]{16}$/)
  const head = await ask({ method: 'HEAD', path: `/${BUCKET}/nothing` })
  assert.deepEqual([head.status, head.body], [404, ''])
})

test('who does not sign, or with what we do not know', async () => {
  is(await send(port, { path: '/' }), 'AccessDenied', 403)
  is(await send(port, { path: `/${BUCKET}/x` }), 'AccessDenied', 403)
  is(await send(port, { path: '/', headers: { authorization: 'AWS AKID:signature' } }), 'InvalidRequest', 400)
  is(await send(port, { path: '/', query: { AWSAccessKeyId: 'x', Signature: 'y' } }), 'InvalidRequest', 400)
  const good = await signed(port, { path: '/' })
  const authorization = good.headers!['authorization']!
  const other = (change: (text: string) => string): Promise<RawAnswer> =>
    send(port, { ...good, headers: { ...good.headers, authorization: change(authorization) } })
  is(await other((text) => text.replace('HOZONADMIN', 'HOZONNOBODY')), 'InvalidAccessKeyId', 403)
  is(
    await other((text) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
    'SignatureDoesNotMatch',
    403,
  )
  is(await other((text) => text.replace('/s3/aws4', '/s3/aws5')), 'AuthorizationHeaderMalformed', 400)
  is(await other((text) => text.replace(/Signature=.*/, '')), 'AuthorizationHeaderMalformed', 400)
  is(await send(port, { ...good, path: '/other' }), 'SignatureDoesNotMatch', 403)
  const encoded = await signed(port, { path: `/${BUCKET}/a%2Bb%28` })
  is(await send(port, { ...encoded, path: `/${BUCKET}/a+b(` }), 'NoSuchKey', 404)
  is(await send(port, { ...good, query: { versions: '' } }), 'SignatureDoesNotMatch', 403)
  is(await ask({ path: '/', headers: { 'x-amz-security-token': 'token' } }), 'InvalidToken', 400)
  const { 'x-amz-content-sha256': _, ...rest } = good.headers!
  is(await send(port, { ...good, headers: rest }), 'InvalidRequest', 400)
  const unsigned = { ...good.headers!, 'x-amz-meta-added': 'on the way' }
  is(await send(port, { ...good, headers: unsigned }), 'AccessDenied', 403)
  is(
    await ask({ path: '/', headers: { 'x-amz-expected-bucket-owner': '999999999999' } }),
    'AccessDenied',
    403,
  )
  assert.equal(
    (await ask({ path: '/', headers: { 'x-amz-expected-bucket-owner': '123456789012' } })).status,
    200,
  )
})

test('clocks', async () => {
  for (const minutes of [-14, 14])
    assert.equal((await ask({ path: '/' }, { nowMs: Date.now() + minutes * 60_000 })).status, 200)
  for (const minutes of [-16, 16])
    is(await ask({ path: '/' }, { nowMs: Date.now() + minutes * 60_000 }), 'RequestTimeTooSkewed', 403)
})

test('presigned URLs', async () => {
  const DAY_MS = 86_400_000
  const path = `/${BUCKET}/pre%20signed%2Bplus`
  const link = async (raw: RawRequest, options: SignOptions): Promise<RawAnswer> =>
    send(port, { ...(await presigned(port, raw, options)), body: raw.body ?? '' })
  assert.equal((await link({ method: 'PUT', path, body: 'by link' }, {})).status, 200)
  assert.equal((await link({ path }, {})).body, 'by link')
  assert.equal((await ask({ path })).body, 'by link')
  const week = { expiresIn: 604_800 }
  assert.equal((await link({ path }, { ...week, nowMs: Date.now() - 6.9 * DAY_MS })).body, 'by link')
  const late = await link({ path }, { ...week, nowMs: Date.now() - 7.1 * DAY_MS })
  is(late, 'AccessDenied', 403)
  assert.match(late.body, /<Message>Request has expired<\/Message>/)
  is(await link({ path }, { expiresIn: 60, nowMs: Date.now() - 61_000 }), 'AccessDenied', 403)
  is(await link({ path }, { nowMs: Date.now() + 3_600_000 }), 'AccessDenied', 403)
  const tooLong = await presigned(port, { path }, week)
  is(
    await send(port, { ...tooLong, query: { ...tooLong.query, 'X-Amz-Expires': '604801' } }),
    'AuthorizationQueryParametersError',
    400,
  )
  is(await send(port, { ...tooLong, method: 'DELETE' }), 'SignatureDoesNotMatch', 403)
  is(await send(port, { ...tooLong, path: `/${BUCKET}/other` }), 'SignatureDoesNotMatch', 403)
  is(await link({ method: 'DELETE', path }, { role: 'read' }), 'AccessDenied', 403)
  const shown = await link({ path, query: { 'response-content-disposition': 'attachment' } }, {})
  assert.equal(shown.headers['content-disposition'], 'attachment')
})

/** A body as clients of several years have sent it. */
function chunked(chunks: readonly Buffer[], trailer = ''): Buffer {
  const framed = [...chunks, Buffer.alloc(0)].map((data) =>
    Buffer.concat([
      Buffer.from(`${data.length.toString(16)}\r\n`),
      data,
      Buffer.from(data.length > 0 ? '\r\n' : ''),
    ]),
  )
  return Buffer.concat([...framed, Buffer.from(`${trailer}\r\n`)])
}

test('bodies in unsigned chunks, with a trailing checksum', async () => {
  const body = chunked([Buffer.from('hello '), Buffer.from('world')], 'x-amz-checksum-crc32:DUoRhQ==\r\n')
  const headers = {
    'content-encoding': 'gzip,aws-chunked',
    'x-amz-decoded-content-length': '11',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  }
  const payload = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
  const path = `/${BUCKET}/chunked`
  const attempt = (more: Partial<RawRequest>): Promise<RawAnswer> =>
    ask({ method: 'PUT', path, headers, body, ...more }, { payload })
  const stored = await attempt({})
  assert.equal(stored.status, 200, stored.body)
  assert.equal(stored.headers['x-amz-checksum-crc32'], 'DUoRhQ==')
  const got = await ask({ path })
  assert.deepEqual([got.body, got.headers['content-encoding']], ['hello world', 'gzip'])
  is(
    await attempt({ body: chunked([Buffer.from('hello worle')], 'x-amz-checksum-crc32:DUoRhQ==\r\n') }),
    'BadDigest',
    400,
  )
  is(await attempt({ body: chunked([Buffer.from('hello world')]) }), 'InvalidRequest', 400)
  is(await attempt({ headers: { ...headers, 'x-amz-decoded-content-length': '12' } }), 'IncompleteBody', 400)
  is(await attempt({ headers: { ...headers, 'x-amz-decoded-content-length': '10' } }), 'IncompleteBody', 400)
  const { 'x-amz-decoded-content-length': _, ...undeclared } = headers
  is(await attempt({ headers: undeclared }), 'MissingContentLength', 411)
  is(await attempt({ body: 'no chunks at all\r\n' }), 'InvalidRequest', 400)
  is(
    await ask(
      { method: 'PUT', path, headers, body },
      { payload: 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' },
    ),
    'NotImplemented',
    501,
  )
  assert.equal((await ask({ path })).body, 'hello world')
})

test('bodies in signed chunks', async () => {
  const path = `/${BUCKET}/signed-chunks`
  const data = [Buffer.alloc(70_000, 'a'), Buffer.from('the end'), Buffer.alloc(0)]
  const length = data.reduce((sum, { length: one }) => sum + one, 0)
  const raw = {
    method: 'PUT',
    path,
    headers: { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': String(length) },
  }
  const request = await signed(port, raw, { payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' })
  const date = request.headers!['x-amz-date']!
  const scope = `${date.slice(0, 8)}/${REGION}/s3/aws4_request`
  const key = [date.slice(0, 8), REGION, 's3', 'aws4_request'].reduce<Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    Buffer.from(`AWS4${keyOf('admin').secretAccessKey}`),
  )
  const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')
  let previous = /Signature=([0-9a-f]+)/.exec(request.headers!['authorization']!)![1]!
  const body = Buffer.concat(
    data.map((chunk) => {
      const text = `AWS4-HMAC-SHA256-PAYLOAD\n${date}\n${scope}\n${previous}\n${sha256('')}\n${sha256(chunk)}`
      previous = createHmac('sha256', key).update(text).digest('hex')
      const head = `${chunk.length.toString(16)};chunk-signature=${previous}\r\n`
      return Buffer.concat([Buffer.from(head), chunk, Buffer.from('\r\n')])
    }),
  )
  const damaged = Buffer.from(body)
  damaged[1000] = 98
  is(await send(port, { ...request, body: damaged }), 'SignatureDoesNotMatch', 403)
  is(await ask({ path }), 'NoSuchKey', 404)
  assert.equal((await send(port, { ...request, body })).status, 200)
  assert.equal((await ask({ path })).body, Buffer.concat(data).toString())
})

test('bodies that are not what was signed, or cut', async () => {
  const path = `/${BUCKET}/body`
  const request = await signed(port, { method: 'PUT', path, body: 'signed' })
  is(await send(port, { ...request, body: 'served' }), 'XAmzContentSHA256Mismatch', 400)
  const unsigned = await ask({ method: 'PUT', path, body: 'any' }, { payload: 'UNSIGNED-PAYLOAD' })
  assert.equal(unsigned.status, 200)
  is(
    await ask({ method: 'PUT', path, body: 'x', headers: { 'transfer-encoding': 'chunked' } }),
    'MissingContentLength',
    411,
  )
  const short = await signed(port, { method: 'PUT', path, body: 'much too short' })
  const cut = new AbortController()
  const aborted = fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'PUT',
    headers: short.headers!,
    body: new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.from('much'))
        cut.abort()
      },
    }),
    duplex: 'half',
    signal: cut.signal,
  } as never)
  await assert.rejects(aborted)
  assert.equal((await ask({ path })).body, 'any')
  const huge = await signed(port, { method: 'PUT', path }, { payload: 'UNSIGNED-PAYLOAD' })
  const { body: _, ...head } = huge
  is(
    await send(port, {
      ...head,
      headers: { ...huge.headers, 'content-length': '0', 'x-amz-meta-a': 'unsigned' },
    }),
    'AccessDenied',
    403,
  )
})

test('an expectation that is none is passed over', async () => {
  for (const expect of ['200', '', '100-continue'])
    assert.equal(
      (await ask({ method: 'PUT', path: `/${BUCKET}/e`, body: 'x', headers: { expect } })).status,
      200,
    )
})

test('keys are bytes of UTF-8, whatever they look like, and stay in their bucket', async () => {
  for (const [path, key] of [
    [`/${BUCKET}/%2E%2E/%2e%2e/x`, '../../x'],
    [`/${BUCKET}/../../x2`, '../../x2'],
    [`/${BUCKET}//etc//passwd`, '/etc//passwd'],
    [`/${BUCKET}/a%00b`, 'a\0b'],
    [`/${BUCKET}/%F0%9F%99%82`, '🙂'],
    [`/${BUCKET}/plus+stays`, 'plus+stays'],
    [`/${BUCKET}/back%5Cslash`, 'back\\slash'],
    [`/${BUCKET}/%25`, '%'],
  ] as const) {
    assert.equal((await put(path, key)).status, 200, path)
    const head = await served.store.served.head(BUCKET, key)
    assert.equal(head?.bytes, Buffer.byteLength(key), key)
    assert.equal((await ask({ path })).body, key)
  }
  assert.deepEqual((await readdir(served.folder)).sort(), ['store'])
  assert.deepEqual((await readdir(join(served.folder, 'store'))).sort(), ['.incoming', '.metadata', BUCKET])
  is(await put(`/${BUCKET}/%FF`, 'x'), 'InvalidURI', 400)
  is(await put(`/${BUCKET}/${'k'.repeat(1025)}`, 'x'), 'KeyTooLongError', 400)
  assert.equal((await put(`/${BUCKET}/${'k'.repeat(1024)}`, 'x')).status, 200)
  for (const name of ['.metadata', '.incoming', 'UPPER', 'a', '..', '%2e%2e'])
    is(await put(`/${name}/x`, 'x'), 'InvalidBucketName', 400)
  is(await put('/192.168.0.1', ''), 'InvalidBucketName', 400)
  is(await put('/not-there/x', 'x'), 'NoSuchBucket', 404)
})

test('documents', async () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('base64')
  const remove = (body: string, headers = { 'content-md5': md5(body) }): Promise<RawAnswer> =>
    ask({ method: 'POST', path: `/${BUCKET}`, query: { delete: '' }, body, headers })
  is(await remove('<Delete><Object><Key>a</Key></Object></Delete>', {} as never), 'InvalidRequest', 400)
  for (const body of [
    '',
    'not xml',
    '<Delete></Delete>',
    '<Other><Object><Key>a</Key></Object></Other>',
    '<Delete><Object></Object></Delete>',
    '<!DOCTYPE x [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>',
    `<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`,
  ])
    is(await remove(body), 'MalformedXML', 400)
  const many = `<Delete>${Array.from({ length: 1000 }, (_, n) => `<Object><Key>k${n}</Key></Object>`).join('')}</Delete>`
  assert.equal((await remove(many)).status, 200)
  is(await put('/new-bucket', '<Nonsense/>'), 'MalformedXML', 400)
  assert.equal(
    (
      await put(
        '/new-bucket',
        '<CreateBucketConfiguration><LocationConstraint>EU</LocationConstraint></CreateBucketConfiguration>',
      )
    ).status,
    200,
  )
})

test('what is not there says so', async () => {
  is(await ask({ method: 'PATCH', path: `/${BUCKET}` }), 'MethodNotAllowed', 405)
  is(await ask({ method: 'POST', path: '/' }), 'MethodNotAllowed', 405)
  is(await ask({ method: 'POST', path: `/${BUCKET}` }), 'NotImplemented', 501)
  for (const [method, query] of [
    ['PUT', 'acl'],
    ['PUT', 'lifecycle'],
    ['PUT', 'versioning'],
    ['PUT', 'cors'],
    ['DELETE', 'lifecycle'],
    ['GET', 'inventory'],
    ['PUT', 'analytics'],
  ])
    is(await ask({ method: method!, path: `/${BUCKET}`, query: { [query!]: '' } }), 'NotImplemented', 501)
  for (const [method, query] of [
    ['PUT', 'acl'],
    ['PUT', 'retention'],
    ['POST', 'select'],
    ['POST', 'restore'],
    ['GET', 'torrent'],
    ['PUT', 'renameObject'],
  ])
    is(await ask({ method: method!, path: `/${BUCKET}/x`, query: { [query!]: '' } }), 'NotImplemented', 501)
  is(await ask({ path: `/${BUCKET}`, query: { 'max-keys': 'x' } }), 'InvalidArgument', 400)
  is(await ask({ path: `/${BUCKET}`, query: { 'encoding-type': 'x' } }), 'InvalidArgument', 400)
  is(
    await ask({ method: 'PUT', path: `/${BUCKET}/x`, query: { uploadId: 'a', partNumber: '0' } }),
    'InvalidArgument',
    400,
  )
})

test('objects that are elsewhere are asked for there', async () => {
  const elsewhere = await serve({ objects: undefined, location: 'https://minio.example:9000' })
  try {
    is(await send(elsewhere.port, { path: '/' }), 'AccessDenied', 403)
    const answer = await send(elsewhere.port, await signed(elsewhere.port, { path: '/' }))
    is(answer, 'NotImplemented', 501)
    assert.match(answer.body, /https:\/\/minio\.example:9000/)
  } finally {
    await elsewhere.end()
  }
})

test('nothing of all this failed inside, and nothing was left behind', async () => {
  assert.deepEqual(served.failures, [])
  assert.deepEqual(await readdir(join(served.folder, 'store/.incoming')), [])
})
