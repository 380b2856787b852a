/** A function behind an http or https URL: AWS's event is posted, the response contract comes back with status 200. */
import { HozonError, systemCode } from '../../base/errors.ts'
import type { HttpPosted, PostHttp } from '../../sys/http-post.ts'
import type { Clock } from '../../sys/sys.ts'
import { lane } from '../lane.ts'
import type { CallFailureCode } from './failures.ts'
import type { CallResult, FunctionTarget, Invocation } from './function-target.ts'
import { errorInBody } from './response.ts'

/** As many as AWS has outstanding per shard. */
const CALLS_MAX = 5

/** By status; others below 500 refuse the request. 500 and 502 are how servers and gateways say that the code behind them threw. */
const FAILURE_OF_STATUS: Partial<Record<number, CallFailureCode>> = {
  401: 'Lambda.InvokeAccessDenied',
  403: 'Lambda.InvokeAccessDenied',
  404: 'Lambda.ResourceNotFound',
  408: 'Lambda.FunctionTimedOut',
  410: 'Lambda.ResourceNotFound',
  413: 'Lambda.RequestTooLargeException',
  429: 'Lambda.InvokeLimitExceeded',
  500: 'Lambda.FunctionError',
  502: 'Lambda.FunctionError',
  504: 'Lambda.FunctionTimedOut',
}

/** Of an error's body, for the log. */
const DETAIL_CHARS_MAX = 300

export interface HttpFunctionOptions {
  url: string
  post: PostHttp
  timeoutMs: number
  answerBytesMax: number
}

export function openHttpFunction(clock: Clock, options: HttpFunctionOptions): FunctionTarget {
  const url = new URL(options.url)
  const inTurn = lane(CALLS_MAX)
  const closed = new AbortController()

  async function callOnce({ arn, requestId, event }: Invocation): Promise<CallResult> {
    const done = new AbortController()
    const late = new AbortController()
    void clock.sleep(options.timeoutMs, done.signal).then(() => late.abort())
    try {
      const headers = {
        'content-type': 'application/json',
        'x-amz-firehose-request-id': requestId,
        'x-amz-invoked-function-arn': arn,
      }
      const signal = AbortSignal.any([late.signal, closed.signal])
      const { answerBytesMax } = options
      return toResult(await options.post({ url, headers, body: Buffer.from(event), signal, answerBytesMax }))
    } catch (error) {
      if (late.signal.aborted && !done.signal.aborted) return timedOut(options.timeoutMs)
      return { kind: 'failed', code: 'Lambda.TargetServerFailedToRespond', detail: networkDetail(error) }
    } finally {
      done.abort()
    }
  }

  return {
    callsMax: CALLS_MAX,
    call: (invocation) => inTurn(() => callOnce(invocation)),
    async close() {
      closed.abort()
    },
  }
}

export function timedOut(timeoutMs: number): CallResult {
  const detail = `no answer within ${timeoutMs / 1000} s`
  return { kind: 'failed', code: 'Lambda.FunctionTimedOut', detail }
}

function toResult({ status, headers, body }: HttpPosted): CallResult {
  if (body === undefined) return functionError('the response is larger than 6 MB')
  const text = body.toString()
  if (status >= 200 && status <= 299) {
    // As AWS's own Invoke says that the function threw.
    const header = headers['x-amz-function-error']
    const error = errorInBody(text) ?? (header === undefined ? undefined : `${String(header)}: ${text}`)
    return error === undefined ? { kind: 'answered', body: text } : functionError(shortened(error))
  }
  const code =
    FAILURE_OF_STATUS[status] ?? (status >= 500 ? 'Lambda.ServiceUnavailable' : 'Lambda.InvocationFailure')
  return { kind: 'failed', code, detail: shortened(`status ${status}: ${text}`) }
}

export function functionError(detail: string): CallResult {
  return { kind: 'failed', code: 'Lambda.FunctionError', detail }
}

function shortened(text: string): string {
  return text.length > DETAIL_CHARS_MAX ? `${text.slice(0, DETAIL_CHARS_MAX)}…` : text
}

/** Several addresses of a name that all refuse give an AggregateError with an empty message. */
function networkDetail(error: unknown): string {
  if (error instanceof HozonError) return error.message
  const message = error instanceof Error ? error.message : String(error)
  return message === '' ? (systemCode(error) ?? 'no connection') : message
}
