/** The seam to HTTP: the only place that opens ports or connections by it. Limits that hold for all are set here. */
import {
  createServer,
  request as requestNode,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export type HttpRequest = IncomingMessage
export type HttpResponse = ServerResponse

/** From the first byte of a request to its last: a sender that trickles holds a connection no longer than this. */
const REQUEST_TIMEOUT_MS = 60_000
const HEADERS_TIMEOUT_MS = 10_000
/** Longer than the pools of the usual clients keep a connection idle would be better, but they all retry. */
const KEEP_ALIVE_TIMEOUT_MS = 20_000
/** Each costs some 20 KB; past it the kernel's backlog waits. */
const CONNECTIONS_MAX = 4096
/** To connect and to get the first byte of the head; answers themselves may take as long as they need. */
const CONNECT_TIMEOUT_MS = 5_000

export interface Listening {
  /** The real one where 0 was asked for. */
  port: number
  /** Takes no more connections, lets running answers finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>
}

export type HttpHandler = (request: HttpRequest, response: HttpResponse) => void

export interface HttpAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: AsyncIterable<Buffer>
}

export interface HttpCall {
  host: string
  port: number
  method: 'GET' | 'POST'
  path: string
  headers: OutgoingHttpHeaders
  body?: Buffer
  signal?: AbortSignal
}

export interface Http {
  /** Rejects with Node's system error (EADDRINUSE, EACCES …). */
  listen(at: { host: string; port: number }, handler: HttpHandler): Promise<Listening>
  /** Rejects with Node's system error (ECONNREFUSED …); ETIMEDOUT when nobody accepts the connection. */
  call(call: HttpCall): Promise<HttpAnswer>
}

export const realHttp: Http = { listen, call }

async function listen(at: { host: string; port: number }, handler: HttpHandler): Promise<Listening> {
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    },
    handler,
  )
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

function call({ host, port, method, path, headers, body, signal }: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options = { host, port, method, path, headers, agent: false, ...(signal ? { signal } : {}) }
    const request = requestNode(options, (response) =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response }),
    )
    request.once('error', reject)
    request.once('socket', (socket) => {
      if (!socket.connecting) return
      const cut = setTimeout(() => {
        request.destroy(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' }))
      }, CONNECT_TIMEOUT_MS)
      socket.once('connect', () => clearTimeout(cut))
      socket.once('close', () => clearTimeout(cut))
    })
    request.end(body)
  })
}
