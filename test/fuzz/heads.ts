/** Puts that are right but for their head: signature, target, method, path. None may be taken. */
import { S3_ERROR } from './answers.ts'
import type { Case } from './pipe.ts'
import { rightPut } from './puts.ts'
import { basicTimeNow, sign, toWire, type SignedParts } from './signed-request.ts'
import type { Target } from './world.ts'

const SIGNATURE = ['InvalidSignatureException']
const INCOMPLETE = ['IncompleteSignatureException']
const UNSIGNED = ['MissingAuthenticationTokenException']
const UNKNOWN = ['UnknownOperationException', S3_ERROR]
const CLIENT = ['UnrecognizedClientException']
/** Of a signature that was damaged anywhere. */
const ANY = [...SIGNATURE, ...INCOMPLETE, ...UNSIGNED, ...CLIENT, 'AccessDeniedException', ...UNKNOWN]

interface Head {
  expected: readonly string[]
  change: (request: SignedParts, target: Target) => void
}

const set = ({ headers }: SignedParts, name: string, value: string): void => {
  const header = headers.find((entry) => entry[0] === name)
  if (header === undefined) headers.push([name, value])
  else header[1] = value
}
const get = ({ headers }: SignedParts, name: string): string => headers.find((entry) => entry[0] === name)![1]
const without = (request: SignedParts, name: string): void => {
  request.headers = request.headers.filter((entry) => entry[0] !== name)
}
const inAuthorization = (request: SignedParts, from: RegExp, to: string): void =>
  set(request, 'Authorization', get(request, 'Authorization').replace(from, to))

const ODD_TARGETS = [
  '',
  'PutRecord',
  'Firehose_20150804',
  'Firehose_20150804.',
  '.PutRecord',
  'Firehose_20150804.putRecord',
  'Firehose_20150804.Put Record',
  'Firehose_20150804..PutRecord',
  'Firehose_20150804.__proto__',
  'Firehose_20150804.constructor',
  'Firehose_20150805.PutRecord',
  'DynamoDB_20120810.ListTables',
  'Firehose_20150804.PutRecord,Firehose_20150804.PutRecord',
  'x'.repeat(4000),
  '\xff\xfe',
]
const ODD_PATHS = ['/x', '/%2e%2e', '/?x', '/?X-Amz-Target=y', '/*', '/;', '/%', '/%zz', '/\\']
const METHODS = ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'M-SEARCH', 'PURGE', 'QUERY']

const HEADS: Head[] = [
  {
    expected: ANY,
    change: (request, { chance }) => {
      const text = Buffer.from(get(request, 'Authorization'), 'latin1')
      let at = chance.below(text.length)
      // Of the separators some do not matter: with another one it may still be right.
      while (/[ ,]/.test(String.fromCharCode(text[at]!))) at++
      text[at] = chance.pick([...Buffer.from('0aQ/=,;.'), 0xe9].filter((byte) => byte !== text[at]))
      set(request, 'Authorization', text.toString('latin1'))
    },
  },
  {
    expected: ANY,
    change: (request, { chance }) =>
      set(request, 'Authorization', get(request, 'Authorization').slice(0, chance.below(200))),
  },
  { expected: SIGNATURE, change: (request) => inAuthorization(request, /.$/, '') },
  {
    expected: SIGNATURE,
    change: (request) => inAuthorization(request, /Signature=.{64}/, `Signature=${'0'.repeat(64)}`),
  },
  {
    expected: SIGNATURE,
    change: (request) => inAuthorization(request, /Signature=.{64}/, `Signature=${'é'.repeat(32)}`),
  },
  {
    expected: CLIENT,
    change: (request) => inAuthorization(request, /Credential=[^/]+/, 'Credential=AKIANOBODY0000000000'),
  },
  {
    expected: CLIENT,
    change: (request) => inAuthorization(request, /Credential=[^/]+/, 'Credential=__proto__'),
  },
  {
    expected: INCOMPLETE,
    change: (request) => inAuthorization(request, /Credential=[^/]+/, 'Credential=a/b'),
  },
  { expected: SIGNATURE, change: (request) => inAuthorization(request, /firehose/, 's3') },
  { expected: SIGNATURE, change: (request) => inAuthorization(request, /eu-west-1/, 'EU_WEST..1') },
  { expected: SIGNATURE, change: (request) => inAuthorization(request, /host;/, '') },
  { expected: SIGNATURE, change: (request) => inAuthorization(request, /;x-amz-target/, '') },
  {
    expected: SIGNATURE,
    change: (request) => inAuthorization(request, /SignedHeaders=/, `SignedHeaders=${'a;'.repeat(3000)}`),
  },
  {
    expected: INCOMPLETE,
    change: (request) => inAuthorization(request, /AWS4-HMAC-SHA256/, 'AWS4-HMAC-SHA1'),
  },
  { expected: UNSIGNED, change: (request) => inAuthorization(request, /AWS4-HMAC-SHA256/, 'Basic') },
  { expected: UNSIGNED, change: (request) => without(request, 'Authorization') },
  { expected: INCOMPLETE, change: (request) => without(request, 'X-Amz-Date') },
  { expected: SIGNATURE, change: (request) => without(request, 'Content-Type') },
  { expected: SIGNATURE, change: (request) => set(request, 'Content-Type', 'text/plain') },
  { expected: UNKNOWN, change: (request) => without(request, 'X-Amz-Target') },
  {
    expected: UNKNOWN,
    change: (request, { chance }) => set(request, 'X-Amz-Target', chance.pick(ODD_TARGETS)),
  },
  {
    expected: SIGNATURE,
    change: (request) => set(request, 'X-Amz-Target', 'Firehose_20150804.DeleteDeliveryStream'),
  },
  {
    expected: [...SIGNATURE, ...UNKNOWN],
    change: (request) => request.headers.push(['X-Amz-Target', 'Firehose_20150804.PutRecord']),
  },
  { expected: ANY, change: (request) => request.headers.push(['Authorization', 'Bearer x']) },
  {
    expected: INCOMPLETE,
    change: (request, { chance }) =>
      set(request, 'X-Amz-Date', chance.pick(['now', '2026', '\xff', '20261123T054600'])),
  },
  { expected: CLIENT, change: (request) => request.headers.push(['X-Amz-Security-Token', 'x'.repeat(1000)]) },
  {
    expected: SIGNATURE,
    change: (request) => request.headers.push(['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD']),
  },
  {
    expected: ['SerializationException'],
    change: (request, { chance }) =>
      request.headers.push(['Content-Encoding', chance.pick(['gzip', 'aws-chunked', 'x'.repeat(500)])]),
  },
  {
    expected: UNKNOWN,
    change: (request, { chance }) => {
      request.method = chance.pick(METHODS)
    },
  },
  {
    expected: SIGNATURE,
    change: (request, { chance }) => {
      request.path = chance.pick(ODD_PATHS)
    },
  },
  {
    expected: ANY,
    change: (request, { chance }) => {
      request.path = `/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${chance.word(8)}`
      if (chance.is(0.7)) without(request, 'Authorization')
    },
  },
  {
    expected: SIGNATURE,
    change: (request, { chance }) => {
      const body = Buffer.from(request.body)
      body[chance.below(body.length)]! ^= 1
      request.body = body
    },
  },
  {
    expected: SIGNATURE,
    change: (request) => {
      request.body = Buffer.alloc(0)
    },
  },
  {
    expected: SIGNATURE,
    change: (request) => {
      request.body = Buffer.concat([request.body, Buffer.from(' ')])
    },
  },
]

/** Right in all but the time or the secret, which go into the signature itself. */
const SIGNED_WRONG = [
  (target: Target): SignedParts => signed(target, target.signer, basicTimeNow(-16 * 60_000)),
  (target: Target): SignedParts => signed(target, target.signer, basicTimeNow(6 * 60_000)),
  (target: Target): SignedParts => signed(target, { ...target.signer, secret: 'another' }),
]

function signed(target: Target, signer = target.signer, time = basicTimeNow()): SignedParts {
  // Its records stay open in the ledger's account, and are settled as refused with the answer.
  const { operation, body, ids } = rightPut(target, 1)
  target.ledger.settle(ids, 'refused')
  return sign(signer, { operation, body }, time)
}

export function wrongHead(target: Target): Case {
  const { chance } = target
  if (chance.is(0.1)) {
    const wire = toWire(chance.pick(SIGNED_WRONG)(target))
    return { kind: 'wrong time or secret', wire, expected: SIGNATURE }
  }
  const request = signed(target)
  const head = chance.pick(HEADS)
  head.change(request, target)
  return { kind: `head ${HEADS.indexOf(head)}`, wire: toWire(request), expected: head.expected }
}
