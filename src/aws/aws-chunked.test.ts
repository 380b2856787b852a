import assert from 'node:assert/strict'
import { createHmac, createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { decodeChunks, type ChunkedOptions, type ChunkSigner } from './aws-chunked.ts'

/** AWS's own example of a signed body: 65 KiB of `a` in chunks of 64 KiB. */
const EXAMPLE_SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const SIGNATURES = [
  'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
  '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
  'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
]
const SIGNER: ChunkSigner = {
  signingKey: createSecretKey(
    ['20130524', 'us-east-1', 's3', 'aws4_request'].reduce<Buffer>(
      (key, part) => createHmac('sha256', key).update(part).digest(),
      Buffer.from(`AWS4${EXAMPLE_SECRET}`),
    ),
  ),
  timestamp: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
}
const DATA = [Buffer.alloc(65_536, 'a'), Buffer.alloc(1024, 'a'), Buffer.alloc(0)]

const framed = (signatures = SIGNATURES): Buffer =>
  Buffer.concat(
    DATA.flatMap((data, index) => [
      Buffer.from(`${data.length.toString(16)};chunk-signature=${signatures[index]}\r\n`),
      data,
      Buffer.from('\r\n'),
    ]),
  )

async function decode(pieces: readonly Buffer[], options: Partial<ChunkedOptions> = {}) {
  const trailers: Record<string, string>[] = []
  async function* source(): AsyncGenerator<Buffer> {
    yield* pieces
  }
  const decoded: Buffer[] = []
  const onTrailer = (trailer: ReadonlyMap<string, string>): void =>
    void trailers.push(Object.fromEntries(trailer))
  for await (const chunk of decodeChunks(source(), {
    signer: undefined,
    hasTrailer: false,
    onTrailer,
    ...options,
  }))
    decoded.push(chunk)
  return { text: Buffer.concat(decoded).toString(), trailers }
}

test('the signed example of AWS, in one piece and in many', async () => {
  const whole = framed()
  const expected = 'a'.repeat(66_560)
  assert.equal((await decode([whole], { signer: SIGNER })).text, expected)
  const pieces: Buffer[] = []
  for (let at = 0; at < whole.length; at += 997) pieces.push(whole.subarray(at, at + 997))
  assert.equal((await decode(pieces, { signer: SIGNER })).text, expected)
})

test('a chunk that was changed, left out, moved or not signed', async () => {
  const mismatch = { name: 'SignatureDoesNotMatch', status: 403 }
  const changed = framed()
  changed[200] = 98
  await assert.rejects(decode([changed], { signer: SIGNER }), mismatch)
  const [first, second, last] = SIGNATURES as [string, string, string]
  await assert.rejects(decode([framed([second, first, last])], { signer: SIGNER }), mismatch)
  await assert.rejects(
    decode([Buffer.from(`0;chunk-signature=${last}\r\n\r\n`)], { signer: SIGNER }),
    mismatch,
  )
  await assert.rejects(decode([Buffer.from('1\r\na\r\n0\r\n\r\n')], { signer: SIGNER }), mismatch)
})

test('trailing headers, signed and not, split anywhere', async () => {
  const body = Buffer.from('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n')
  for (let at = 0; at <= body.length; at++) {
    const { text, trailers } = await decode([body.subarray(0, at), body.subarray(at)], { hasTrailer: true })
    assert.equal(text, 'hello')
    assert.deepEqual(trailers, [{ 'x-amz-checksum-crc32': 'NhCmhg==' }])
  }
  // AWS's own example of a signed trailer.
  const seed = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e'
  const signatures = [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ]
  const trailer =
    'x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n'
  const signed = Buffer.concat([framed(signatures).subarray(0, -2), Buffer.from(trailer)])
  const signer = { ...SIGNER, seed }
  const { trailers } = await decode([signed], { signer, hasTrailer: true })
  assert.equal(trailers[0]?.['x-amz-checksum-crc32c'], 'sOO8/Q==')
  const damaged = Buffer.from(signed.toString('latin1').replace('sOO8', 'sOO9'), 'latin1')
  await assert.rejects(decode([damaged], { signer, hasTrailer: true }), { name: 'SignatureDoesNotMatch' })
})

test('bodies that are cut or framed wrongly', async () => {
  for (const [body, name] of [
    ['', 'IncompleteBody'],
    ['5\r\nhel', 'IncompleteBody'],
    ['5\r\nhello\r\n', 'IncompleteBody'],
    ['5\r\nhello\r\n0\r\nx-amz', 'IncompleteBody'],
    ['5\r\nhello!\r\n0\r\n\r\n', 'InvalidRequest'],
    ['x\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
    ['-5\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
    [`${'0'.repeat(2000)}\r\n`, 'InvalidRequest'],
    ['0\r\nno colon\r\n\r\n', 'InvalidRequest'],
    [`0\r\n${'a:b\r\n'.repeat(5000)}\r\n`, 'InvalidRequest'],
    ['0\r\n\r\nmore\r\n', 'InvalidRequest'],
  ])
    await assert.rejects(decode([Buffer.from(body!)]), { name }, body!.slice(0, 30))
})
