/**
 * Statements that are made to use up memory, time, stack or disk, by somebody who may only read, through a real server:
 * each ends with a right answer, or an error that says why, and leaves nothing behind; meanwhile and afterwards the server
 * answers everybody else. Endless ones are stopped as a user would, since Athena's own limit is half an hour.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AthenaClient, InvalidRequestException, StopQueryExecutionCommand } from '@aws-sdk/client-athena'
import { HozonError } from '../../src/base/errors.ts'
import { AthenaWorld } from '../athena/athena-world.ts'
import { eventually } from '../hozon-process.ts'
import { PROBES, REFUSED, TOO_LONG, type Probe } from './exhaustion-probes.ts'

/** A statement that has not ended by then is stopped. */
const STATEMENT_MS = 1000
const LIVEZ_EVERY_MS = 100
/** Nobody waits for so long: the event loop hangs. */
const LIVEZ_MS = 5000
/** What the server may hold more than at its start, whatever runs: engines are processes of their own. */
const GROWN_KIB_MAX = 250 * 1024

let world: AthenaWorld
let startKiB: number

before(async () => {
  world = await AthenaWorld.start()
  const key = await world.control.createKey({ role: 'read' })
  world.athena = new AthenaClient({
    endpoint: world.control.url,
    region: 'eu-west-1',
    credentials: key,
    maxAttempts: 1,
  })
  await world.rows('SELECT 1')
  startKiB = memoryKiB('VmRSS')
})
after(() => world.end())

/** Of the server's process. */
function memoryKiB(kind: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${world.server.pid}/status`, 'utf8')
  return Number(new RegExp(`^${kind}:\\s+(\\d+)`, 'm').exec(status)?.[1])
}

/** An engine that is stopped may go on for two seconds before it is killed. */
async function nothingIsLeft(): Promise<void> {
  const scratch = join(world.world.data, 'scratch')
  await eventually(() => {
    const entries = readdirSync(scratch, { recursive: true, withFileTypes: true })
    return entries.every((entry) => entry.isDirectory()) ? true : undefined
  }, 'an empty scratch folder')
}

/** Asks whether the server lives for as long as `work` takes. */
async function whileAlive<T>(work: () => Promise<T>): Promise<T> {
  const over = new AbortController()
  const ask = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const answer = await fetch(`${world.control.url}/livez`, { signal: AbortSignal.timeout(LIVEZ_MS) })
      assert.equal(answer.status, 200)
      await answer.text()
      await sleep(LIVEZ_EVERY_MS)
    }
  }
  const asked = ask()
  try {
    return await Promise.race([work(), asked.then(() => assert.fail('it is asked until the end'))])
  } finally {
    over.abort()
    await asked
  }
}

/** `SUCCEEDED` and the only row's cells, or the state and why; `REFUSED` where it was not even accepted. */
async function outcomeOf({ sql, isStopped }: Probe): Promise<string> {
  const id = await world.start(sql()).catch((error: unknown) => {
    if (error instanceof InvalidRequestException) return { refused: `REFUSED ${error.message}` }
    throw error
  })
  if (typeof id !== 'string') return id.refused
  const stopping = new AbortController()
  if (isStopped)
    void sleep(STATEMENT_MS, undefined, { signal: stopping.signal }).then(
      () => world.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id })),
      () => {},
    )
  const { Status: status } = await world.over(id)
  stopping.abort()
  if (status?.State !== 'SUCCEEDED') return `${status?.State} ${status?.StateChangeReason}`
  const rows = await world.pages(id)
  return `SUCCEEDED ${rows.length === 2 ? rows[1]!.map((cell) => cell?.slice(0, 50)).join() : ''}`.trim()
}

async function check(probe: Probe): Promise<void> {
  const outcome = await whileAlive(() => outcomeOf(probe))
  assert.match(outcome, probe.ends)
  // It says what was wrong, and not that something unknown was.
  assert.doesNotMatch(outcome, /unknown error|INTERNAL/)
  await nothingIsLeft()
  assert.deepEqual(await world.rows('SELECT 40 + 2'), [['_col0'], ['42']])
  const grownKiB = memoryKiB('VmHWM') - startKiB
  assert.ok(grownKiB < GROWN_KIB_MAX, `the server has grown by ${grownKiB} KiB`)
}

for (const [kind, probes] of Object.entries(PROBES))
  describe(kind, () => {
    for (const [name, probe] of Object.entries(probes)) it(name, () => check(probe))
  })

describe('refused before they run', () => {
  for (const [name, { sql, ends }] of Object.entries(REFUSED))
    it(name, async () => {
      await whileAlive(() => assert.rejects(world.start(sql()), ends))
      assert.deepEqual(await world.rows('SELECT 1'), [['_col0'], ['1']])
    })
})

describe('a time limit ends', () => {
  for (const [name, sql] of Object.entries(TOO_LONG))
    it(name, async () => {
      const timedOut = (error: unknown): boolean =>
        error instanceof HozonError && error.code === 'HOZON_SQL_TIMEOUT'
      await whileAlive(() => assert.rejects(world.control.sql(sql, { timeoutMs: STATEMENT_MS }), timedOut))
      await nothingIsLeft()
    })
})
