/** Folders above the store and the data that look like partitions change nothing of what rows say. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { World } from './world.ts'

test('name=value in the path of the store is no column', async () => {
  const world = new World()
  const store = join(world.folder, 'level=wrong', 'n=99', 'store')
  mkdirSync(store, { recursive: true })
  const streams = ['parquet', 'json'].map(
    (format) =>
      `  ${format}: {collect: [{tail: {paths: [${world.folder}/app.jsonl]}}], deliver: {format: ${format}}}\n`,
  )
  try {
    world.append('app.jsonl', '{"level":"info","n":1}\n{"level":"error","n":2}\n')
    world.pipeline(`streams:\n${streams.join('')}store: {path: ${store}}\n`)
    await world.start()
    for (const name of ['parquet', 'json']) await world.rows(`logs.${name}`, 2)
    await world.flush()
    for (const name of ['parquet', 'json'])
      assert.deepEqual(
        await world.sql(`SELECT level, n FROM logs.${name} ORDER BY n`),
        [
          { level: 'info', n: 1 },
          { level: 'error', n: 2 },
        ],
        name,
      )
  } finally {
    await world.end()
  }
})
