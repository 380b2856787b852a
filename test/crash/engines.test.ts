/**
 * Engines die and nothing else does: the converter and the query engines are killed at random moments while lines are
 * written, delivered and queried. The main process goes on, nothing is lost or doubled, and a query gives the right
 * answer or one clear line.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { checkBucket } from './bucket.ts'
import { checkBucketIsCatalog } from './catalog.ts'
import { checkEverything } from './check.ts'
import { enginesOf, killEngine } from './children.ts'
import { pick, SEED, seeded } from './seeded.ts'
import { stopWell, Storm } from './storm.ts'

const KILLS = { converter: 25, 'query engine': 15, 'file reader': 0, crawler: 0 }
/**
 * Without an answer between: a segment that ends its converter each time is tried later and later, and queries that need
 * it are refused in the end. That is another test's matter (preparations.test.ts).
 */
const CONVERTERS_IN_A_ROW_MAX = 3
/** Time to do something, between kills that come faster than a conversion and ones that let some pass. */
const PAUSES_MS = [50, 300, 1000] as const
const QUERIES = 2
/** When the kills have ended, queries must be answered again. */
const ANSWERS_MIN = 5
/** Otherwise the test would ask for ever. */
const HANG = { timeout: 180_000 }

test(
  `engines are killed while lines are written, delivered and queried (HOZON_TEST_SEED=${SEED})`,
  HANG,
  async (t) => {
    const storm = new Storm(t, 'engines')
    const random = seeded(SEED)
    const server = storm.up()
    await server.ready
    await storm.write(
      { name: 'fast', linesPerSecond: 3000, rotateMs: 500 },
      { name: 'slow', linesPerSecond: 200, rotateMs: 1700 },
    )
    const asking = new AbortController()
    t.after(() => asking.abort())
    const answers = { right: 0, failed: 0 }
    const asked = Promise.all(Array.from({ length: QUERIES }, () => askUntil(storm, answers, asking.signal)))
    // A wrong answer ends the storm at once; `await asked` below says which it was.
    asked.catch(() => asking.abort())
    const killed = { converter: 0, 'query engine': 0, 'file reader': 0, crawler: 0 }
    const isOver = (): boolean =>
      killed.converter >= KILLS.converter &&
      killed['query engine'] >= KILLS['query engine'] &&
      answers.right >= ANSWERS_MIN
    let answered = { right: 0, converters: 0 }
    while (!isOver() && !asking.signal.aborted) {
      await delay(random() * pick(random, PAUSES_MS))
      if (answers.right > answered.right) answered = { right: answers.right, converters: killed.converter }
      const spares =
        killed.converter - answered.converters >= CONVERTERS_IN_A_ROW_MAX ? 'converter' : undefined
      const targets = enginesOf(server.pid).filter(
        ({ kind }) => killed[kind] < KILLS[kind] && kind !== spares,
      )
      const target = targets[Math.floor(random() * targets.length)]
      if (target === undefined || !killEngine(target)) continue
      killed[target.kind]++
    }
    asking.abort()
    await asked
    t.diagnostic(JSON.stringify({ killed, answers }))
    const written = await storm.written()
    await checkEverything(storm.data, 'lines', written)
    await stopWell(server)
    const bucket = join(storm.data, 'store', 'logs')
    await checkBucket(bucket, written)
    checkBucketIsCatalog(storm.data, bucket)
  },
)

/** Each line is counted once, and never fewer than before. */
async function askUntil(
  storm: Storm,
  answers: { right: number; failed: number },
  signal: AbortSignal,
): Promise<void> {
  let before = 0
  while (!signal.aborted) {
    const query = `SELECT count(*) AS lines, count(DISTINCT number) AS numbers FROM logs.lines WHERE writer = 'fast'`
    const done = await storm.run('sql', query, '--format', 'json')
    if (done.code !== 0) {
      assert.match(done.stderr, /^hozon: run query: .*ended \(SIGKILL\).*\n$/)
      answers.failed++
      continue
    }
    const [row] = JSON.parse(done.stdout) as { lines: number; numbers: number }[]
    assert.equal(row?.lines, row?.numbers, 'no line twice')
    assert.ok(row!.lines >= before, `${before} lines were there, now ${row!.lines}`)
    before = row!.lines
    answers.right++
  }
}
