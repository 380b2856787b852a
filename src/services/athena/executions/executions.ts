/**
 * Executions from their submission to their end. What is under way is held in memory; the catalog has it from its submission on and
 * learns of its end, so that each ends: what it finds unfinished at a start was interrupted, and is said to have failed. But what had
 * written its rows by then has succeeded: who was told to try again would have them twice.
 */
import { assert } from '../../../base/errors.ts'
import type { AthenaExecutions, WrittenByExecution } from '../../../catalog/catalog.ts'
import type { Clock } from '../../../sys/sys.ts'
import { changedUnderToken, executionNotFound, tooManyQueries } from '../faults.ts'
import { fromSaved, isOver, toSaved, type Execution, type Result } from './execution.ts'
import { openLane, type Lane } from './lane.ts'
import { CANCELLED_BY_USER, failureOf, INTERRUPTED, unfinishedWrite, type Failure } from './outcome.ts'

/** Athena's largest quota of active queries of an account. */
const ACTIVE_MAX = 200
/** Each holds a turn at the engines or waits for one: more would only wait there instead of here. */
const RUNNING_QUERIES_MAX = 8
/** Of statements that need no engine. They pass queries by, as at AWS, where both have a quota of their own. */
const RUNNING_OTHERS_MAX = 8

/** AWS keeps the history for 45 days. */
const HISTORY_MS = 45 * 86_400_000
const HISTORY_ROWS_MAX = 50_000
/** Statements have a few hundred bytes, but may have 256 Ki, and their parameters as many. */
const HISTORY_BYTES_MAX = 256 * 1024 * 1024
/** Submissions between two looks at what may be forgotten; a look costs less than one. As many at their longest are 50 MB. */
const FORGET_EVERY = 50

export interface Live<Work> {
  execution: Execution
  work: Work
  signal: AbortSignal
}

export interface Executions<Work> {
  /** The id; of the earlier one, where the token repeats its request. Throws TooManyRequestsException and InvalidRequestException. */
  start(execution: Execution, work: Work): string
  /** Of an earlier request with this token. Throws InvalidRequestException where it asked for something else. */
  repeated(token: string | undefined, requestHash: string): string | undefined
  find(id: string): Execution | undefined
  /** Throws InvalidRequestException. */
  named(id: string): Execution
  /** Fine when it is over. */
  stop(id: string): void
  newest: AthenaExecutions['newest']
  /** With the workgroup they are in; what is under way is stopped. */
  forgetGroup(workGroup: string): Promise<void>
  reusable(reuseKey: string, sinceMs: number): Execution | undefined
  /** Everything under way ends as interrupted. */
  close(): Promise<void>
}

export interface ExecutionsOptions<Work> {
  saved: AthenaExecutions
  clock: Pick<Clock, 'now' | 'sleep'>
  /** Its result is in the store when this resolves. */
  run(live: Live<Work>): Promise<Result>
  /** Of what has written its rows: puts what is missing of its answer. */
  finish(execution: Execution, written: WrittenByExecution): Promise<Result>
  needsEngine(work: Work): boolean
  /** Is it known only by its run whether a statement that is stopped has still done what it does? */
  writes(work: Work): boolean
  /** A bug, or what could not be saved. */
  failed(error: unknown): void
  activeMax?: number
}

interface Entry<Work> extends Omit<Live<Work>, 'work'> {
  /** Undefined: the process that ran it has ended, and it has written its rows. */
  work: Work | undefined
  controller: AbortController
  /** How it ends if its run was stopped before it wrote its rows. */
  stopped?: Failure
  lane: Lane<Entry<Work>>
  /** Set while it runs. */
  running?: Promise<void>
}

export function openExecutions<Work>(options: ExecutionsOptions<Work>): Executions<Work> {
  const { saved, clock, activeMax = ACTIVE_MAX } = options
  const live = new Map<string, Entry<Work>>()
  const run = (entry: Entry<Work>): Promise<void> => (entry.running = runEntry(entry))
  const lanes = { queries: openLane(RUNNING_QUERIES_MAX, run), others: openLane(RUNNING_OTHERS_MAX, run) }
  let submissions = 0

  async function runEntry(entry: Entry<Work>): Promise<void> {
    entry.execution = { ...entry.execution, state: 'RUNNING', startedMs: clock.now() }
    const { work, execution, signal } = entry
    try {
      // The answer is in the store before anybody is told of it: a client that sees SUCCEEDED reads the object at once.
      if (work !== undefined) end(entry, succeeded(await options.run({ execution, work, signal })))
      else await finish(entry, saved.written(execution.id))
    } catch (error) {
      await endFailed(entry, error)
    }
  }

  async function endFailed(entry: Entry<Work>, error: unknown): Promise<void> {
    let [failure, cause] = [entry.stopped ?? failureOf(error), error]
    try {
      const written = saved.written(entry.execution.id)
      if (written !== undefined) return await finish(entry, written)
    } catch (other) {
      failure = unfinishedWrite(other)
      cause = other
    }
    if (failure.error?.ErrorCategory === 1 && failure !== entry.stopped) options.failed(cause)
    end(entry, failure)
  }

  async function finish(entry: Entry<Work>, written: WrittenByExecution | undefined): Promise<void> {
    assert(written !== undefined, `execution ${entry.execution.id} has written nothing`)
    end(entry, succeeded(await options.finish(entry.execution, written)))
  }

  /** Only the first end counts: what was cancelled stays so, though its run may still come to an end of its own. */
  function end(entry: Entry<Work>, outcome: Failure | Success): void {
    if (isOver(entry.execution)) return
    entry.execution = { ...entry.execution, ...outcome, completedMs: clock.now() }
    try {
      saved.update(toSaved(entry.execution))
      live.delete(entry.execution.id)
    } catch (error) {
      // It stays in memory, so that its caller sees the end. After a restart it will have been interrupted, or have written its rows.
      options.failed(error)
    }
  }

  function forget(): void {
    const beforeMs = clock.now() - HISTORY_MS
    saved.forget({ beforeMs, rowsMax: HISTORY_ROWS_MAX, bytesMax: HISTORY_BYTES_MAX })
  }

  /** For requests that have come in the meantime. */
  async function pause(): Promise<true> {
    await clock.sleep(0)
    return true
  }

  function find(id: string): Execution | undefined {
    const entry = live.get(id)
    if (entry !== undefined) return entry.execution
    const found = saved.find(id)
    return found === undefined ? undefined : fromSaved(found)
  }

  function admit(execution: Execution, work: Work | undefined): void {
    const controller = new AbortController()
    const lane = work !== undefined && options.needsEngine(work) ? lanes.queries : lanes.others
    const entry: Entry<Work> = { execution, work, signal: controller.signal, controller, lane }
    live.set(execution.id, entry)
    lane.add(entry)
  }

  /** Nobody runs them any more. */
  function endInterrupted(): void {
    for (const found of saved.unfinished()) {
      const execution = fromSaved(found)
      if (saved.written(found.id) !== undefined) admit(execution, undefined)
      else saved.update(toSaved({ ...execution, ...INTERRUPTED, completedMs: clock.now() }))
    }
  }

  endInterrupted()
  forget()
  return {
    find,
    named(id) {
      const found = find(id)
      if (found === undefined) throw executionNotFound(id)
      return found
    },
    repeated(token, requestHash) {
      const found = token === undefined ? undefined : saved.byToken(token)
      if (found === undefined) return undefined
      if (fromSaved(found).requestHash !== requestHash) throw changedUnderToken()
      return found.id
    },
    start(execution, work) {
      const active = [...live.values()].filter((entry) => !isOver(entry.execution)).length
      if (active >= activeMax && !isOver(execution)) throw tooManyQueries()
      const earlier = saved.create(toSaved(execution))
      if (earlier !== undefined) {
        if (fromSaved(earlier).requestHash !== execution.requestHash) throw changedUnderToken()
        return earlier.id
      }
      if (++submissions % FORGET_EVERY === 0) forget()
      if (!isOver(execution)) admit(execution, work)
      return execution.id
    },
    stop(id) {
      const entry = live.get(id)
      if (entry === undefined) {
        if (saved.find(id) === undefined) throw executionNotFound(id)
        return
      }
      stopEntry(entry, CANCELLED_BY_USER)
    },
    newest: (...of) => saved.newest(...of),
    async forgetGroup(workGroup) {
      do {
        // Also what was started since.
        for (const entry of live.values())
          if (entry.execution.workGroup === workGroup) stopEntry(entry, CANCELLED_BY_USER)
      } while (saved.forgetGroup(workGroup) && (await pause()))
    },
    reusable(reuseKey, sinceMs) {
      const found = saved.reusable(reuseKey, sinceMs)
      return found === undefined ? undefined : fromSaved(found)
    },
    async close() {
      const entries = [...live.values()]
      for (const entry of entries) stopEntry(entry, INTERRUPTED)
      await Promise.all(entries.flatMap(({ running }) => running ?? []))
    },
  }

  function stopEntry(entry: Entry<Work>, failure: Failure): void {
    const { work } = entry
    const wasWaiting = entry.lane.remove(entry)
    // One that waits to be finished is finished by the next process.
    if (work === undefined) return
    if (wasWaiting || !options.writes(work)) end(entry, failure)
    else entry.stopped ??= failure
    entry.controller.abort()
  }
}

interface Success {
  state: 'SUCCEEDED'
  result: Result
}

function succeeded(result: Result): Success {
  return { state: 'SUCCEEDED', result }
}
