/** What the owner of DIR asks with `hozon sql`: everything that a key with the role admin may. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { AthenaWorld } from '../athena/athena-world.ts'
import { hozon, sql } from '../hozon-process.ts'

describe('hozon sql', () => {
  let world: AthenaWorld
  const ask = (statement: string): Promise<Record<string, unknown>[]> => sql(world.world.data, statement)
  before(async () => {
    world = await AthenaWorld.start()
  })
  after(() => world.end())

  it('declares, fills, unloads and drops', async () => {
    await ask('CREATE DATABASE lake')
    assert.deepEqual(
      await ask(`CREATE TABLE lake.a AS SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS v(id, name)`),
      [{ rows: 2 }],
    )
    assert.deepEqual(await ask(`INSERT INTO lake.a VALUES (3, 'z')`), [{ rows: 1 }])
    assert.deepEqual(await ask('SELECT id, name FROM lake.a ORDER BY id DESC LIMIT 2'), [
      { id: 3, name: 'z' },
      { id: 2, name: 'y' },
    ])
    const [made, ...others] = await ask(
      `UNLOAD (SELECT * FROM lake.a) TO 's3://hozon-query-results/out/' WITH (format = 'JSON')`,
    )
    assert.match(String(made!['object']), /^s3:\/\/hozon-query-results\/out\/.+\.gz$/)
    assert.deepEqual(others, [])
    const tables = await world.rows(
      `SELECT "$path" LIKE 's3://hozon-query-results/tables/%' FROM lake.a LIMIT 1`,
    )
    assert.deepEqual(tables[1], ['true'])
    await ask('DROP TABLE lake.a')
    await ask('DROP DATABASE lake')
    assert.deepEqual(await ask('SHOW DATABASES'), [])
    assert.deepEqual(readdirSync(join(world.world.data, 'scratch', 'athena')), [])
  })

  it('says what was wrong, and leaves nothing behind', async () => {
    const { code, stderr } = await hozon([
      'sql',
      `CREATE TABLE none.a AS SELECT 1 AS x`,
      '--data',
      world.world.data,
    ])
    assert.notEqual(code, 0)
    assert.match(stderr, /none/)
    assert.deepEqual(readdirSync(join(world.world.data, 'scratch', 'athena')), [])
  })

  it('takes its place from the workgroup primary', async () => {
    const { UpdateWorkGroupCommand } = await import('@aws-sdk/client-athena')
    await ask('CREATE DATABASE place')
    const ResultConfigurationUpdates = { OutputLocation: 's3://hozon-query-results/mine/' }
    await world.athena.send(
      new UpdateWorkGroupCommand({
        WorkGroup: 'primary',
        ConfigurationUpdates: { ResultConfigurationUpdates },
      }),
    )
    await ask('CREATE TABLE place.b AS SELECT 1 AS x')
    const [row] = await ask(`SELECT "$path" AS p FROM place.b`)
    assert.match(String(row!['p']), /^s3:\/\/hozon-query-results\/mine\/tables\//)
  })
})
