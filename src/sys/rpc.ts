/**
 * Request and response over a child's message channel: the parent calls methods of the child by name. A child that
 * dies rejects all its open calls; whether to call again is the caller's decision.
 */
import { HozonError } from '../base/errors.ts'
import type { Child } from './sys.ts'

interface Request {
  id: number
  method: string
  params: unknown
}

type Response =
  | { id: number; result: unknown }
  | {
      id: number
      error: { code: string | undefined; message: string; hint: string | undefined; retryable: boolean }
    }

export interface ChildCalls {
  /** Rejects with HOZON_ENGINE_DIED (retryable) when the child exits first, or with the child's own error. */
  call<T>(method: string, params: unknown): Promise<T>
  /** Resolves when the child has exited. */
  readonly exited: Promise<{ code: number | null; signal: string | null }>
}

export function callsTo(child: Child, title: string): ChildCalls {
  const open = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void; method: string }
  >()
  let nextId = 1
  let dead: string | undefined
  const exited = Promise.withResolvers<{ code: number | null; signal: string | null }>()

  child.onMessage = (response) => {
    // Code of a user runs in some children, and can send whatever it likes.
    if (!isResponse(response)) return
    const waiting = open.get(response.id)
    if (waiting === undefined) return
    open.delete(response.id)
    if ('result' in response) waiting.resolve(response.result)
    else waiting.reject(errorFrom(response.error, waiting.method, title))
  }
  child.onExit = (code, signal) => {
    dead = `${title} ended (${signal ?? `exit code ${code}`})`
    for (const waiting of open.values()) waiting.reject(diedError(dead, waiting.method))
    open.clear()
    exited.resolve({ code, signal })
  }
  return {
    exited: exited.promise,
    call<T>(method: string, params: unknown): Promise<T> {
      if (dead !== undefined) return Promise.reject(diedError(dead, method))
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const id = nextId++
      open.set(id, { resolve, reject, method })
      child.send({ id, method, params } satisfies Request)
      return promise as Promise<T>
    },
  }
}

/** In the child: answers calls until the parent goes away, and then exits. */
export function serveCalls(methods: Record<string, (params: never) => Promise<unknown>>): void {
  // A child that runs code of a user takes the channel away from it.
  const send = process.send?.bind(process)
  process.title = process.env['HOZON_TITLE'] ?? process.title
  // Not by exit(): it waits for the threads of an engine, which may be busy for hours.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // Ctrl-C reaches the whole process group; only the parent decides when a child ends.
  process.on('SIGINT', () => {})
  process.on('message', (message) => {
    const { id, method, params } = message as Request
    const handler = methods[method]
    const answer =
      handler === undefined ? Promise.reject(new Error(`no method ${method}`)) : handler(params as never)
    answer.then(
      (result) => send?.({ id, result } satisfies Response),
      (error: unknown) => send?.({ id, error: errorToSend(error) } satisfies Response),
    )
  })
}

function isResponse(message: unknown): message is Response {
  if (typeof message !== 'object' || message === null || !('id' in message)) return false
  return (
    'result' in message || ('error' in message && typeof message.error === 'object' && message.error !== null)
  )
}

function errorToSend(error: unknown): Extract<Response, { error: unknown }>['error'] {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof HozonError)) return { code: undefined, message, hint: undefined, retryable: false }
  return { code: error.code, message, hint: error.hint, retryable: error.retryable }
}

function errorFrom(sent: Extract<Response, { error: unknown }>['error'], op: string, target: string): Error {
  const details = {
    op,
    target,
    retryable: sent.retryable,
    ...(sent.hint === undefined ? {} : { hint: sent.hint }),
  }
  return new HozonError(sent.code ?? 'HOZON_ENGINE_FAILED', sent.message, details)
}

function diedError(text: string, op: string): HozonError {
  return new HozonError('HOZON_ENGINE_DIED', text, { op, retryable: true })
}
