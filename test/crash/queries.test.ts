/**
 * Fifty clients of Athena's API while a stream is delivered each second and a crawler runs again and again; the processes
 * that work for queries are killed at random moments. Every query ends, with its whole answer or with none.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { enginesOf, killEngine, type Engine } from './children.ts'
import { Archive } from './queries/archive.ts'
import { checkAfterwards, checkStopped } from './queries/afterwards.ts'
import { crawl, KINDS, startClients, type Clients } from './queries/clients.ts'
import { SEED, seeded } from './seeded.ts'

const KILLS: Record<Engine['kind'], number> = {
  'query engine': 30,
  'file reader': 8,
  converter: 4,
  crawler: 3,
}
/** Engines take the longest to start: more often, and nothing would ever be answered. */
const PAUSE_MS = 1000
/** Of each kind of question. */
const RIGHT_MIN = 3
/** Of all: kills that nobody noticed would show nothing. */
const FAILED_MIN = 8
/** Otherwise the test would ask for ever. */
const HANG = { timeout: 600_000 }

test(`fifty clients while processes are killed (HOZON_TEST_SEED=${SEED})`, HANG, async (t) => {
  const random = seeded(SEED)
  const archive = await Archive.open(random)
  t.after(() => archive.close())
  const clients = await startClients(t, archive, random)
  const killed = await killUntil(archive, clients, random)
  const lines = await clients.end()
  t.diagnostic(
    JSON.stringify({ killed, ...clients, load: undefined, lines, executions: archive.executions.size }),
  )
  const { LastCrawl: last } = await crawl(clients.load)
  assert.equal(last?.Status, 'SUCCEEDED', last?.ErrorMessage)
  const { partitions } = clients.load
  assert.deepEqual(await archive.rowsAtLast('SELECT count(DISTINCT dt) FROM crawled.grown'), [
    [String(partitions)],
  ])
  await checkAfterwards(clients.load, lines)
  await checkStopped(archive)
})

async function killUntil(
  archive: Archive,
  clients: Clients,
  random: () => number,
): Promise<Record<Engine['kind'], number>> {
  const killed = { 'query engine': 0, 'file reader': 0, converter: 0, crawler: 0 }
  const isOver = (): boolean =>
    KINDS.every((kind) => clients.right[kind] >= RIGHT_MIN) &&
    KINDS.reduce((sum, kind) => sum + clients.failed[kind], 0) >= FAILED_MIN &&
    Object.entries(killed).every(([kind, times]) => times >= KILLS[kind as Engine['kind']])
  while (!isOver()) {
    await delay(random() * PAUSE_MS)
    clients.check()
    const targets = enginesOf(archive.world.server.pid).filter(({ kind }) => killed[kind] < KILLS[kind])
    const kinds = [...new Set(targets.map(({ kind }) => kind))]
    // Crawlers' processes and file readers are there for a moment only: each kind has the same chance.
    const kind = kinds[Math.floor(random() * kinds.length)]
    const ofKind = targets.filter((target) => target.kind === kind)
    const target = ofKind[Math.floor(random() * ofKind.length)]
    if (target === undefined || !killEngine(target)) continue
    killed[target.kind]++
  }
  return killed
}
