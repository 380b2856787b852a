/** What happens when the pipeline file changes between two starts. */
import assert from 'node:assert/strict'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { eventually } from '../hozon-process.ts'
import { World } from './world.ts'

const pipeline = (table: string): string => `version: 1
streams:
  app:
    collect: [{tail: {paths: [app.log]}}]
    deliver: {buffer: {size: 1MiB, interval: 900s}}
    table: ${table}
`

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

test('another table while a delivery is under way: refused with what to do, and fine when it is done', async () => {
  world.pipeline(pipeline('logs.app'))
  world.append('app.log', '{"n":1}\n{"n":2}\n')
  await world.start()
  await world.rows('logs.app', 2)
  const bucket = join(world.data, 'store', 'logs')
  renameSync(bucket, `${bucket}.away`)
  writeFileSync(bucket, 'in the way')
  const flushing = world.run('flush')
  await eventually(
    async () => (/deliveries wait/.test((await world.run('status')).stdout) ? true : undefined),
    'a planned run',
  )
  await world.kill()
  assert.equal((await flushing).code, 1)
  rmSync(bucket)
  renameSync(`${bucket}.away`, bucket)

  world.pipeline(pipeline('logs.other'))
  const refused = await world.startToFail()
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /^hozon: resume deliveries app: .*logs\.app.*hozon flush app/m)
  assert.doesNotMatch(refused.stderr, /\n\s+at /, 'no stack')

  world.pipeline(pipeline('logs.app'))
  await world.start()
  await world.flush()
  await world.stop()
  world.pipeline(pipeline('logs.other'))
  await world.start()
  world.append('app.log', '{"n":3}\n')
  await world.rows('logs.other', 1)
  assert.deepEqual(await world.sql('SELECT count(*) AS n FROM logs.app'), [{ n: 2 }])
  await world.flush()
  assert.equal((await world.run('audit')).code, 0)
})

const timed = (time: string, timezone: string): string => `version: 1
streams:
  app:
    collect: [{tail: {paths: [app.log], time: ${time}}}]
    deliver: {timezone: ${timezone}}
    table: logs.app
`

const OTHER_TIMES: { what: string; before: string; after: string; line: string; where: string }[] = [
  {
    what: 'another field for the event time',
    before: timed('made', 'UTC'),
    after: timed('seen', 'UTC'),
    line: '{"n":1,"made":"2020-01-01T00:00:00Z","seen":"2026-05-05T00:00:00Z"}\n',
    where: "seen >= timestamp '2026-01-01 00:00:00'",
  },
  {
    what: 'another time zone',
    before: timed('seen', 'Asia/Tokyo'),
    after: timed('seen', 'UTC'),
    line: '{"n":1,"seen":"2026-05-05 01:00:00"}\n',
    where: "seen >= timestamp '2026-05-05 00:30:00'",
  },
]
for (const { what, before, after, line, where } of OTHER_TIMES)
  test(`${what}: what was delivered before is found by the new one`, async () => {
    world.pipeline(before)
    world.append('app.log', line)
    await world.start()
    await world.flush()
    await world.stop()
    world.pipeline(after)
    await world.start()
    assert.deepEqual(await world.sql(`SELECT n FROM logs.app WHERE ${where}`), [{ n: 1 }])
  })
