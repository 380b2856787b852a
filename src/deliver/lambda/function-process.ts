/**
 * A process that runs one function's module, one call at a time as AWS's environments do, so that what a module keeps
 * in variables is never used by two calls at once, and nothing that it does can harm more than its own call.
 */
import { HozonError } from '../../base/errors.ts'
import { callsTo } from '../../sys/rpc.ts'
import type { Sys } from '../../sys/sys.ts'
import { functionOutput } from './function-output.ts'
import type { CallResult, FunctionEvents, Invocation } from './function-target.ts'
import { functionError, timedOut } from './http-function.ts'

export interface ModuleLimits {
  timeoutMs: number
  answerBytesMax: number
  heapMiB: number
  /** Resident memory: what is outside the heap (buffers, images) counts too. */
  memoryMiB: number
}

/** To and from function-child.ts. */
export interface ChildCall extends Invocation {
  module: string
  limits: ModuleLimits
}

/** `isFit: false`: the process can not be used again (the module does not load). */
export type ChildAnswer = { body: string } | { error: string; isFit: boolean }

export interface FunctionProcess {
  /** Never rejects. */
  call(invocation: Invocation): Promise<CallResult>
  readonly isAlive: boolean
  end(): Promise<void>
}

/** How long it may be above its memory before anybody looks. */
const MEMORY_LOOK_MS = 250

export interface FunctionProcessOptions {
  arn: string
  module: string
  limits: ModuleLimits
  events: Pick<FunctionEvents, 'printed'>
}

export function startFunctionProcess(sys: Sys, options: FunctionProcessOptions): FunctionProcess {
  const { arn, module, limits } = options
  const name = arn.split(':')[6] ?? arn
  const output = functionOutput((line) => options.events.printed(arn, line))
  const child = sys.processes.fork(new URL('./function-child.ts', import.meta.url), {
    title: `hozon-function-${name}`,
    heapMiB: limits.heapMiB,
    env: {
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_REGION: arn.split(':')[3] ?? '',
      // The first is about the user's package.json, which has nothing to do with a single module.
      NODE_OPTIONS: '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON --disable-warning=ExperimentalWarning',
    },
    output: (bytes) => output.take(bytes),
  })
  const calls = callsTo(child, `the process of ${name}`)
  let isAlive = true
  void calls.exited.then(() => {
    isAlive = false
    output.end()
  })

  function kill(): void {
    isAlive = false
    child.kill('SIGKILL')
  }

  /** What the process was killed for, if it was. */
  async function killWhenTooLarge(done: AbortSignal): Promise<string | undefined> {
    for (;;) {
      await sys.clock.sleep(MEMORY_LOOK_MS, done)
      if (done.aborted || !isAlive) return undefined
      const mib = await residentMiB(sys, child.pid)
      if (mib === undefined) return undefined
      if (mib <= limits.memoryMiB) continue
      kill()
      return `it used ${mib} MiB of memory; ${limits.memoryMiB} MiB are allowed`
    }
  }

  return {
    get isAlive() {
      return isAlive
    },
    async call(invocation) {
      output.begin()
      const done = new AbortController()
      const tooLarge = killWhenTooLarge(done.signal)
      const answer = calls
        .call<unknown>('invoke', { ...invocation, module, limits } satisfies ChildCall)
        .then(toAnswer, (error: unknown): ChildAnswer => ({ error: reasonOf(error), isFit: false }))
        .then(toResult)
      const late = sys.clock.sleep(limits.timeoutMs, done.signal).then(() => timedOut(limits.timeoutMs))
      const result = await Promise.race([answer, late])
      done.abort()
      const reason = await tooLarge
      if (result.kind === 'failed' && result.code === 'Lambda.FunctionTimedOut') kill()
      return reason === undefined || result.kind === 'answered' ? result : functionError(reason)
    },
    async end() {
      kill()
      await calls.exited
    },
  }

  function toResult(answer: ChildAnswer): CallResult {
    if ('body' in answer) return { kind: 'answered', body: answer.body }
    if (!answer.isFit) kill()
    return functionError(answer.error)
  }
}

/** What comes from a user's process is looked at before it is believed. */
function toAnswer(value: unknown): ChildAnswer {
  if (typeof value === 'object' && value !== null) {
    if ('body' in value && typeof value.body === 'string') return { body: value.body }
    if ('error' in value && typeof value.error === 'string')
      return { error: value.error, isFit: 'isFit' in value && value.isFit === true }
  }
  return { error: 'its process sent something that is no answer', isFit: false }
}

function reasonOf(error: unknown): string {
  if (error instanceof HozonError) return error.message
  return String(error)
}

/** undefined where the platform does not tell. */
async function residentMiB(sys: Sys, pid: number | undefined): Promise<number | undefined> {
  try {
    const status = await sys.files.readFile(`/proc/${pid}/status`)
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status.toString())?.[1]
    return kib === undefined ? undefined : Math.round(Number(kib) / 1024)
  } catch {
    // It has just ended, or there is no /proc: then only the heap is limited.
    return undefined
  }
}
