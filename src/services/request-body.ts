/** Bodies of requests, whole and in memory, within two bounds: of one, and of all that are held at once. */
import { AwsError, serviceUnavailable } from '../aws/errors.ts'
import type { Memory } from '../base/lent-memory.ts'
import type { HttpRequest } from '../sys/http.ts'

/** 4 MiB of records as base64 with JSON around them is 5.6 MB; some clients write longer JSON. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024
/** All bodies at once, from the first byte to the answer: 32 of the largest. More would wait for the disk anyway. */
export const BODIES_BYTES_MAX = 256 * 1024 * 1024
/** Of a body that was refused as much is read and forgotten, so that its sender gets to read the answer. Then it is cut. */
const DISCARD_BYTES_MAX = 64 * 1024 * 1024

/** The sender went away; nobody is left to answer. */
export class RequestAborted extends Error {}

export interface BodyBudget {
  bytes: number
  readonly bytesMax: number
}

export interface Body {
  bytes: Buffer
  /** Gives the budget back. Once. */
  release(): void
}

/** Throws RequestEntityTooLarge (413), ServiceUnavailableException (503), RequestAborted. */
export function readBody(request: HttpRequest, budget: BodyBudget, memory: Memory): Promise<Body> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > BODY_BYTES_MAX) return Promise.reject(tooLarge())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const finish = (): void => {
      request.off('data', take).off('end', end).off('close', abort).off('error', abort)
    }
    const refuse = (error: Error): void => {
      finish()
      budget.bytes -= length
      reject(error)
    }
    const take = (chunk: Buffer): void => {
      length += chunk.length
      budget.bytes += chunk.length
      chunks.push(chunk)
      if (length > BODY_BYTES_MAX) refuse(tooLarge())
      else if (budget.bytes > budget.bytesMax) refuse(serviceUnavailable())
    }
    const end = (): void => {
      finish()
      resolve({ bytes: joined(chunks, length, memory), release: () => void (budget.bytes -= length) })
    }
    const abort = (): void => refuse(new RequestAborted('the sender closed the connection'))
    request.on('data', take).on('end', end).on('close', abort).on('error', abort)
  })
}

function joined(chunks: readonly Buffer[], length: number, memory: Memory): Buffer {
  if (chunks.length === 1) return chunks[0]!
  const bytes = memory.take(length)
  let at = 0
  for (const chunk of chunks) {
    at += chunk.copy(bytes, at)
    discard(chunk)
  }
  return bytes
}

/** Gives the chunk's memory back now; the garbage collector would let 64 MB of them come together, and then look at the whole heap. */
function discard({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0)
}

/** What is still to come of a body that was not read, or not to its end. */
export function discardBody(request: HttpRequest): void {
  if (request.complete || request.destroyed) return
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > DISCARD_BYTES_MAX) request.destroy()
  })
  // The sender may go away at any time; there is nothing to be done about it.
  request.on('error', () => {})
  request.resume()
}

function tooLarge(): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `Request size must be less than or equal to ${BODY_BYTES_MAX} bytes`,
    { status: 413 },
  )
}
