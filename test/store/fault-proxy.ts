/**
 * Stands between a client and an S3 server, and does to some requests what networks and servers do. The Host header
 * is passed on as the client signed it.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Fault =
  /** Answered by the proxy; the server never hears of it. */
  | { kind: 'status'; status: number; code: string }
  /** The connection is cut; the server never hears of it. */
  | { kind: 'cut before' }
  /** The server has done it, the connection is cut instead of an answer. */
  | { kind: 'cut after' }
  /** The server has done it, the answer is a 500. */
  | { kind: 'lost answer' }
  /** No answer, and the connection stays open. */
  | { kind: 'hang' }
  /** Passed on, but late. */
  | { kind: 'delay'; ms: number }
  /** A byte of the request's body is another. */
  | { kind: 'corrupt request' }
  /** The answer's body is cut in the middle. */
  | { kind: 'cut answer' }
  /** The answer's body stops in the middle, and the connection stays open. */
  | { kind: 'stall answer' }
  /** As a server that does not know the condition and refuses it. */
  | { kind: 'refuse condition'; status: 400 | 501 }
  /** The answer of a server that does not know the condition and does not look. (The condition is signed: the server gets it.) */
  | { kind: 'ignore condition' }

export interface SeenRequest {
  method: string
  url: string
  headers: IncomingMessage['headers']
}

export interface FaultProxy {
  endpoint: string
  seen: SeenRequest[]
  /** The most parts of multipart uploads that were on their way at the same time. */
  partsAtOnceMax: number
  /** Asked once for each request. */
  decide: (request: SeenRequest) => Fault | undefined
  stop(): Promise<void>
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let partsAtOnce = 0
  const server = createServer((incoming, outgoing) => {
    const seen = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers }
    proxy.seen.push(seen)
    if (seen.url.includes('partNumber=')) {
      proxy.partsAtOnceMax = Math.max(proxy.partsAtOnceMax, ++partsAtOnce)
      outgoing.once('close', () => partsAtOnce--)
    }
    handle(target, incoming, outgoing, proxy.decide(seen))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    partsAtOnceMax: 0,
    decide: () => undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return proxy
}

function handle(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): void {
  // The client went away: it has its own story to tell.
  incoming.on('error', () => {})
  if (fault?.kind === 'hang') return void incoming.resume()
  if (fault?.kind === 'cut before') return void incoming.socket.destroy()
  if (fault?.kind === 'status') return answer(incoming, outgoing, fault.status, fault.code)
  if (fault?.kind === 'refuse condition' && incoming.headers['if-none-match'] !== undefined)
    return answer(incoming, outgoing, fault.status, 'NotImplemented')
  if (fault?.kind === 'delay')
    return void setTimeout(() => forward(target, incoming, outgoing, undefined), fault.ms)
  forward(target, incoming, outgoing, fault)
}

function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): void {
  const { method, headers } = incoming
  const passed = request(`${target}${incoming.url ?? ''}`, { method, headers }, (response) => {
    // The server ended in the middle of its answer, e.g. because the test has stopped it: so does ours.
    response.on('error', () => incoming.socket.destroy())
    if (fault?.kind === 'cut after') return void response.resume().on('end', () => incoming.socket.destroy())
    if (fault?.kind === 'lost answer')
      return void response.resume().on('end', () => answer(incoming, outgoing, 500, 'InternalError'))
    if (fault?.kind === 'ignore condition' && response.statusCode === 412)
      return void response.resume().on('end', () => outgoing.writeHead(200, { etag: '"injected"' }).end())
    outgoing.writeHead(response.statusCode ?? 500, response.headers)
    if (fault?.kind === 'cut answer')
      return void response.once('data', (chunk: Buffer) =>
        outgoing.write(chunk.subarray(0, chunk.length / 2), () => incoming.socket.destroy()),
      )
    if (fault?.kind === 'stall answer')
      return void response.once('data', (chunk: Buffer) => {
        outgoing.write(chunk.subarray(0, chunk.length / 2))
        response.pause()
      })
    response.pipe(outgoing)
  })
  passed.on('error', () => incoming.socket.destroy())
  incoming.on('error', () => passed.destroy())
  let first = fault?.kind === 'corrupt request'
  incoming.on('data', (chunk: Buffer) => {
    if (first && chunk.length > 0) chunk[0] = (chunk[0] ?? 0) ^ 1
    first = false
    if (!passed.write(chunk)) incoming.pause()
  })
  passed.on('drain', () => incoming.resume())
  incoming.on('end', () => passed.end())
}

function answer(incoming: IncomingMessage, outgoing: ServerResponse, status: number, code: string): void {
  incoming.resume()
  outgoing.writeHead(status, { 'content-type': 'application/xml' })
  outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected</Message></Error>`)
}
