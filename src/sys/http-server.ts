/** Listens. One port for HTTP and, where there is a certificate, HTTPS; limits hold for both. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { assert } from '../base/errors.ts'
import type { HttpHandler, ListenAt, Listening } from './http.ts'
import { cutSlowRequests } from './slow-requests.ts'
import { acceptTls } from './tls-port.ts'

const HEADERS_TIMEOUT_MS = 10_000
/**
 * Longer than the pools of most clients keep an idle connection (Fluent Bit 30 s, AWS's SDK for Java 60 s, Go 90 s): who
 * sends on a connection while it is being closed gets no answer. The SDKs for JavaScript and Python keep theirs for ever,
 * and try again.
 */
const KEEP_ALIVE_TIMEOUT_MS = 120_000
/** Each costs some 20 KB, with TLS some 60 KB; past it the kernel's backlog waits. */
const CONNECTIONS_MAX = 4096

export async function listen(at: ListenAt, handler: HttpHandler): Promise<Listening> {
  const serve: HttpHandler = (request, response) => {
    watch(request)
    handler(request, response)
  }
  const server = createServer(
    {
      // See slow-requests.ts.
      requestTimeout: 0,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    },
    serve,
  )
  // As S3: an expectation that is not `100-continue` is passed over. Node would answer it with 417.
  server.on('checkExpectation', serve)
  const watch = cutSlowRequests(server)
  server.maxConnections = CONNECTIONS_MAX
  const tls = at.tls === undefined ? undefined : acceptTls(server, at.tls)
  await listening(server, at)
  return {
    port: (server.address() as AddressInfo).port,
    setTls(identity) {
      assert(tls !== undefined, 'this port was opened without TLS')
      tls.use(identity)
    },
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => {
          server.closeAllConnections()
          tls?.closeAll()
        }, graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
        // Connections whose answers are still running end with these, and not when their clients wish.
        server.keepAliveTimeout = 1
        server.keepAliveTimeoutBuffer = 0
        tls?.closeWaiting()
      }),
  }
}

function listening(server: Server, { host, port }: ListenAt): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}
