/** Cuts connections whose request does not come to its end: a sender that trickles must not hold one for ever. */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

/** From the first byte of a request to its last. Of one that may take long: between two of its bytes. */
const REQUEST_TIMEOUT_MS = 60_000
const LOOK_INTERVAL_MS = 15_000
const ANSWER = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'

interface Running {
  request: IncomingMessage
  sinceMs: number
  bytesRead: number
}

const mayTakeLong = new WeakSet<IncomingMessage>()

/** For senders that have proved who they are: their bodies may be of any size. */
export function allowLongRequest(request: IncomingMessage): void {
  mayTakeLong.add(request)
}

/** Node's own limit is one for all requests of a server; this replaces it. */
export function cutSlowRequests(server: Server): (request: IncomingMessage) => void {
  const running = new Map<Socket, Running>()
  const look = setInterval(() => {
    const nowMs = performance.now()
    for (const [socket, one] of running) if (isStuck(socket, one, nowMs)) cut(socket)
  }, LOOK_INTERVAL_MS)
  look.unref()
  server.once('close', () => clearInterval(look))
  return (request) => {
    const { socket } = request
    if (!running.has(socket)) socket.once('close', () => running.delete(socket))
    running.set(socket, { request, sinceMs: performance.now(), bytesRead: 0 })
  }
}

function isStuck({ bytesRead }: Socket, one: Running, nowMs: number): boolean {
  if (one.request.complete) return false
  if (mayTakeLong.has(one.request) && bytesRead !== one.bytesRead) {
    one.bytesRead = bytesRead
    one.sinceMs = nowMs
  }
  return nowMs - one.sinceMs > REQUEST_TIMEOUT_MS
}

function cut(socket: Socket): void {
  if (socket.writable) socket.write(ANSWER)
  socket.destroy()
}
