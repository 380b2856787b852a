import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalRequest } from './canonical-request.ts'
import type { AccessKey } from './service.ts'
import { basicTimeMs, readSignature } from './signature.ts'
import { openVerifier } from './sigv4.ts'
import { smithySigner, type PlainRequest } from './testing/smithy-signer.ts'
import { wireHeaders, type WireRequest } from './wire-request.ts'

const KEY: AccessKey = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  role: 'admin',
}
const NOW = Date.UTC(2015, 7, 30, 12, 36)
const keys = { find: (id: string) => (id === KEY.accessKeyId ? KEY : undefined) }
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** All that the endpoint does about a signature. */
function verify(
  request: WireRequest,
  body: Uint8Array,
  { nowMs = NOW, service = 'firehose', verifier = openVerifier(keys) } = {},
): void {
  const signature = readSignature(request, service)
  const accessKey = verifier.identify(signature, nowMs)
  verifier.verify(request, signature, accessKey, { hash: sha256(body) })
}

function refusal(request: WireRequest, body: Uint8Array = new Uint8Array(), options = {}): string {
  try {
    verify(request, body, options)
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
  return 'accepted'
}

const signer = smithySigner(KEY)

const percent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

const onTheWire = ({ method, path, query, headers }: PlainRequest): WireRequest => {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${percent(name)}=${percent(value)}`),
  )
  return {
    method,
    target: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    // Bytes of UTF-8, a character each.
    rawHeaders: Object.entries(headers).flatMap(([name, value]) => [
      name,
      Buffer.from(value).toString('latin1'),
    ]),
  }
}

const sign = async (plain: PlainRequest): Promise<WireRequest> => onTheWire(await signer.sign(plain, NOW))
const presign = async (plain: PlainRequest, expiresSeconds = 300): Promise<WireRequest> =>
  onTheWire(await signer.presign(plain, NOW, expiresSeconds))

const PUT: PlainRequest = {
  method: 'POST',
  path: '/',
  query: {},
  headers: {
    host: 'localhost:4500',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'Firehose_20150804.PutRecord',
    'user-agent': 'x  y',
  },
  body: Buffer.from('{"DeliveryStreamName":"x","Record":{"Data":"aGkK"}}'),
}

/** AWS's suite of test vectors: same key, time, region and service in all. */
const VECTORS: { name: string; request: WireRequest; signed: string; signature: string }[] = [
  {
    name: 'get-vanilla',
    request: { method: 'GET', target: '/', rawHeaders: [] },
    signed: 'host;x-amz-date',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    request: { method: 'GET', target: '/?Param2=value2&Param1=value1', rawHeaders: [] },
    signed: 'host;x-amz-date',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'post-vanilla',
    request: { method: 'POST', target: '/', rawHeaders: [] },
    signed: 'host;x-amz-date',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'get-header-value-trim',
    request: {
      method: 'GET',
      target: '/',
      rawHeaders: ['My-Header1', ' value1', 'My-Header2', ' "a   b   c"'],
    },
    signed: 'host;my-header1;my-header2;x-amz-date',
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
]

test("AWS's test vectors", () => {
  for (const { name, request, signed, signature } of VECTORS) {
    const authorization = `AWS4-HMAC-SHA256 Credential=${KEY.accessKeyId}/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`
    const rawHeaders = ['Host', 'example.amazonaws.com', ...request.rawHeaders]
    rawHeaders.push('X-Amz-Date', '20150830T123600Z', 'Authorization', authorization)
    assert.equal(refusal({ ...request, rawHeaders }, undefined, { service: 'service' }), 'accepted', name)
  }
})

test('paths are normalised and encoded once more; for S3 they stay', () => {
  const path = (target: string, plainPath = false): string => {
    const request = { method: 'GET', target, rawHeaders: [] }
    return canonicalRequest(request, wireHeaders(request), {
      signedHeaders: [],
      payloadHash: '',
      plainPath,
    }).split('\n')[1]!
  }
  assert.equal(path('/a/../b/./c//'), '/b/c/')
  assert.equal(path('/../..'), '/')
  assert.equal(path('/a%20b'), '/a%2520b')
  assert.equal(path('/a%20b//c', true), '/a%20b//c')
})

test('the query is written one way, sorted by bytes', () => {
  const query = (target: string): string => {
    const request = { method: 'GET', target, rawHeaders: [] }
    return canonicalRequest(request, wireHeaders(request), { signedHeaders: [], payloadHash: '' }).split(
      '\n',
    )[2]!
  }
  assert.equal(query('/?b=2&a=~&a=%7e&A&a=1+1&&c=%zz'), 'A=&a=1%2B1&a=~&a=~&b=2&c=%25zz')
  assert.equal(query('/?X-Amz-Signature=x&a=1'), 'a=1')
})

test('a header that comes twice is signed as one', () => {
  const rawHeaders = ['X', ' a   b ', 'Host', 'h', 'x', '"c  d"']
  const request = { method: 'GET', target: '/', rawHeaders }
  const lines = canonicalRequest(request, wireHeaders(request), {
    signedHeaders: ['host', 'x'],
    payloadHash: 'p',
  })
  assert.equal(lines, 'GET\n/\n\nhost:h\nx:a b ,"c d"\n\nhost;x\np')
})

test('what @smithy/signature-v4 signs is accepted, in headers and in the query', async () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const plain = fc.record({
    method: fc.constantFrom('POST', 'GET', 'PUT'),
    path: fc
      .array(fc.oneof(token, fc.constantFrom('..', '.', 'a%20b', '%E2%82%AC')), { maxLength: 4 })
      .map((p) => `/${p.join('/')}`),
    query: fc.dictionary(
      // @smithy/signature-v4 itself loses a parameter of this name.
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
      fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string(), { minLength: 1 })),
      { noNullPrototype: true },
    ),
    headers: fc
      .dictionary(
        token.map((name) => `x-${name}`),
        fc.stringMatching(/^[!-~]([ -~€ß]{0,10}[!-~])?$/),
        { noNullPrototype: true },
      )
      .map((headers) => ({ ...headers, host: 'localhost:4500', 'x-amz-target': 'A.B' })),
    body: fc.uint8Array(),
  })
  const verifier = openVerifier(keys)
  await fc.assert(
    fc.asyncProperty(plain, async (request) => {
      const { body } = request
      assert.equal(refusal(await sign(request), body, { verifier }), 'accepted')
      assert.equal(refusal(await presign(request), body, { verifier }), 'accepted')
    }),
    { seed: 1, numRuns: 150 },
  )
})

test('no byte of what is signed can be changed', async () => {
  const signed = await sign(PUT)
  const signature = readSignature(signed, 'firehose')
  const body = Buffer.from(PUT.body)
  const change = (text: string, at: number, by: number): string => {
    const index = at % text.length
    // Another character, and not another case, which hosts do not have but signatures do.
    return (
      text.slice(0, index) +
      String.fromCharCode(33 + ((text.charCodeAt(index) - 33 + by) % 94)) +
      text.slice(index + 1)
    )
  }
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 93 }), (which, at, by) => {
      const names = [...signature.signedHeaders, 'authorization']
      const rawHeaders = [...signed.rawHeaders]
      const places = rawHeaders.flatMap((name, index) =>
        index % 2 === 0 && names.includes(name) ? [index + 1] : [],
      )
      const place = which % (places.length + 3)
      const changedBody = Buffer.from(body)
      let { method, target } = signed
      if (place === places.length) changedBody[at % body.length]! ^= by
      else if (place === places.length + 1) target = change('/?x=1', 1 + (at % 4), by)
      else if (place === places.length + 2) method = 'GET'
      else rawHeaders[places[place]!] = change(rawHeaders[places[place]!]!, at, by)
      assert.notEqual(refusal({ method, target, rawHeaders }, changedBody), 'accepted')
    }),
    { seed: 2, numRuns: 400 },
  )
  assert.equal(refusal(signed, body), 'accepted')
})

test('a presigned request ends when it says, and no later than a quarter of an hour', async () => {
  const short = await presign(PUT, 60)
  assert.equal(refusal(short, PUT.body, { nowMs: NOW + 60_000 }), 'accepted')
  assert.match(
    refusal(short, PUT.body, { nowMs: NOW + 61_000 }),
    /^InvalidSignatureException: Signature expired: /,
  )
  const long = await presign(PUT, 86_400)
  assert.equal(refusal(long, PUT.body, { nowMs: NOW + 900_000 }), 'accepted')
  assert.match(refusal(long, PUT.body, { nowMs: NOW + 901_000 }), /\(20150830T125101Z - 15 min\.\)$/)
  const target = short.target.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')
  assert.match(refusal({ ...short, target }, PUT.body), /does not match the signature you provided/)
  const endless = short.target.replace('X-Amz-Expires=60', 'X-Amz-Expires=9999999')
  assert.match(
    refusal({ ...short, target: endless }, PUT.body),
    /^IncompleteSignatureException: X-Amz-Expires/,
  )
})

test('clocks: fifteen minutes back, five ahead', async () => {
  const signed = await sign(PUT)
  assert.equal(refusal(signed, PUT.body, { nowMs: NOW + 900_000 }), 'accepted')
  assert.equal(refusal(signed, PUT.body, { nowMs: NOW - 300_000 }), 'accepted')
  assert.equal(
    refusal(signed, PUT.body, { nowMs: NOW + 901_000 }),
    'InvalidSignatureException: Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)',
  )
  assert.equal(
    refusal(signed, PUT.body, { nowMs: NOW - 301_000 }),
    'InvalidSignatureException: Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
  )
})

test('the body must be the one that was hashed, whatever the header claims', async () => {
  const signed = await sign({
    ...PUT,
    headers: { ...PUT.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  })
  assert.match(refusal(signed, PUT.body), /^InvalidSignatureException: The request signature/)
  // For a service that takes it, the signature itself is right.
  const signature = readSignature(signed, 'firehose')
  openVerifier(keys).verify(signed, signature, KEY, { hash: 'UNSIGNED-PAYLOAD' })
})

test('a session token belongs to another key', async () => {
  const signed = await sign({ ...PUT, headers: { ...PUT.headers, 'x-amz-security-token': 'token' } })
  assert.match(refusal(signed, PUT.body), /^UnrecognizedClientException: The security token included/)
})

test('a changed secret counts at once', async () => {
  const signed = await sign(PUT)
  let key: AccessKey | undefined = KEY
  const verifier = openVerifier({ find: () => key })
  assert.equal(refusal(signed, PUT.body, { verifier }), 'accepted')
  key = { ...KEY, secretAccessKey: 'other' }
  assert.match(refusal(signed, PUT.body, { verifier }), /does not match/)
  key = undefined
  assert.match(refusal(signed, PUT.body, { verifier }), /^UnrecognizedClientException/)
})

test('what is missing or wrong is named as AWS names it', async () => {
  const signed = await sign(PUT)
  const valueOf = (name: string): string => signed.rawHeaders[signed.rawHeaders.indexOf(name) + 1]!
  const authorization = valueOf('authorization')
  const withHeader = (name: string, value: string | undefined): WireRequest => {
    const rawHeaders = [...signed.rawHeaders]
    const index = rawHeaders.indexOf(name)
    rawHeaders.splice(index, 2, ...(value === undefined ? [] : [name, value]))
    return { ...signed, rawHeaders }
  }
  const withAuthorization = (value: string | undefined): string => refusal(withHeader('authorization', value))
  const cases: [string, string][] = [
    [withAuthorization(undefined), 'MissingAuthenticationTokenException: Missing Authentication Token'],
    [withAuthorization('Basic abc'), 'MissingAuthenticationTokenException: Missing Authentication Token'],
    [
      withAuthorization('AWS4-HMAC-SHA256 Credential=a'),
      `IncompleteSignatureException: Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=${createHash('sha256').update('AWS4-HMAC-SHA256 Credential=a').digest('base64')}`,
    ],
    [
      withAuthorization(`${authorization},Bearer x`),
      `IncompleteSignatureException: Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${createHash('sha256').update(`${authorization},Bearer x`).digest('base64')}'.`,
    ],
    [
      refusal(withHeader('x-amz-date', '201')),
      "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      withAuthorization(authorization.replace('host;', '')),
      "InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      withAuthorization(authorization.replace('SHA256', 'SHA25')),
      "IncompleteSignatureException: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). ",
    ],
    [
      withAuthorization(authorization.replace(/Credential=[^,]*/, 'Credential=a/b/c/d')),
      "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'",
    ],
    [
      withAuthorization(authorization.replace(/Credential=[^,]*/, 'Credential=a/b/c!/d/e')),
      "InvalidSignatureException: Credential should be scoped to a valid region. Credential should be scoped to correct service: 'firehose'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20150830', from '20150830T123600Z'. ",
    ],
    [
      withAuthorization(authorization.replace('AKIDEXAMPLE', 'AKIDOTHER')),
      'UnrecognizedClientException: The security token included in the request is invalid.',
    ],
    [
      refusal({ ...signed, target: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256' }),
      "InvalidSignatureException: Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ],
    [
      refusal({ ...withHeader('authorization', undefined), target: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256' }),
      "IncompleteSignatureException: AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    ],
  ]
  for (const [actual, expected] of cases) assert.equal(actual, expected)
})

test('a signature of another length or alphabet is refused, not an exception', async () => {
  const signed = await sign(PUT)
  for (const claimed of ['0', 'x'.repeat(64), 'A'.repeat(64), '0'.repeat(65)]) {
    const rawHeaders = signed.rawHeaders.map((text) => text.replace(/Signature=.*/, `Signature=${claimed}`))
    assert.match(refusal({ ...signed, rawHeaders }, PUT.body), /^InvalidSignatureException/)
  }
})

test('whatever is sent as a signature is an error of AWS', () => {
  const part = fc.oneof(
    fc.constantFrom(
      'AWS4-HMAC-SHA256',
      'Credential=',
      'Signature=',
      'SignedHeaders=host',
      ',',
      ' ',
      '/',
      ';',
      '%',
      '=',
      '&',
    ),
    fc.constantFrom(
      'X-Amz-Algorithm',
      'X-Amz-Date=',
      '20150830T123600Z',
      'AKIDEXAMPLE/20150830/a/firehose/aws4_request',
      '__proto__',
    ),
    fc.string(),
  )
  const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, text, (authorization, date, query) => {
      const rawHeaders = ['Authorization', `AWS4-HMAC-SHA256 ${authorization}`, 'X-Amz-Date', date]
      for (const request of [
        { method: 'POST', target: `/?${query}`, rawHeaders },
        {
          method: 'POST',
          target: '/',
          rawHeaders: [...rawHeaders.slice(0, 2), 'X-Amz-Date', '20150830T123600Z'],
        },
        { method: 'POST', target: `/?X-Amz-Algorithm=AWS4-HMAC-SHA256&${query}`, rawHeaders: [] },
      ])
        assert.match(
          refusal(request),
          /^(MissingAuthenticationToken|IncompleteSignature|InvalidSignature|UnrecognizedClient)Exception: /,
        )
    }),
    { seed: 3, numRuns: 500 },
  )
})

test('times', () => {
  assert.equal(basicTimeMs('20150830T123600Z'), NOW)
  assert.equal(basicTimeMs('20151330T123600Z'), undefined)
})
