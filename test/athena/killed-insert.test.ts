/**
 * A server that is killed when an INSERT has made its rows visible, but has not told so: the execution has succeeded, for a client that is
 * told otherwise tries again. The kill comes when the first object behind the write is seen in the store.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { AthenaWorld } from './athena-world.ts'

const LAKE = { QueryExecutionContext: { Database: 'lake' } }
/** Now and then the server is faster than the signal. */
const TRIES_MAX = 30

describe('a server that is killed behind the write of an insert', () => {
  let world: AthenaWorld
  before(async () => {
    world = await AthenaWorld.start()
    await world.s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
    await world.rows('CREATE DATABASE lake')
    await world.rows(
      `CREATE EXTERNAL TABLE t (n int) PARTITIONED BY (p int) STORED AS PARQUET LOCATION 's3://lake/t/'`,
      LAKE,
    )
  })
  after(() => world.end())

  it('says that it succeeded, with its manifest, and the rows are there once', async () => {
    const results = join(world.world.data, 'store', 'hozon-query-results')
    let hits = 0
    for (let n = 1; hits === 0; n++) {
      assert.ok(n <= TRIES_MAX, 'no kill came in time')
      const id = await world.start(`INSERT INTO t VALUES (${n}, ${n})`, LAKE)
      for (let look = 1; !existsSync(join(results, `${id}.metadata`)); look++) {
        await turn()
        if (look % 10_000 === 0)
          assert.notEqual((await world.execution(id)).Status?.State, 'FAILED', 'it writes nothing')
      }
      const gone = world.server.kill()
      // What comes last of all before the end.
      if (!existsSync(join(results, `${id}-manifest.csv`))) hits++
      await gone
      await world.up()
      const { Status: status, Statistics: statistics } = await world.over(id)
      assert.equal(status?.State, 'SUCCEEDED', status?.StateChangeReason)
      assert.equal(statistics?.DataManifestLocation, `s3://hozon-query-results/${id}-manifest.csv`)
      assert.ok(existsSync(join(results, `${id}-manifest.csv`)))
      assert.deepEqual(
        (await world.rows('SELECT n, p FROM t ORDER BY n', LAKE)).slice(1),
        Array.from({ length: n }, (_, index) => [`${index + 1}`, `${index + 1}`]),
      )
    }
  })
})
