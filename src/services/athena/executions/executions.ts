/**
 * Executions from their submission to their end. What is under way is held in memory; the catalog has it from its submission on and
 * learns of its end, so that each ends: what it finds unfinished at a start was interrupted, and is said to have failed.
 */
import type { AthenaExecutions } from '../../../catalog/catalog.ts'
import type { Clock } from '../../../sys/sys.ts'
import { changedUnderToken, executionNotFound, tooManyQueries } from '../faults.ts'
import { fromSaved, isOver, toSaved, type Execution, type Result } from './execution.ts'
import { openLane, type Lane } from './lane.ts'
import { CANCELLED_BY_USER, failureOf, INTERRUPTED, type Failure } from './outcome.ts'

/** Athena's largest quota of active queries of an account. */
const ACTIVE_MAX = 200
/** Each holds a turn at the engines or waits for one: more would only wait there instead of here. */
const RUNNING_QUERIES_MAX = 8
/** Of statements that need no engine. They pass queries by, as at AWS, where both have a quota of their own. */
const RUNNING_OTHERS_MAX = 8

/** AWS keeps the history for 45 days. */
const HISTORY_MS = 45 * 86_400_000
const HISTORY_ROWS_MAX = 50_000
/** Statements have a few hundred characters, but may have 256 Ki. */
const HISTORY_CHARACTERS_MAX = 256 * 1024 * 1024
/** Submissions between two looks at what may be forgotten. */
const FORGET_EVERY = 500

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
  forgetGroup(workGroup: string): void
  reusable(reuseKey: string, sinceMs: number): Execution | undefined
  /** Everything under way ends as interrupted. */
  close(): Promise<void>
}

export interface ExecutionsOptions<Work> {
  saved: AthenaExecutions
  clock: Pick<Clock, 'now'>
  /** Its result is in the store when this resolves. */
  run(live: Live<Work>): Promise<Result>
  needsEngine(work: Work): boolean
  /** A bug, or what could not be saved. */
  failed(error: unknown): void
  activeMax?: number
}

interface Entry<Work> extends Live<Work> {
  controller: AbortController
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
    try {
      // The answer is in the store before anybody is told of it: a client that sees SUCCEEDED reads the object at once.
      const result = await options.run(entry)
      end(entry, { state: 'SUCCEEDED', result })
    } catch (error) {
      const failure = failureOf(error)
      if (failure.error?.ErrorCategory === 1) options.failed(error)
      end(entry, failure)
    }
  }

  /** Only the first end counts: what was cancelled stays so, though its run may still come to an end of its own. */
  function end(entry: Entry<Work>, outcome: Failure | { state: 'SUCCEEDED'; result: Result }): void {
    if (isOver(entry.execution)) return
    entry.execution = { ...entry.execution, ...outcome, completedMs: clock.now() }
    try {
      saved.update(toSaved(entry.execution))
      live.delete(entry.execution.id)
    } catch (error) {
      // It stays in memory, so that its caller sees the end. After a restart it will have been interrupted.
      options.failed(error)
    }
  }

  function forget(): void {
    const beforeMs = clock.now() - HISTORY_MS
    saved.forget({ beforeMs, rowsMax: HISTORY_ROWS_MAX, charactersMax: HISTORY_CHARACTERS_MAX })
  }

  function find(id: string): Execution | undefined {
    const entry = live.get(id)
    if (entry !== undefined) return entry.execution
    const found = saved.find(id)
    return found === undefined ? undefined : fromSaved(found)
  }

  endInterrupted(saved, clock)
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
      if (isOver(execution)) return execution.id
      const controller = new AbortController()
      const lane = options.needsEngine(work) ? lanes.queries : lanes.others
      const entry: Entry<Work> = { execution, work, signal: controller.signal, controller, lane }
      live.set(execution.id, entry)
      lane.add(entry)
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
    forgetGroup(workGroup) {
      for (const entry of live.values())
        if (entry.execution.workGroup === workGroup) stopEntry(entry, CANCELLED_BY_USER)
      saved.forgetGroup(workGroup)
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
    entry.lane.remove(entry)
    end(entry, failure)
    entry.controller.abort()
  }
}

/** Nobody runs them any more. */
function endInterrupted(saved: AthenaExecutions, clock: Pick<Clock, 'now'>): void {
  for (const found of saved.unfinished()) {
    const execution = { ...fromSaved(found), ...INTERRUPTED, completedMs: clock.now() }
    saved.update(toSaved(execution))
  }
}
