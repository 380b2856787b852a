/**
 * The control API: health, metrics and the commands of the CLI over HTTP. Same port as the AWS endpoint, whose
 * requests go to `fallback`.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { AssertionError } from 'node:assert'
import { HozonError, systemCode } from '../base/errors.ts'
import { realHttp, type Http, type HttpHandler, type HttpRequest, type HttpResponse } from '../sys/http.ts'
import type { Sys } from '../sys/sys.ts'
import type { AccessKeyRing } from './access-keys.ts'
import type { Certificates } from './certificates/certificates.ts'
import { openCredentials } from './credentials.ts'
import { isHostAllowed, reachableHost } from './host-check.ts'
import { readParams } from './request-params.ts'
import { ROUTES, type Reply, type Route } from './routes.ts'
import type { ServerApi, ServerOptions } from './server-api.ts'
import { removeServerFile, writeServerFile } from './server-file.ts'

export interface ControlApi {
  readonly urls: Record<string, string>
  /** Writes DIR/server.json: from now on commands find the server. */
  announce(): Promise<void>
  /** Removes it, lets running answers finish, frees the port. Safe to repeat. */
  stop(): Promise<void>
}

/** What the port has beside the commands' API. */
export interface Endpoint {
  keys: AccessKeyRing
  /** For `hozon env`. */
  region: string
  /** Without, the port speaks HTTP only. */
  certificates?: Certificates
  /** Gets every request that is none of the control API. */
  fallback?: HttpHandler
  http?: Http
}

/** Answers still running when the server stops; live tails never end by themselves. */
const STOP_GRACE_MS = 1000

/** By code; anything else is 503 when it may be tried again, else 500. */
const STATUS_OF: Readonly<Record<string, number>> = {
  HOZON_REQUEST_INVALID: 400,
  HOZON_REQUEST_TOO_LARGE: 413,
  HOZON_STREAM_UNKNOWN: 404,
  HOZON_KEY_INVALID: 400,
  HOZON_KEY_UNKNOWN: 404,
  HOZON_KEY_EXISTS: 409,
  HOZON_KEY_LIMIT: 409,
  HOZON_SQL_SYNTAX: 400,
  HOZON_SQL_FORBIDDEN: 403,
  HOZON_SQL_TABLE: 404,
  HOZON_SQL_FAILED: 400,
  HOZON_SQL_TIMEOUT: 504,
  HOZON_SQL_MEMORY: 507,
  HOZON_SQL_DISK: 507,
}

type Context = {
  api: ServerApi
  options: ServerOptions
  tokenHash: Buffer
  keys: AccessKeyRing
  fallback: HttpHandler | undefined
}

export async function startControlApi(
  sys: Sys,
  api: ServerApi,
  options: ServerOptions,
  { keys, region, certificates, fallback, http = realHttp }: Endpoint,
): Promise<ControlApi> {
  const { controlToken } = await openCredentials(sys, options.dataDirectory)
  const context: Context = { api, options, tokenHash: hash(controlToken), keys, fallback }
  const { host } = options
  const at = {
    host,
    port: options.port,
    ...(certificates === undefined ? {} : { tls: certificates.identity }),
  }
  const listening = await http
    .listen(at, (request, response) => void answer(context, request, response))
    .catch((error: unknown) => Promise.reject(listenError(error, options)))
  const { port } = listening
  certificates?.watch((identity) => listening.setTls(identity))
  const authority = reachableAuthority(host, port)
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    await removeServerFile(sys.files, options.dataDirectory)
    await listening.close(STOP_GRACE_MS)
  }
  return {
    urls: {
      endpoint: `http://${authority}`,
      ...(certificates === undefined ? {} : { https: `https://${authority}` }),
    },
    announce: () =>
      writeServerFile(sys.files, options.dataDirectory, {
        pid: sys.processes.pid,
        host: reachableHost(host),
        port,
        startedMs: sys.clock.now(),
        region,
        hasAuthority: certificates?.authorityFile !== undefined,
      }),
    stop: () => (stopping ??= stop()),
  }
}

/** The edge: whatever happens in a route ends here as an answer. */
async function answer(context: Context, request: HttpRequest, response: HttpResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0]!
  try {
    const route = Object.hasOwn(ROUTES, path) && !isOfAws(request) ? ROUTES[path]! : undefined
    if (route === undefined && context.fallback !== undefined) {
      context.fallback(request, response)
      return
    }
    const refusal = refuse(context, route, request)
    send(response, refusal ?? (await run(context, route!, request, response)))
  } catch (error) {
    if (!(error instanceof HozonError)) context.options.telemetry.server.requestFailed(path, error)
    // Nothing can be said in the middle of an answer but to cut it, so that it is not taken for whole.
    if (response.headersSent) response.destroy()
    else send(response, errorReply(error))
  }
}

/** A bucket may be called `metrics`: what is signed the AWS way is not meant for us. */
function isOfAws({ headers, url = '' }: HttpRequest): boolean {
  return headers.authorization?.startsWith('AWS4-') === true || url.includes('X-Amz-Signature=')
}

async function run(
  { api, keys }: Context,
  route: Route,
  request: HttpRequest,
  response: HttpResponse,
): Promise<Reply> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const params = await readParams(request)
  return route.handle({ api, keys, params, response, signal: gone.signal })
}

function refuse(
  { options, tokenHash }: Context,
  route: Route | undefined,
  request: HttpRequest,
): Reply | undefined {
  if (!isHostAllowed(request.headers.host, options.host))
    return refusal(
      421,
      'HOZON_REQUEST_HOST',
      `this server is not ${request.headers.host ?? 'without a name'}`,
    )
  if (route === undefined) return refusal(404, 'HOZON_REQUEST_PATH', `there is nothing at ${request.url}`)
  if (!route.methods.some((method) => method === request.method))
    return refusal(405, 'HOZON_REQUEST_METHOD', `use ${route.methods.join(' or ')}`)
  if (route.open || hasToken(request, tokenHash)) return undefined
  return refusal(401, 'HOZON_REQUEST_TOKEN', 'the bearer token is missing or wrong')
}

/** Hashes are compared: equal length whatever was sent, and no early end at the first wrong character. */
function hasToken(request: HttpRequest, tokenHash: Buffer): boolean {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' && token !== undefined && timingSafeEqual(hash(token), tokenHash)
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function refusal(status: number, code: string, message: string): Reply {
  return { kind: 'json', status, value: { error: { code, message, retryable: false } } }
}

function errorReply(error: unknown): Reply {
  if (!(error instanceof HozonError)) {
    const message = error instanceof AssertionError ? `bug: ${error.message}` : String(error)
    return refusal(500, 'HOZON_INTERNAL', message)
  }
  const { code, message, op, target, hint, retryable } = error
  const status = STATUS_OF[code] ?? (retryable ? 503 : 500)
  return { kind: 'json', status, value: { error: { code, message, op, target, hint, retryable } } }
}

function send(response: HttpResponse, reply: Reply): void {
  if (reply.kind === 'sent' || response.destroyed) return
  const isJson = reply.kind === 'json'
  const body = Buffer.from(isJson ? `${JSON.stringify(reply.value)}\n` : reply.text)
  const type = isJson ? 'application/json' : (reply.type ?? 'text/plain; charset=utf-8')
  response.writeHead(reply.status ?? 200, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Of a refused request the body was not read: the connection can not be used again.
    ...((reply.status ?? 200) >= 400 ? { connection: 'close' } : {}),
  })
  response.end(body)
}

function listenError(error: unknown, { host, port }: ServerOptions): HozonError {
  const code = systemCode(error)
  const target = `${host}:${port}`
  const texts: Record<string, [string, string]> = {
    EADDRINUSE: ['the port is in use', 'stop the other program, or choose another with --port'],
    EACCES: ['not permitted', 'choose a port above 1023 with --port'],
    EADDRNOTAVAIL: ['this machine has no such address', 'choose another with --host'],
    ENOTFOUND: ['this machine has no such address', 'choose another with --host'],
  }
  const [message, hint] = texts[code ?? ''] ?? [String(error), undefined]
  const details = { op: 'listen on', target, cause: error, ...(hint === undefined ? {} : { hint }) }
  return new HozonError('HOZON_SERVER_LISTEN', message, details)
}

/** The part of a URL between its scheme and its path. */
function reachableAuthority(boundHost: string, port: number): string {
  const host = reachableHost(boundHost)
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
