/** The seam to HTTP: the only place that opens ports or connections by it. Limits that hold for all are set here. */
import {
  request as requestNode,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import { listen } from './http-server.ts'
import type { TlsIdentity } from './tls-identity.ts'

export { allowLongRequest } from './slow-requests.ts'

export type HttpRequest = IncomingMessage
export type HttpResponse = ServerResponse

/** To connect and to get the first byte of the head; answers themselves may take as long as they need. */
const CONNECT_TIMEOUT_MS = 5_000

export interface Listening {
  /** The real one where 0 was asked for. */
  port: number
  /** For connections from now on. Throws where `listen` was called without `tls`, and for what is no certificate. */
  setTls(identity: TlsIdentity): void
  /** Takes no more connections, lets running answers finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>
}

export interface ListenAt {
  host: string
  /** 0: any free one. */
  port: number
  tls?: TlsIdentity
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
  /** With `tls` the port speaks HTTP and HTTPS. Rejects with Node's system error (EADDRINUSE, EACCES …). */
  listen(at: ListenAt, handler: HttpHandler): Promise<Listening>
  /** Rejects with Node's system error (ECONNREFUSED …); ETIMEDOUT when nobody accepts the connection. */
  call(call: HttpCall): Promise<HttpAnswer>
}

export const realHttp: Http = { listen, call }

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
