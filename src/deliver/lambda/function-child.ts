/** In the process of a function: loads the module and calls its handler as AWS's runtime for Node.js does. */
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { endWithParent } from '../../sys/end-with-parent.ts'
import { realClock } from '../../sys/real-clock.ts'
import { serveCalls } from '../../sys/rpc.ts'
import type { ChildAnswer, ChildCall } from './function-process.ts'

type Callback = (error: unknown, result?: unknown) => void
type Handler = (event: unknown, context: object, callback: Callback) => unknown

/** Of what a call prints. Above it nothing leaves this process: the reader has other work. */
const PRINTED_BYTES_MAX = 512 * 1024

let handler: Handler | undefined
let printedBytes = 0

endWithParent()
limitOutput(process.stdout)
limitOutput(process.stderr)
serveCalls({ invoke })
// The channel is ours. A module that sends something is mistaken for the caller by nobody.
delete process.send

async function invoke(call: ChildCall): Promise<ChildAnswer> {
  printedBytes = 0
  try {
    handler ??= await loadHandler(call.module)
  } catch (error) {
    process.stderr.write(`${inspect(error)}\n`)
    // A module that failed to load fails for good in this process; in the next one it may be mended.
    return { error: describe(error), isFit: false }
  }
  try {
    const result = await callHandler(handler, JSON.parse(call.event), contextOf(call))
    const body = JSON.stringify(result ?? null)
    const bytes = Buffer.byteLength(body)
    if (bytes <= call.limits.answerBytesMax) return { body }
    return { error: `the response has ${bytes} bytes, which is more than 6 MB`, isFit: true }
  } catch (error) {
    process.stderr.write(`${inspect(error)}\n`)
    return { error: describe(error), isFit: true }
  }
}

async function loadHandler(path: string): Promise<Handler> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  const inner = module['default']
  const candidates = [module['handler'], (inner as { handler?: unknown } | undefined)?.handler, inner]
  const found = candidates.find((candidate) => typeof candidate === 'function')
  if (found === undefined) throw new TypeError(`${path} exports no function named handler`)
  return found as Handler
}

/** Handlers with three parameters are of the old kind: they call back. */
function callHandler(run: Handler, event: unknown, context: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => {
      if (error === null || error === undefined) resolve(result)
      else reject(error as Error)
    }
    const returned = run(event, context, callback)
    if (run.length < 3 || isThenable(returned)) resolve(returned)
  })
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

function contextOf({ arn, requestId, limits }: ChildCall): object {
  const endsAt = realClock.monotonic() + limits.timeoutMs
  const functionName = arn.split(':')[6] ?? ''
  return {
    functionName,
    functionVersion: arn.split(':')[7] ?? '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(limits.memoryMiB),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: String(process.pid),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - realClock.monotonic())),
  }
}

function limitOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (...parameters: unknown[]) => boolean
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    printedBytes += chunk.length
    return printedBytes > PRINTED_BYTES_MAX ? true : write(chunk, ...rest)
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
