/** dbt with its adapter for Athena: a project of every kind of model over Hive tables, built, built again, and looked at. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { CreateWorkGroupCommand } from '@aws-sdk/client-athena'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { AthenaWorld, type Cells } from '../athena/athena-world.ts'
import { python } from '../python/venv.ts'

const INVOCATIONS = [
  'build',
  'SHOP_RUN=2 build --select by_country high_availability appended overwritten countries_history',
  'docs generate',
  'SHOP_RUN=3 run --full-refresh --select overwritten',
  'build --target enforced --select +countries_seen',
] as const

interface Outcome {
  success: boolean
  nodes: Record<string, string>
}

describe('dbt', () => {
  let world: AthenaWorld
  let project: string
  before(async () => {
    world = await AthenaWorld.start()
    project = join(world.world.folder, 'shop')
    cpSync(resolve(import.meta.dirname, 'project'), project, { recursive: true })
    await world.s3.send(new CreateBucketCommand({ Bucket: 'dbt' }))
    await world.athena.send(
      new CreateWorkGroupCommand({
        Name: 'enforced',
        Configuration: {
          ResultConfiguration: { OutputLocation: 's3://dbt/enforced/' },
          EnforceWorkGroupConfiguration: true,
        },
      }),
    )
  })
  after(() => world.end())

  async function dbt(): Promise<Outcome[]> {
    const interpreter = await python(resolve(import.meta.dirname, 'requirements.txt'))
    const { accessKeyId, secretAccessKey } = world.accessKey
    const { stdout } = await promisify(execFile)(
      interpreter,
      [resolve(import.meta.dirname, 'run_dbt.py'), ...INVOCATIONS],
      {
        cwd: project,
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: world.control.url,
          AWS_REGION: 'eu-west-1',
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          DBT_PROFILES_DIR: project,
          PYTHONDONTWRITEBYTECODE: '1',
        },
        maxBuffer: 16 * 1024 * 1024,
      },
    )
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Outcome)
  }

  const rows = async (sql: string): Promise<Cells[]> => (await world.rows(sql)).slice(1)

  it('builds what there is, and again', async () => {
    const outcomes = await dbt()
    for (const [index, { success, nodes }] of outcomes.entries()) {
      const wrong = Object.entries(nodes).filter(([, outcome]) => outcome !== 'done')
      assert.deepEqual([success, wrong], [true, []], INVOCATIONS[index])
    }
    assert.deepEqual(
      outcomes.map(({ nodes }) => Object.keys(nodes).length),
      [19, 8, 0, 1, 11],
    )
    // Whatever dbt sent, the server had nothing to complain about itself.
    assert.doesNotMatch(world.server.output().stderr, /"level":"(error|fatal)"/)
  })

  it('tables have the rows of their queries', async () => {
    assert.deepEqual(await rows('SELECT country, orders, amount, latest FROM shop.by_country ORDER BY 1'), [
      ['de', '1', '10.50', '2026-11-20 08:00:00.000'],
      ['jp', '2', '20.25', '2026-11-21 10:00:00.000'],
      ['se', '1', '5.00', '2026-11-22 23:59:59.000'],
    ])
    assert.deepEqual(await rows('SELECT name, orders FROM shop.countries_seen ORDER BY 1'), [
      ['Germany', '1'],
      ['Japan, the islands', '2'],
      ['Sverige', '1'],
    ])
    const notes = ['first', 'say "hi"', undefined, 'naïve 🪵'].map((note, index) => [`${index + 1}`, note])
    for (const table of ['contracted', 'bucketed', 'as_text']) {
      const [id, note] = table === 'contracted' ? ['id', 'name'] : ['id', 'note']
      assert.deepEqual(await rows(`SELECT ${id}, ${note} FROM shop.${table} ORDER BY 1`), notes, table)
    }
    assert.deepEqual(await rows(`SELECT id, pair[2], about['k'] FROM shop.as_json WHERE id = 2`), [
      ['2', '3', 'say "hi"'],
    ])
    assert.deepEqual(await rows('SELECT id, country FROM shop.high_availability ORDER BY 1'), [
      ['1', 'de'],
      ['2', 'jp'],
      ['3', 'jp'],
      ['4', 'se'],
    ])
  })

  it('incremental tables and snapshots have the rows of both builds', async () => {
    assert.deepEqual(await rows('SELECT id, amount FROM shop.appended ORDER BY 1, 2'), [
      ['1', undefined],
      ['2', undefined],
      ['3', undefined],
      ['3', undefined],
      ['4', '5.00'],
      ['4', undefined],
    ])
    assert.deepEqual(await rows('SELECT id, run FROM shop.overwritten ORDER BY 1'), [
      ['1', '3'],
      ['2', '3'],
      ['3', '3'],
      ['4', '3'],
    ])
    const history = 'SELECT code, area, dbt_valid_to IS NULL AS holds FROM shop_history.countries_history'
    // A table of Hive keeps what was, so each build of a snapshot adds what it closes.
    assert.deepEqual(await rows(`${history} WHERE code = 'se' AND dbt_valid_to IS NULL`), [
      ['se', '451.3', 'true'],
    ])
  })

  it('the catalog of the documentation has every column and comment', () => {
    const catalog = JSON.parse(readFileSync(join(project, 'target/catalog.json'), 'utf8')) as {
      nodes: Record<string, { columns: Record<string, { type: string; comment: string | null }> }>
    }
    const { columns } = catalog.nodes['model.shop.by_country']!
    assert.deepEqual(
      Object.values(columns).map(({ type, comment }) => [type, comment]),
      [
        ['bigint', 'How many'],
        ['decimal(38,2)', null],
        ['timestamp', null],
        ['string', null],
      ],
    )
    assert.equal(Object.keys(catalog.nodes).length, 13)
  })

  it('where the work group says the place, tables are there', async () => {
    const shown = await world.rows('SHOW CREATE TABLE shop_enforced.by_country')
    assert.match(shown.flat().join('\n'), /LOCATION\n {2}'s3:\/\/dbt\/enforced\/tables\/[^']+'/)
  })
})
