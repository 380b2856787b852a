/**
 * The endpoint of STS: one operation, `GetCallerIdentity`, in AWS's query protocol (a form goes in, XML comes out). dbt, Terraform and
 * awswrangler ask for the account before they ask for anything else. There are no roles to assume: keys are long-lived. Other services of
 * that protocol (IAM, EC2, CloudWatch) are told here, in words that their clients read, that they are not there.
 */
import { hash } from 'node:crypto'
import { AwsError } from '../../aws/errors.ts'
import { ACCOUNT_ID, type AccessKey, type AccessKeys } from '../../aws/service.ts'
import { readSignature } from '../../aws/signature.ts'
import { openVerifier, type Verifier } from '../../aws/sigv4.ts'
import { writeXml, type XmlMembers } from '../../aws/xml.ts'
import { openMemoryPool, type MemoryPool } from '../../base/lent-memory.ts'
import type { HttpHandler, HttpRequest, HttpResponse } from '../../sys/http.ts'
import type { Sys } from '../../sys/sys.ts'
import type { EndpointEvents } from '../endpoint.ts'
import { discardBody, readBody, RequestAborted, type BodyBudget } from '../request-body.ts'

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'
const OPERATION = 'GetCallerIdentity'
const NAME = `sts:${OPERATION}`
const FORM = 'application/x-www-form-urlencoded'
const NO_SUCH_SERVICE =
  'This endpoint has no such service: it answers Firehose, Glue, Athena, S3, and GetCallerIdentity of STS'
/** Of all forms at once; one has 43 bytes. */
const FORMS_BYTES_MAX = 16 * 1024 * 1024
/** The query protocol's names and statuses for what the room below says in those of JSON. */
const WORDS: Readonly<Record<string, readonly [code: string, status: number]>> = {
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
  IncompleteSignatureException: ['IncompleteSignature', 400],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
  ServiceUnavailableException: ['ServiceUnavailable', 503],
  RequestEntityTooLargeException: ['RequestEntityTooLarge', 413],
}

export interface StsEndpointOptions {
  sys: Pick<Sys, 'clock' | 'random'>
  accessKeys: AccessKeys
  events: EndpointEvents
}

interface Endpoint extends StsEndpointOptions {
  verifier: Verifier
  budget: BodyBudget
  pool: MemoryPool
}

export function stsEndpoint(options: StsEndpointOptions): HttpHandler {
  const endpoint: Endpoint = {
    ...options,
    verifier: openVerifier(options.accessKeys),
    budget: { bytes: 0, bytesMax: FORMS_BYTES_MAX },
    pool: openMemoryPool(),
  }
  return (request, response) => void serve(endpoint, request, response)
}

/** A form, or signed for STS, which has no header of its own that tells it. */
export function speaksQuery(request: HttpRequest): boolean {
  return isForSts(request) || (request.headers['content-type']?.startsWith(FORM) ?? false)
}

function isForSts({ headers }: HttpRequest): boolean {
  return headers.authorization?.includes('/sts/aws4_request') ?? false
}

/** The edge: whatever happens ends here as an answer. */
async function serve(endpoint: Endpoint, request: HttpRequest, response: HttpResponse): Promise<void> {
  const { clock, random } = endpoint.sys
  const startMs = clock.monotonic()
  const requestId = random.bytes(16).toString('hex')
  const name = isForSts(request) ? NAME : 'query:unknown'
  let status = 200
  try {
    if (name !== NAME) throw new AwsError('InvalidAction', NO_SUCH_SERVICE)
    const { accessKeyId } = await callerOf(endpoint, request)
    send(response, { requestId, status }, `${OPERATION}Response`, {
      [`${OPERATION}Result`]: {
        Arn: `arn:aws:iam::${ACCOUNT_ID}:user/${accessKeyId}`,
        UserId: accessKeyId,
        Account: ACCOUNT_ID,
      },
      ResponseMetadata: { RequestId: requestId },
    })
  } catch (error) {
    if (error instanceof RequestAborted) return
    const failure = failureOf(error)
    status = failure.status
    if (status >= 500) endpoint.events.failed(name, error)
    send(response, { requestId, status }, 'ErrorResponse', {
      Error: {
        Type: status >= 500 ? 'Receiver' : 'Sender',
        Code: failure.code,
        Message: failure.message,
      },
      RequestId: requestId,
    })
    discardBody(request)
  }
  endpoint.events.answered?.(name, status, clock.monotonic() - startMs)
}

/** Everybody may know who they are: no role is asked for. */
async function callerOf({ sys, verifier, budget, pool }: Endpoint, request: HttpRequest): Promise<AccessKey> {
  const wire = { method: request.method!, target: request.url!, rawHeaders: request.rawHeaders }
  const signature = readSignature(wire, 'sts')
  const accessKey = verifier.identify(signature, sys.clock.now())
  // Never given back: a form is smaller than what the pool keeps.
  const body = await readBody(request, budget, pool.lend())
  try {
    verifier.verify(wire, signature, accessKey, { hash: hash('sha256', body.bytes, 'hex') })
    const action = new URLSearchParams(body.bytes.toString('utf8')).get('Action')
    if (action !== OPERATION)
      throw new AwsError('InvalidAction', `Could not find operation ${(action ?? '').slice(0, 64)}`)
    return accessKey
  } finally {
    body.release()
  }
}

function failureOf(error: unknown): { code: string; status: number; message: string } {
  if (!(error instanceof AwsError))
    return { code: 'InternalFailure', status: 500, message: 'The request failed for an unknown reason.' }
  const [code, status] = WORDS[error.name] ?? [error.name, error.status]
  return { code, status, message: error.message }
}

function send(
  response: HttpResponse,
  { requestId, status }: { requestId: string; status: number },
  root: string,
  members: XmlMembers,
): void {
  const body = Buffer.from(writeXml(root, members, { namespace: NAMESPACE }))
  response.writeHead(status, {
    'x-amzn-RequestId': requestId,
    'Content-Type': 'text/xml',
    'Content-Length': body.length,
  })
  response.end(body)
}
