/** What is durable is in the answer, with the columns that it brought along. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../hozon-process.ts'
import { World } from './world.ts'

const PIPELINE = `version: 1
streams:
  app: {collect: [{tail: {paths: [app.log]}}], deliver: {buffer: {interval: 900s}}}
`

async function received(world: World, records: number): Promise<void> {
  await eventually(async () => {
    const status = await world.run('status', '--format', 'json')
    const report = JSON.parse(status.stdout) as { streams: { receivedRecords: number }[] }
    return report.streams[0]?.receivedRecords === records ? true : undefined
  }, `${records} records received`)
}

test('the first question may name columns that only the buffer has', async () => {
  const world = new World()
  try {
    world.pipeline(PIPELINE)
    await world.start()
    world.append('app.log', '{"time":"2026-11-23T00:00:00Z","level":"info"}\n')
    await received(world, 1)
    assert.deepEqual(await world.sql(`SELECT level FROM logs.app`), [{ level: 'info' }])
    await world.flush()
    world.append('app.log', '{"time":"2026-11-23T00:00:01Z","level":"warn","user":{"id":7}}\n')
    await received(world, 2)
    assert.deepEqual(await world.sql(`SELECT level, user.id AS id FROM logs.app ORDER BY level`), [
      { level: 'info', id: null },
      { level: 'warn', id: 7 },
    ])
    world.append('app.log', '{"time":"2026-11-23T00:00:02Z","late":true}\n')
    await received(world, 3)
    const columns = await world.sql('DESCRIBE logs.app')
    assert.match(JSON.stringify(columns), /late/)
  } finally {
    await world.end()
  }
})
