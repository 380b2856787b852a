/** Stopping in the middle of everything: SIGTERM ends with exit code 0 and loses nothing, a second one ends at once. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { PROBE_KEY } from '../../src/store/s3-bucket.ts'
import { eventually } from '../hozon-process.ts'
import { checkBucket } from './bucket.ts'
import { checkBucketIsCatalog } from './catalog.ts'
import { checkEverything } from './check.ts'
import { SEED, seeded } from './seeded.ts'
import { stopWell, Storm } from './storm.ts'

const STOPS = 8

test(`SIGTERM under load: exit code 0, and the next start goes on (HOZON_TEST_SEED=${SEED})`, async (t) => {
  const storm = new Storm(t, 'sigterm')
  const random = seeded(SEED)
  let server = storm.up()
  await server.ready
  await storm.write(
    { name: 'fast', linesPerSecond: 5000, rotateMs: 300 },
    { name: 'slow', linesPerSecond: 300, rotateMs: 1700 },
  )
  for (let stop = 0; stop < STOPS; stop++) {
    await delay(random() * 1200)
    await stopWell(server)
    server = storm.up()
    await server.ready
  }
  const written = await storm.written()
  await checkEverything(storm.data, 'lines', written)
  await stopWell(server)
  const bucket = join(storm.data, 'store', 'logs')
  await checkBucket(bucket, written)
  checkBucketIsCatalog(storm.data, bucket)
})

test('a second SIGTERM ends a process that is not done with its last delivery, at once', async (t) => {
  const put = Promise.withResolvers<void>()
  // A store with a bucket that takes no object: a put gets no answer, and a stop waits for it some seconds.
  const store = createServer(({ method, url = '' }, answer) => {
    if (method === 'HEAD') return void answer.end()
    if (url.includes(PROBE_KEY)) return void answer.writeHead(412).end()
    put.resolve()
  }).listen(0, '127.0.0.1')
  t.after(() => {
    store.close()
    store.closeAllConnections()
  })
  await eventually(() => store.listening || undefined, 'the store')
  const { port } = store.address() as AddressInfo
  const storm = new Storm(t, 'sigterm-twice')
  storm.env = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' }
  storm.pipeline(`store: {s3: {endpoint: 'http://127.0.0.1:${port}', region: us-east-1, pathStyle: true}}\n`)
  writeFileSync(join(storm.folder, 'a.log'), '{"n":1}\n')
  const server = storm.up()
  await server.ready
  await put.promise
  process.kill(server.pid, 'SIGTERM')
  await eventually(() => /stopping/.test(server.output().stderr) || undefined, 'the first signal is heard')
  process.kill(server.pid, 'SIGTERM')
  assert.equal(await server.exited, 143)
})
