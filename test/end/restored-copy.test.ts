/** An older copy of DIR beside a newer bucket: the numbers of segments are used again, and nothing may be taken for the same. */
import assert from 'node:assert/strict'
import { cpSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, test } from 'node:test'
import { World } from './world.ts'

const PIPELINE = `version: 1
streams:
  app:
    collect: [{tail: {paths: [app.log]}}]
    deliver: {buffer: {size: 1MiB, interval: 900s}}
store: {path: store}
`

let world: World
beforeEach(() => {
  world = new World()
  world.pipeline(PIPELINE)
})
afterEach(() => world.end())

async function deliver(...numbers: number[]): Promise<void> {
  world.append('app.log', numbers.map((n) => `{"n":${n}}\n`).join(''))
  await world.start()
  await world.rows('logs.app', Math.max(...numbers))
  await world.flush()
  await world.stop()
}

test('an older copy of DIR beside a newer bucket: no line is lost, and audit names those that are held twice', async () => {
  await deliver(1, 2, 3, 4, 5)
  cpSync(world.data, `${world.data}.copy`, { recursive: true })
  await deliver(6, 7, 8)
  rmSync(world.data, { recursive: true })
  cpSync(`${world.data}.copy`, world.data, { recursive: true })
  await deliver(9, 10)

  assert.equal((await world.run('catalog', 'rebuild', world.file)).code, 0)
  await world.start()
  assert.deepEqual(await world.sql('SELECT count(DISTINCT n) AS n FROM logs.app'), [{ n: 10 }])
  const audit = await world.run('audit')
  assert.equal(audit.code, 1)
  assert.match(audit.stdout, /are held by run .* and by run/)
})
