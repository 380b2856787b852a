/**
 * The endpoint of AWS's services that speak JSON 1.1: one URL, the operation in x-amz-target. From the first byte to the answer:
 * find the operation, see whose key it is, read the body, verify the signature, check the shape, call.
 */
import { hash } from 'node:crypto'
import {
  AwsError,
  internalFailure,
  serializationError,
  serviceUnavailable,
  unknownOperation,
} from '../aws/errors.ts'
import { parseJsonBody } from '../aws/json-body.ts'
import { requestIdentity } from '../aws/request-identity.ts'
import {
  ACCOUNT_ID,
  type AccessKeys,
  type AwsCall,
  type JsonService,
  type Operation,
} from '../aws/service.ts'
import type { StructureShape } from '../aws/shape.ts'
import { invalidSignature, readSignature } from '../aws/signature.ts'
import { openVerifier, type Verifier } from '../aws/sigv4.ts'
import { validate } from '../aws/validate.ts'
import type { WireRequest } from '../aws/wire-request.ts'
import { HozonError } from '../base/errors.ts'
import { openMemoryPool, type LentMemory, type Memory, type MemoryPool } from '../base/lent-memory.ts'
import type { HttpHandler, HttpRequest, HttpResponse } from '../sys/http.ts'
import type { Sys } from '../sys/sys.ts'
import { BODIES_BYTES_MAX, discardBody, readBody, RequestAborted, type BodyBudget } from './request-body.ts'

export interface EndpointEvents {
  /** An answer of 5xx, with what was behind it, which the answer does not say. */
  failed(operation: string, error: unknown): void
  /** Every answer; `operation` is `-` where none was found. */
  answered?(operation: string, status: number, milliseconds: number): void
}

export interface EndpointOptions {
  sys: Pick<Sys, 'clock' | 'random'>
  services: readonly BoundService[]
  accessKeys: AccessKeys
  events: EndpointEvents
  /** Of all bodies that are held at once. */
  bodiesBytesMax?: number
}

/** A service with what its operations work on. */
export interface BoundService {
  targetPrefix: string
  find(operation: string): BoundOperation | undefined
}

interface BoundOperation {
  name: string
  signingName: string
  /** Throws AccessDeniedException. */
  authorize(input: unknown, call: AwsCall): void
  /** Undefined: to be parsed and checked against the shape. */
  read(body: Buffer, memory: Memory): unknown
  /** Throws SerializationException, and what the service makes of a ValidationException. */
  check(json: unknown): unknown
  handle(input: unknown, call: AwsCall): Promise<object> | object
}

interface Endpoint extends EndpointOptions {
  verifier: Verifier
  budget: BodyBudget
  pool: MemoryPool
}

export function bindService<Context>(service: JsonService<Context>, context: Context): BoundService {
  const operations = new Map(
    service.operations.map((operation) => [operation.name, bind(service, operation, context)]),
  )
  return { targetPrefix: service.targetPrefix, find: (name) => operations.get(name) }
}

function bind<Context>(
  service: JsonService<Context>,
  operation: Operation<Context>,
  context: Context,
): BoundOperation {
  const { name, roles } = operation
  return {
    name,
    signingName: service.signingName,
    check(json) {
      try {
        return validate(operation.input as StructureShape, json)
      } catch (error) {
        const isOfRules = error instanceof AwsError && error.name === 'ValidationException'
        throw isOfRules ? (service.invalidInput?.(error.message) ?? error) : error
      }
    },
    authorize(input, call) {
      const { role, accessKeyId } = call.accessKey
      if (role === 'admin' || roles.includes(role)) return
      const action = `${service.signingName}:${name}`
      throw new AwsError(
        'AccessDeniedException',
        `User: arn:aws:iam::${call.accountId}:user/${accessKeyId} is not authorized to perform: ${action} on resource: ${service.resource?.(input, call) ?? '*'} because no identity-based policy allows the ${action} action`,
      )
    },
    read: (body, memory) => operation.read?.(body, memory),
    handle: (input, call) => operation.handle(context, input as never, call),
  }
}

export function awsEndpoint(options: EndpointOptions): HttpHandler {
  const endpoint: Endpoint = {
    ...options,
    verifier: openVerifier(options.accessKeys),
    budget: { bytes: 0, bytesMax: options.bodiesBytesMax ?? BODIES_BYTES_MAX },
    pool: openMemoryPool(),
  }
  return (request, response) => void serve(endpoint, request, response)
}

/** The edge: whatever happens ends here as an answer. */
async function serve(endpoint: Endpoint, request: HttpRequest, response: HttpResponse): Promise<void> {
  const startMs = endpoint.sys.clock.monotonic()
  const requestId = uuid(endpoint.sys.random.bytes(16))
  let operation: BoundOperation | undefined
  let status = 200
  const memory = endpoint.pool.lend()
  // The answer itself may lie there, until the kernel has it. Of one that is never sent the garbage collector takes it.
  response.once('finish', () => memory.giveBack())
  try {
    operation = findOperation(endpoint, request)
    send(response, requestId, status, await run(endpoint, operation, request, { requestId, memory }))
  } catch (error) {
    if (error instanceof RequestAborted) return
    const failure = errorOf(error)
    status = failure.status
    if (status >= 500) endpoint.events.failed(operation?.name ?? '-', error)
    send(response, requestId, status, {
      __type: failure.name,
      ...(failure.message === '' ? {} : { message: failure.message }),
      ...failure.members,
    })
    discardBody(request)
  }
  endpoint.events.answered?.(operation?.name ?? '-', status, endpoint.sys.clock.monotonic() - startMs)
}

/** Throws UnknownOperationException. */
function findOperation({ services }: Endpoint, { method, headers }: HttpRequest): BoundOperation {
  const target = String(headers['x-amz-target'] ?? '')
  if (method !== 'POST' || target === '') throw notForUs()
  const dot = target.lastIndexOf('.')
  const service = services.find(({ targetPrefix }) => targetPrefix === target.slice(0, Math.max(dot, 0)))
  const operation = service?.find(target.slice(dot + 1))
  if (operation === undefined) throw unknownOperation()
  return operation
}

/** For people with a browser: AWS's clients send nothing else. */
function notForUs(): AwsError {
  return new AwsError(
    'UnknownOperationException',
    'This is the endpoint of services that speak AWS JSON 1.1: POST with the operation in X-Amz-Target',
    { status: 404 },
  )
}

async function run(
  { sys, verifier, budget }: Endpoint,
  operation: BoundOperation,
  request: HttpRequest,
  { requestId, memory }: { requestId: string; memory: LentMemory },
): Promise<object> {
  const wire: WireRequest = { method: request.method!, target: request.url!, rawHeaders: request.rawHeaders }
  const signature = readSignature(wire, operation.signingName)
  // Everything hangs on it, so a signature of anything else would say nothing.
  if (!signature.signedHeaders.includes('x-amz-target'))
    throw invalidSignature("'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.")
  const accessKey = verifier.identify(signature, sys.clock.now())
  refuseEncoded(request)
  const body = await readBody(request, budget, memory)
  try {
    const bodyHash = hash('sha256', body.bytes, 'hex')
    verifier.verify(wire, signature, accessKey, { hash: bodyHash })
    const call: AwsCall = {
      requestId,
      memory,
      region: signature.region,
      accountId: ACCOUNT_ID,
      accessKey,
      identity: requestIdentity({
        accessKeyId: accessKey.accessKeyId,
        invocationId: headerOf(request, 'amz-sdk-invocation-id'),
        target: headerOf(request, 'x-amz-target')!,
        bodyHash,
        signature: signature.signature,
        userAgent: headerOf(request, 'user-agent'),
        requestId,
      }),
    }
    const read = operation.read(body.bytes, memory)
    const input = read ?? parseJsonBody(body.bytes)
    operation.authorize(input, call)
    return await operation.handle(read ?? operation.check(input), call)
  } finally {
    body.release()
  }
}

function headerOf({ headers }: HttpRequest, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

/** Firehose does not take compressed bodies either; without this they would be JSON errors that nobody understands. */
function refuseEncoded({ headers }: HttpRequest): void {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity')
    throw serializationError(`Content-Encoding '${encoding.slice(0, 32)}' is not supported`)
}

function errorOf(error: unknown): AwsError {
  if (error instanceof AwsError) return error
  return error instanceof HozonError && error.retryable ? serviceUnavailable() : internalFailure()
}

function send(response: HttpResponse, requestId: string, status: number, value: object): void {
  const body = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))
  response.writeHead(status, {
    'x-amzn-RequestId': requestId,
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': body.length,
  })
  response.end(body)
}

/** Version 4: a random one. */
function uuid(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
