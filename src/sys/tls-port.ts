/**
 * HTTP and HTTPS on one port. The first byte of a connection says which: 0x16 begins a TLS handshake and can not begin
 * an HTTP request. The HTTP server then serves the connection, or what TLS makes of it, so that its limits and the
 * ways to close connections hold for both.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer } from 'node:tls'
import { assert } from '../base/errors.ts'
import { secureContextOptions, type TlsIdentity } from './tls-identity.ts'

/** The type of a TLS record that holds a handshake message. */
const HANDSHAKE_RECORD = 0x16
/** As long as for the head of a request: who connects and says nothing holds a connection no longer than this. */
const FIRST_BYTE_TIMEOUT_MS = 10_000
const HANDSHAKE_TIMEOUT_MS = 10_000

export interface TlsPort {
  /** For connections from now on; those that are open keep theirs. */
  use(identity: TlsIdentity): void
  /** Ends connections that have not said anything. */
  closeWaiting(): void
  /** Ends all of TLS, also in the middle of a handshake: those the HTTP server does not know. */
  closeAll(): void
}

export function acceptTls(server: Server, identity: TlsIdentity): TlsPort {
  const [serve, ...others] = server.listeners('connection')
  assert(serve !== undefined && others.length === 0, 'an HTTP server has one listener for connections')
  const serveHttp = (socket: Duplex): void => void serve.call(server, socket)
  const tls = createServer({
    ...secureContextOptions(identity),
    // HTTP/1.1 only: a client that offers nothing else than HTTP/2 is refused during the handshake.
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  })
  tls.on('secureConnection', serveHttp)
  // Without it a handshake that took too long would only be reported, and its connection stay.
  tls.on('tlsClientError', (_error, socket) => void socket.destroy())
  const waiting = new Set<Socket>()
  const encrypted = new Set<Socket>()
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    waiting.add(socket)
    socket.once('close', () => waiting.delete(socket))
    atFirstByte(socket, (firstByte) => {
      waiting.delete(socket)
      if (firstByte !== HANDSHAKE_RECORD) {
        serveHttp(socket)
        socket.resume()
        return
      }
      encrypted.add(socket)
      socket.once('close', () => encrypted.delete(socket))
      tls.emit('connection', socket)
    })
  })
  return {
    use: (fresh) => tls.setSecureContext(secureContextOptions(fresh)),
    closeWaiting: () => waiting.forEach((socket) => socket.destroy()),
    closeAll: () => encrypted.forEach((socket) => socket.destroy()),
  }
}

/** Calls once with the first byte; all bytes are then in the paused socket again. Ends a socket that sends none. */
function atFirstByte(socket: Socket, found: (firstByte: number) => void): void {
  const end = (): void => void socket.destroy()
  const onData = (bytes: Buffer): void => {
    socket.pause()
    socket.setTimeout(0)
    socket.off('timeout', end).off('end', end).off('error', end)
    socket.unshift(bytes)
    found(bytes[0]!)
  }
  // An error needs a listener, or it would end the process; there is nobody to tell it to.
  socket.on('timeout', end).on('end', end).on('error', end).once('data', onData)
  socket.setTimeout(FIRST_BYTE_TIMEOUT_MS)
}
