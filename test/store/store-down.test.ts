/** A server whose store does not answer: what its start says, and that it can be stopped. */
import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { World } from '../end/world.ts'
import { eventually, hozonUp, type Up } from '../hozon-process.ts'
import { startFaultProxy } from './fault-proxy.ts'
import { startMinio } from './minio.ts'

function pipelineOf(folder: string, endpoint: string): string {
  return `version: 1
streams:
  app:
    collect: [{tail: {paths: [${folder}/*.log]}}]
    deliver: {bucket: logs, buffer: {size: 1MiB, interval: 1s}}
store: {s3: {endpoint: '${endpoint}', region: us-east-1, pathStyle: true}}
`
}

/** Takes connections and never says a word. */
async function silentEndpoint(t: TestContext): Promise<string> {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  t.after(() => silent.close())
  await eventually(() => silent.listening || undefined, 'the silent server')
  return `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
}

function started(t: TestContext, world: World, env: Record<string, string>): Up {
  const server = hozonUp(world.file, world.data, { env })
  t.after(() => server.kill())
  return server
}

test('a start that waits for its store says for which, and ends when it is told to', async (t) => {
  const world = new World()
  t.after(() => world.end())
  const endpoint = await silentEndpoint(t)
  world.pipeline(pipelineOf(world.folder, endpoint))
  const server = started(t, world, { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' })
  const waiting = await eventually(
    () =>
      server
        .output()
        .stderr.split('\n')
        .find((line) => line.includes('store_waiting')),
    'the line that says what it waits for',
  )
  for (const part of [endpoint, 'bucket logs', 'store.s3.endpoint'])
    assert.ok(waiting.includes(part), waiting)
  // Not as a start that failed.
  assert.equal(await server.stop(), 0, server.output().stderr)
})

test('a stop does not wait for a store that hangs: the next start delivers', async (t) => {
  const minio = await startMinio()
  t.after(() => minio.stop())
  const proxy = await startFaultProxy(minio.endpoint)
  t.after(() => proxy.stop())
  const world = new World()
  t.after(() => world.end())
  world.pipeline(pipelineOf(world.folder, proxy.endpoint))
  const { accessKeyId, secretAccessKey } = minio.credentials
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  const server = started(t, world, env)
  await server.ready
  proxy.seen.length = 0
  proxy.decide = () => ({ kind: 'hang' })
  world.append('a.log', '{"n":1}\n{"n":2}\n')
  const puts = (): unknown[] => proxy.seen.filter(({ method }) => method === 'PUT')
  await eventually(() => puts()[0], 'a put')
  assert.equal(await server.stop(), 0, server.output().stderr)
  // Which would have come after the first one had been given up.
  assert.equal(puts().length, 1, 'no second attempt')
  proxy.decide = () => undefined
  await world.start(env)
  await world.flush()
  assert.deepEqual(await world.sql('SELECT sum(n) AS n FROM app'), [{ n: 3 }])
})
