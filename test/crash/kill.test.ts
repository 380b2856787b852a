/**
 * Promises 1, 2, 4 and 6 under SIGKILL: writers that never stop and rotate their files, Hozon killed at random moments a
 * hundred times while it tails, delivers and starts. Afterwards every line is there exactly once, in order, whole: in
 * SQL answers and in the bucket read without Hozon; and the catalog can be made anew from that bucket.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually, type Up } from '../hozon-process.ts'
import { checkBucket } from './bucket.ts'
import { checkBucketIsCatalog, checkRebuild } from './catalog.ts'
import { checkEverything } from './check.ts'
import { SEED, seeded } from './seeded.ts'
import { stopWell, Storm } from './storm.ts'

/** When to kill: in the middle of a start, of anything, of a delivery, and around its commit. */
type Moment = (storm: Storm, server: Up, random: () => number) => Promise<void>
const inStart: Moment = (_storm, _server, random) => delay(50 + random() * 950)
const moments: Moment[] = [
  inStart,
  async (_storm, server, random) => {
    await server.ready
    await delay(random() * 1200)
  },
  inStart,
  async (storm, server, random) => {
    await server.ready
    await runFolder(storm, true)
    await delay(random() * 150)
  },
  inStart,
  async (storm, server, random) => {
    await server.ready
    await runFolder(storm, true)
    await runFolder(storm, false)
    await delay(random() * 20)
  },
]

/** A delivery makes its objects in a folder of its own, which is gone just before the catalog's commit. */
function runFolder(storm: Storm, isThere: boolean): Promise<true> {
  const scratch = join(storm.data, 'scratch', 'lines')
  const look = (): true | undefined =>
    readdirSync(scratch).some((name) => name.startsWith('run-')) === isThere || undefined
  return eventually(look, isThere ? 'a delivery' : 'the end of a delivery', 1)
}

const KILLS = Number(process.env['HOZON_TEST_KILLS'] ?? 100)

test(`every line exactly once through ${KILLS} kills (HOZON_TEST_SEED=${SEED})`, async (t) => {
  const storm = new Storm(t, 'kill')
  const random = seeded(SEED)
  const first = storm.up()
  await first.ready
  await storm.write(
    { name: 'fast', linesPerSecond: 5000, rotateMs: 200 },
    { name: 'slow', linesPerSecond: 300, rotateMs: 1700 },
  )
  for (let kill = 0; kill < KILLS; kill++) {
    const server = kill === 0 ? first : storm.up()
    await moments[kill % moments.length]!(storm, server, random)
    await server.kill()
  }
  const written = await storm.written()

  const server = storm.up()
  await server.ready
  await checkEverything(storm.data, 'lines', written)
  await stopWell(server)
  const bucket = join(storm.data, 'store', 'logs')
  await checkBucket(bucket, written)
  checkBucketIsCatalog(storm.data, bucket)

  await checkRebuild(storm)
  const again = storm.up()
  await again.ready
  await checkEverything(storm.data, 'lines', written)
  await stopWell(again)
})
