/**
 * The endpoint of S3. From the first byte to the answer: whose key it is and whether it signed the head, which operation, may the
 * role do it, call. The body is read by the operation, as a stream; what it streams into is nobody's object until every digest is right.
 */
import type { AwsError } from '../../aws/errors.ts'
import { ACCOUNT_ID, type AccessKeys } from '../../aws/service.ts'
import { openVerifier, type Verifier } from '../../aws/sigv4.ts'
import type { WireRequest } from '../../aws/wire-request.ts'
import { writeXml } from '../../aws/xml.ts'
import { isInOwnFolder } from '../../base/own-folder.ts'
import type { ServedObjects } from '../../store/served-objects.ts'
import { allowLongRequest, type HttpHandler, type HttpRequest, type HttpResponse } from '../../sys/http.ts'
import type { Sys } from '../../sys/sys.ts'
import type { EndpointEvents } from '../endpoint.ts'
import { discardBody, RequestAborted } from '../request-body.ts'
import { readAddress, type Address } from './address.ts'
import { authenticate } from './authenticate.ts'
import { openBody, readChecksum } from './body.ts'
import { bytesOfObject } from './copy-source.ts'
import { errorOf, notImplemented, s3Error } from './errors.ts'
import type { S3Context, S3Operation, S3Reply } from './operation.ts'
import { findOperation } from './routes.ts'

export interface S3EndpointOptions {
  sys: Pick<Sys, 'clock' | 'random'>
  /** Undefined: they are at `location`, whose own endpoint clients use. */
  objects: ServedObjects | undefined
  location: string
  accessKeys: AccessKeys
  region: string
  /** Of the endpoint; `<bucket>.<name>` is a bucket. */
  names: readonly string[]
  events: EndpointEvents
}

interface Endpoint extends S3EndpointOptions {
  verifier: Verifier
}

/** One request on its way. */
interface Exchange {
  request: HttpRequest
  response: HttpResponse
  requestId: string
  wire: WireRequest
}

export function s3Endpoint(options: S3EndpointOptions): HttpHandler {
  const endpoint = { ...options, verifier: openVerifier(options.accessKeys) }
  return (request, response) => {
    const wire = { method: request.method!, target: request.url!, rawHeaders: request.rawHeaders }
    const requestId = options.sys.random.bytes(8).toString('hex').toUpperCase()
    void serve(endpoint, { request, response, requestId, wire })
  }
}

/** Is it S3's? All else that comes without x-amz-target is signed for another service. */
export function isForS3({ headers, url = '' }: HttpRequest): boolean {
  if (headers['x-amz-target'] !== undefined) return false
  const { authorization } = headers
  if (authorization === undefined) return true
  return (
    !authorization.startsWith('AWS4-') || authorization.includes('/s3/aws4_request') || url.includes('X-Amz-')
  )
}

/** The edge: whatever happens ends here as an answer. */
async function serve(endpoint: Endpoint, exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  const startMs = endpoint.sys.clock.monotonic()
  const found: { operation?: S3Operation } = {}
  let status = 200
  try {
    const reply = await run(endpoint, exchange, found)
    status = reply.status ?? 200
    await send(exchange, reply)
  } catch (error) {
    if (error instanceof RequestAborted || (request.destroyed && !request.complete)) return
    const failure = errorOf(error)
    status = failure.status
    if (status >= 500 && status !== 501) endpoint.events.failed(nameOf(found.operation), error)
    // In the middle of an answer there is nothing to say but to cut it, so that it is not taken for whole.
    if (response.headersSent) response.destroy()
    else sendError(exchange, failure)
  }
  discardBody(request)
  endpoint.events.answered?.(nameOf(found.operation), status, endpoint.sys.clock.monotonic() - startMs)
}

async function run(
  endpoint: Endpoint,
  { request, wire }: Exchange,
  found: { operation?: S3Operation },
): Promise<S3Reply> {
  const { sys, objects, region, names, accessKeys, verifier } = endpoint
  const address = readAddress(wire, request.headers.host, names)
  const { accessKey, headers, payloadHash, chunkSigner } = authenticate(wire, address.query, {
    accessKeys,
    verifier,
    nowMs: sys.clock.now(),
  })
  const operation = findOperation({ method: wire.method, ...address, headers })
  found.operation = operation
  authorize(operation, accessKey.role, address, accessKey.accessKeyId)
  const owner = headers.get('x-amz-expected-bucket-owner')
  if (owner !== undefined && owner !== ACCOUNT_ID) throw s3Error('AccessDenied')
  if (objects === undefined)
    throw notImplemented(`This server keeps its objects at ${endpoint.location}: send requests for S3 there.`)
  // Strangers were sent away by now: those who may send gigabytes have as long as that takes.
  allowLongRequest(request)
  const expected = operation.sumsTheObject === true ? undefined : readChecksum(headers)
  const body = openBody(request, headers, { payloadHash, signer: chunkSigner, expected })
  const context: S3Context = { objects, clock: sys.clock, region }
  return operation.handle(context, { ...address, headers, accessKey, body })
}

function authorize(
  { name, roles }: S3Operation,
  role: (typeof roles)[number],
  { bucket, key }: Address,
  accessKeyId: string,
): void {
  // What lies in our own folder is believed when a catalog is made anew: senders do not write there.
  const isKept = role === 'ingest' && isInOwnFolder(key)
  if (role === 'admin' || (roles.includes(role) && !isKept)) return
  const resource = bucket === '' ? '*' : `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`
  throw s3Error(
    'AccessDenied',
    `User: arn:aws:iam::${ACCOUNT_ID}:user/${accessKeyId} is not authorized to perform: s3:${name} on resource: "${resource}" because no identity-based policy allows the s3:${name} action`,
  )
}

async function send({ request, response, requestId }: Exchange, reply: S3Reply): Promise<void> {
  const { status = 200, headers = {}, xml, content } = reply
  const body = xml === undefined ? undefined : Buffer.from(writeXml(xml.root, xml.members))
  try {
    response.writeHead(status, {
      ...ids(requestId),
      ...headers,
      ...(body === undefined ? {} : { 'Content-Type': 'application/xml', 'Content-Length': body.length }),
      ...(body === undefined &&
      content === undefined &&
      !('Content-Length' in headers) &&
      status !== 204 &&
      status !== 304
        ? { 'Content-Length': 0 }
        : {}),
    })
    if (content === undefined) {
      response.end(request.method === 'HEAD' ? undefined : body)
      return
    }
    for await (const chunk of bytesOfObject(content.object, content)) {
      if (!(await written(response, chunk))) return
    }
    response.end()
  } finally {
    await content?.object.close()
  }
}

/** False when the reader went away. Waits while it is slower than the disk. */
function written(response: HttpResponse, chunk: Buffer): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false)
  if (response.write(chunk)) return Promise.resolve(true)
  return new Promise((resolve) => {
    const drained = (): void => done(true)
    const closed = (): void => done(false)
    const done = (isOpen: boolean): void => {
      response.off('drain', drained).off('close', closed)
      resolve(isOpen)
    }
    response.on('drain', drained).on('close', closed)
  })
}

function sendError({ request, response, requestId }: Exchange, failure: AwsError): void {
  const { name, message, status, members } = failure
  const resource = (request.url ?? '/').split('?')[0]!
  const document = {
    Code: name,
    Message: message,
    ...members,
    Resource: resource,
    RequestId: requestId,
    HostId: 'hozon',
  }
  const body = Buffer.from(writeXml('Error', document, { namespace: '' }))
  const range = members['ActualObjectSize']
  response.writeHead(status, {
    ...ids(requestId),
    'Content-Type': 'application/xml',
    ...(status === 416 && range !== undefined ? { 'Content-Range': `bytes */${range}` } : {}),
    ...(request.method === 'HEAD' ? {} : { 'Content-Length': body.length }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function ids(requestId: string): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId, Server: 'hozon' }
}

function nameOf(operation: S3Operation | undefined): string {
  return operation === undefined ? 's3:-' : `s3:${operation.name}`
}
