/** Connections that do not keep to HTTP, or keep to it at its edges. Each puts nothing, or exactly what it says. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { awsError, type Answer } from './answers.ts'
import { rightPut } from './puts.ts'
import { RawConnection } from './raw-connection.ts'
import { headOf, sign, toWire, type SignedParts } from './signed-request.ts'
import type { Target } from './world.ts'

const BODY_BYTES_MAX = 8 * 1024 * 1024

interface Put extends SignedParts {
  ids: number[]
}

function put(target: Target): Put {
  const { operation, body, ids } = rightPut(target, 1)
  return { ...sign(target.signer, { operation, body }), ids }
}

/** Right, and answered with 200. */
function accepted(target: Target, { ids }: Put, answer: Answer | undefined): void {
  assert.ok(answer !== undefined, 'no answer')
  assert.equal(awsError(answer), undefined)
  target.ledger.settle(ids, 'kept')
}

/** None of the answers says that something was taken. */
function refused(target: Target, { ids }: Put, answers: readonly Answer[]): void {
  for (const answer of answers) {
    assert.ok(answer.status >= 400 && answer.status < 500, `a status of 4xx, not ${answer.status}`)
    // What is no HTTP is answered by HTTP's own errors.
    if (answer.body.length > 0) awsError(answer)
  }
  target.ledger.settle(ids, 'refused')
}

const length = (value: string | number): readonly [string, string] => ['Content-Length', String(value)]
const CHUNKED = ['Transfer-Encoding', 'chunked'] as const

function chunks(body: Buffer, target: Target): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < body.length;) {
    const piece = body.subarray(at, at + target.chance.between(1, 200))
    const extension = target.chance.is(0.2) ? `;${target.chance.word(5)}="x y"` : ''
    pieces.push(Buffer.from(`${piece.length.toString(16)}${extension}\r\n`), piece, Buffer.from('\r\n'))
    at += piece.length
  }
  return Buffer.concat(pieces)
}

export type Connection = (target: Target) => Promise<void>

/** Sends these bytes with a put in them that must not be taken, and says no more. */
function refusal(bytes: (request: Put, target: Target) => (Buffer | string)[]): Connection {
  return async (target) => {
    const request = put(target)
    const connection = await RawConnection.open(target.port)
    connection.write(...bytes(request, target))
    connection.socket.end()
    refused(target, request, await connection.heard())
  }
}

const ODD_LENGTHS = [
  '-1',
  '+5',
  '0x10',
  '1e3',
  ' ',
  '1 1',
  '1,2',
  '99999999999999999999',
  'abc',
  '٣',
  '5.0',
  '',
]
const ODD_CHUNKS = [
  '-1',
  'g',
  '0x5',
  ' 5',
  '',
  'ffffffffffffffff1',
  '5\n',
  ';',
  '+5',
  '5 5',
  '7fffffffffffffff',
]
const ODD_BEGINNINGS = [
  'POST / HTTP/1.1\nHost: x\n\n',
  'POST / HTTP/1.1\r\nHost : x\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n',
  'POST / HTTP/1.1\r\nHo\0st: x\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\0y\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\ry\r\n\r\n',
  'POST / HTTP/1.1\r\n: x\r\n\r\n',
  'POST / HTTP/1.1\r\nno colon\r\n\r\n',
  'POST / HTTP/9.9\r\n\r\n',
  'POST /\r\n\r\n',
  'POST  / HTTP/1.1\r\n\r\n',
  'post / HTTP/1.1\r\n\r\n',
  'BREW / HTTP/1.1\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'SSH-2.0-OpenSSH_9.9\r\n',
  'GET http://[::1 HTTP/1.1\r\n\r\n',
  '\r\n\r\n\r\n',
  '\0',
  '\x80\x2e\x01\x03\x01',
  '{"DeliveryStreamName":"fuzz-plain"}',
]

/** First those that are over in a moment. */
export const QUICK: Record<string, Connection> = {
  'length too short': refusal((request, { chance }) => [
    headOf(request, [length(request.body.length - chance.between(1, request.body.length))]),
    request.body,
  ]),
  'length too long': refusal((request, { chance }) => [
    headOf(request, [length(request.body.length + chance.between(1, 1000))]),
    request.body,
  ]),
  'odd length': refusal((request, { chance }) => [
    headOf(request, [length(chance.pick(ODD_LENGTHS.filter((text) => text !== '' && text !== ' ')))]),
    request.body,
  ]),
  'two lengths': refusal((request) => [
    headOf(request, [length(request.body.length), length(request.body.length + 1)]),
    request.body,
  ]),
  'length and chunks': refusal((request, target) => [
    headOf(request, [length(request.body.length), CHUNKED]),
    chunks(request.body, target),
    '0\r\n\r\n',
  ]),
  'odd encoding': refusal((request, { chance }) => [
    headOf(request, [
      [
        'Transfer-Encoding',
        chance.pick(['gzip', 'chunked, gzip', 'xchunked', 'chunked, chunked', 'identity', '\x0bchunked']),
      ],
    ]),
    request.body,
  ]),
  'odd chunk size': refusal((request, target) => [
    headOf(request, [CHUNKED]),
    chunks(request.body.subarray(0, 50), target),
    `${target.chance.pick(ODD_CHUNKS)}\r\n`,
    request.body.subarray(50),
    '\r\n0\r\n\r\n',
  ]),
  'chunk longer than it says': refusal((request) => [
    headOf(request, [CHUNKED]),
    `${(request.body.length - 1).toString(16)}\r\n`,
    request.body,
    '\r\n0\r\n\r\n',
  ]),
  'no last chunk': refusal((request, target) => [headOf(request, [CHUNKED]), chunks(request.body, target)]),
  'no length': refusal((request) => [headOf(request), request.body]),
  garbage: refusal((_, { chance }) => [chance.bytes(chance.between(1, 300))]),
  'odd beginning': refusal((_, { chance }) => [chance.pick(ODD_BEGINNINGS)]),
  'many headers': refusal((request, { chance }) => [
    headOf(
      request,
      Array.from({ length: chance.pick([2100, 5000]) }, (_, index) => [`x-${index}`, ''] as const),
    ),
    request.body,
  ]),
  'long header': refusal((request, { chance }) => [
    headOf(request, [['x', 'y'.repeat(chance.pick([17_000, 100_000, 1_000_000]))]]),
    request.body,
  ]),
  'long path': refusal((request) => [headOf({ ...request, path: `/${'a'.repeat(20_000)}` }), request.body]),
  'unknown expectation': async (target) => {
    const request = put(target)
    const connection = await RawConnection.open(target.port)
    connection.write(headOf(request, [length(request.body.length), ['Expect', '200-ok']]), request.body)
    accepted(target, request, (await connection.hear(1))[0])
    connection.cut()
  },
  'smuggled behind a wrong length': async (target) => {
    const [outer, inner] = [put(target), put(target)]
    const connection = await RawConnection.open(target.port)
    // The second is the first's body for who believes the length: it must never be both.
    const swallowed = Buffer.concat([outer.body, toWire(inner)])
    connection.write(headOf(outer, [length(swallowed.length)]), swallowed)
    const answers = await connection.hear(1)
    connection.cut()
    refused(target, outer, answers)
    refused(target, inner, answers)
  },
  'answers in order': async (target) => {
    const connection = await RawConnection.open(target.port)
    const requests = Array.from({ length: target.chance.between(2, 12) }, () => ({
      request: put(target),
      isRight: target.chance.is(0.5),
    }))
    for (const { request, isRight } of requests) if (!isRight) request.body[request.body.length >> 1]! ^= 1
    connection.write(...requests.map(({ request }) => toWire(request)))
    const answers = await connection.hear(requests.length)
    connection.cut()
    for (const [index, { request, isRight }] of requests.entries()) {
      if (isRight) accepted(target, request, answers[index])
      else {
        assert.match(awsError(answers[index]!)!, /^(InvalidSignature|Serialization)Exception$/)
        target.ledger.settle(request.ids, 'refused')
      }
    }
  },
  'right, then no HTTP': async (target) => {
    const request = put(target)
    const connection = await RawConnection.open(target.port)
    connection.write(toWire(request), target.chance.pick(ODD_BEGINNINGS))
    connection.socket.end()
    const answers = await connection.heard()
    // Node may cut the connection at the garbage before the answer is written: then nobody knows.
    const [first] = answers
    if (first?.status === 200) target.ledger.settle(request.ids, 'kept')
    for (const answer of answers.slice(1)) assert.ok(answer.status >= 400 && answer.status < 500)
  },
  'right in chunks': async (target) => {
    const request = put(target)
    const connection = await RawConnection.open(target.port)
    const trailer = target.chance.is(0.3) ? 'X-Trailer: y\r\n' : ''
    connection.write(headOf(request, [CHUNKED]), chunks(request.body, target), `0\r\n${trailer}\r\n`)
    accepted(target, request, (await connection.hear(1))[0])
    connection.cut()
  },
  'asks before the body': async (target) => {
    const request = put(target)
    const connection = await RawConnection.open(target.port)
    connection.write(headOf(request, [length(request.body.length), ['Expect', '100-continue']]))
    await once(connection.socket, 'data')
    connection.write(request.body)
    accepted(target, request, (await connection.hear(1))[0])
    connection.cut()
  },
  'cut anywhere': async (target) => {
    const request = put(target)
    const wire = toWire(request)
    const connection = await RawConnection.open(target.port)
    const isWhole = target.chance.is(0.3)
    connection.write(isWhole ? wire : wire.subarray(0, target.chance.below(wire.length)))
    if (!isWhole) target.ledger.settle(request.ids, 'refused')
    if (target.chance.is(0.5)) await new Promise((resolve) => setImmediate(resolve))
    if (target.chance.is(0.5)) connection.socket.resetAndDestroy()
    else connection.cut()
  },
  'right over TLS, and cut in it': async (target) => {
    const request = put(target)
    const socket = connectTls({ port: target.port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const connection = new RawConnection(socket)
    if (target.chance.is(0.5)) {
      connection.write(toWire(request))
      accepted(target, request, (await connection.hear(1))[0])
    } else {
      connection.write(toWire(request).subarray(0, 100))
      target.ledger.settle(request.ids, 'refused')
    }
    connection.cut()
  },
  'a handshake that ends': async ({ port, chance }) => {
    const tcp = connectTcp(port, '127.0.0.1').on('error', () => {})
    const tls = connectTls({ socket: tcp, rejectUnauthorized: false }).on('error', () => {})
    await pause(chance.below(15))
    tcp.destroy()
    tls.destroy()
  },
}

/** Those that take seconds or megabytes; a few at a time, beside everything else. */
export const SLOW: Record<string, Connection> = {
  'a first byte of TLS': refusal((_, { chance }) => ['\x16', chance.bytes(chance.between(0, 100))]),
  'a damaged hello of TLS': refusal((_, { chance }) => {
    const hello = Buffer.concat([Buffer.from([0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]), chance.bytes(194)])
    return [hello.subarray(0, chance.between(5, hello.length))]
  }),
  'a body that trickles': async (target) => {
    const request = put(target)
    const connection = await RawConnection.open(target.port)
    connection.write(headOf(request, [length(request.body.length)]))
    for (const byte of request.body) {
      connection.write(Buffer.from([byte]))
      await pause(5)
    }
    accepted(target, request, (await connection.hear(1))[0])
    connection.cut()
  },
  'a head that trickles and stops': async (target) => {
    const request = put(target)
    const connection = await RawConnection.open(target.port)
    for (const byte of headOf(request, [length(1)]).subarray(0, 100)) {
      connection.write(Buffer.from([byte]))
      await pause(5)
    }
    const answers = await connection.heard()
    refused(target, request, answers)
  },
  'nothing is said': async ({ port }) => {
    const connection = await RawConnection.open(port)
    assert.deepEqual(await connection.heard(), [])
  },
  'a body of exactly 8 MiB': async (target) => {
    const request = await large(target, BODY_BYTES_MAX)
    const connection = await RawConnection.open(target.port)
    connection.write(toWire(request))
    accepted(target, request, (await connection.hear(1))[0])
    connection.cut()
  },
  'a body of one byte more': async (target) => {
    const request = await large(target, BODY_BYTES_MAX + 1)
    const connection = await RawConnection.open(target.port)
    connection.write(toWire(request))
    const [answer] = await connection.hear(1)
    assert.equal(awsError(answer!), 'RequestEntityTooLargeException')
    refused(target, request, [answer!])
    connection.cut()
  },
  'chunks of more than 8 MiB': async (target) => {
    const request = await large(target, BODY_BYTES_MAX + 1)
    const connection = await RawConnection.open(target.port)
    connection.write(
      headOf(request, [CHUNKED]),
      `${request.body.length.toString(16)}\r\n`,
      request.body,
      '\r\n0\r\n\r\n',
    )
    const [answer] = await connection.hear(1)
    assert.equal(awsError(answer!), 'RequestEntityTooLargeException')
    refused(target, request, [answer!])
    connection.cut()
  },
  'a length of a terabyte': async (target) => {
    const request = put(target)
    const connection = await RawConnection.open(target.port)
    connection.write(headOf(request, [length(2 ** 40)]), request.body)
    const [answer] = await connection.hear(1)
    assert.equal(awsError(answer!), 'RequestEntityTooLargeException')
    refused(target, request, [answer!])
    connection.cut()
  },
  'asks and never reads': async (target) => {
    const connection = await RawConnection.open(target.port)
    connection.socket.pause()
    const requests = Array.from({ length: 2000 }, () => put(target))
    connection.write(...requests.map((request) => toWire(request)))
    await pause(500)
    connection.cut()
  },
}

/** Right as JSON: spaces fill it up. */
async function large(target: Target, bytes: number): Promise<Put> {
  const { operation, body, ids } = rightPut(target, 1)
  const filled = Buffer.alloc(bytes, ' ')
  body.copy(filled)
  return { ...sign(target.signer, { operation, body: filled }), ids }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
