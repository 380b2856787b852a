/**
 * Fifty clients of Athena's API, and the whole server is killed again and again, also while it starts. What was under way
 * has failed and says why, what had succeeded is as it was, and a request that is repeated is the same execution.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../hozon-process.ts'
import { enginesOf } from './children.ts'
import { checkAfterwards, checkStopped, isAlive } from './queries/afterwards.ts'
import { Archive, type Known } from './queries/archive.ts'
import { startClients, type Clients } from './queries/clients.ts'
import { SEED, seeded } from './seeded.ts'

const KILLS = 10
/** Every so many, the next server is killed while it starts as well. */
const START_KILLED_EVERY = 3
/** Of each sort, looked at after each kill. */
const LOOKS = 5
/** Otherwise the clients would ask for ever. */
const HANG = { timeout: 600_000 }

test(`kill -9 of the server under fifty clients (HOZON_TEST_SEED=${SEED})`, HANG, async (t) => {
  const random = seeded(SEED)
  const archive = await Archive.open(random, true)
  t.after(() => archive.close())
  const clients = await startClients(t, archive, random)
  const port = Number(new URL(archive.world.control.url).port)
  let interrupted = 0
  for (let kill = 0; kill < KILLS; kill++) {
    await delay(500 + random() ** 2 * 7000)
    // So that there are tables to come back to.
    if (kill === 0 || kill === KILLS / 2)
      await eventually(() => madeSome(clients, kill === 0 ? 1 : 2), 'a table that was made')
    clients.check()
    const engines = enginesOf(archive.world.server.pid)
    const known = new Map([...archive.executions].map(([id, of]) => [id, { ...of }]))
    await archive.world.world.kill()
    if (kill % START_KILLED_EVERY === 0) await killStarting(archive, port, random() * 1200)
    await archive.world.up(port)
    await eventually(() => engines.every(({ pid }) => !isAlive(pid)) || undefined, 'the end of its processes')
    interrupted += await checkKnown(archive, known)
  }
  const lines = await clients.end()
  const { right, failed, crawls } = clients
  t.diagnostic(JSON.stringify({ right, failed, made: clients.load.made.size, crawls, lines, interrupted }))
  assert.ok(interrupted > KILLS, 'there was something to interrupt')
  await checkAfterwards(clients.load, lines)
  await checkStopped(archive)
})

function madeSome(clients: Clients, least: number): true | undefined {
  clients.check()
  const made = [...clients.load.made.values()].filter((rows) => rows !== undefined)
  return made.length >= least || undefined
}

async function killStarting({ world }: Archive, port: number, afterMs: number): Promise<void> {
  const started = world.up(port)
  started.catch(() => {})
  await delay(afterMs)
  await world.world.kill()
  await started.catch(() => {})
}

/** What was known when the server was killed. Returns how many executions it interrupted. */
async function checkKnown(archive: Archive, known: Map<string, Known>): Promise<number> {
  const open = [...known].filter(([, { ended }]) => ended === undefined)
  let interrupted = 0
  for (const [id] of open) {
    // One that had written its rows goes on: its answer is put by the new server.
    const { state, reason } = await archive.ended(id)
    if (state === 'FAILED') assert.notEqual(reason, '', id)
    if (/the server was stopped/.test(reason)) interrupted++
  }
  const succeeded = [...known].filter(([, { rows }]) => rows !== undefined)
  for (const [id, { rows }] of succeeded.slice(-LOOKS))
    assert.equal((await archive.pages(id)).length, rows, id)
  for (const [id, { token, sql }] of [...open.slice(0, LOOKS), ...succeeded.slice(-LOOKS)])
    assert.equal(await archive.startAgain(token, sql), id, 'a request that is repeated')
  return interrupted
}
