/** AWS SDK v3 against a running server: queries over what a stream has taken, their objects, errors, and restarts. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateWorkGroupCommand,
  GetQueryRuntimeStatisticsCommand,
  GetTableMetadataCommand,
  InvalidRequestException,
  ListDatabasesCommand,
  ListWorkGroupsCommand,
  MetadataException,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { AthenaWorld } from './athena-world.ts'

const PIPELINE = `streams:
  web:
    collect:
      - tail: {paths: [./web.log]}
    deliver: {bucket: logs}
    table: logs.web
`
const LINES = 3000
/** Ends only when it is stopped. */
const ENDLESS = `SELECT count(*) FROM ${Array.from({ length: 6 }, (_, index) => `logs.web t${index}`).join(', ')} WHERE t0.n + t5.n < 0`

describe('the SDK', () => {
  let world: AthenaWorld
  before(async () => {
    world = await AthenaWorld.start(PIPELINE)
    const lines = Array.from({ length: LINES }, (_, n) =>
      JSON.stringify({ n, name: n % 2 === 0 ? '' : null }),
    )
    world.world.append('web.log', `${lines.join('\n')}\n`)
    await world.world.rows('logs.web', LINES)
  })
  after(() => world.end())

  it('pages through the lines of a stream', async () => {
    const execution = await world.run('SELECT n, name FROM logs.web ORDER BY n')
    const rows = await world.pages(execution.QueryExecutionId!, 700)
    assert.deepEqual(rows.slice(0, 3), [
      ['n', 'name'],
      ['0', ''],
      ['1', undefined],
    ])
    assert.equal(rows.length, LINES + 1)
    assert.deepEqual(rows.at(-1), [String(LINES - 1), undefined])
    const { Statistics: statistics } = execution
    assert.ok(statistics!.DataScannedInBytes! > 0)
    assert.ok(statistics!.TotalExecutionTimeInMillis! >= statistics!.EngineExecutionTimeInMillis!)
  })

  it('finds the answer as an object as soon as the query has succeeded', async () => {
    await world.s3.send(new CreateBucketCommand({ Bucket: 'answers' }))
    const execution = await world.run('SELECT n, name FROM logs.web WHERE n < 2 ORDER BY n', {
      ResultConfiguration: { OutputLocation: 's3://answers/here' },
    })
    const id = execution.QueryExecutionId!
    assert.equal(execution.ResultConfiguration?.OutputLocation, `s3://answers/here/${id}.csv`)
    const object = await world.s3.send(new GetObjectCommand({ Bucket: 'answers', Key: `here/${id}.csv` }))
    assert.equal(await object.Body!.transformToString(), '"n","name"\n"0",""\n"1",\n')
    await world.s3.send(new HeadObjectCommand({ Bucket: 'answers', Key: `here/${id}.csv.metadata` }))
  })

  it('gets Athena’s errors as its own classes', async () => {
    const refused = (error: unknown, text: RegExp, code?: string): true => {
      assert.ok(error instanceof InvalidRequestException)
      assert.match(error.message, text)
      if (code !== undefined) assert.equal(error.AthenaErrorCode, code)
      return true
    }
    await assert.rejects(world.start('blah_blah'), (error) => refused(error, /blah_blah/, 'MALFORMED_QUERY'))
    await assert.rejects(world.start('SELECT 1', { WorkGroup: 'none' }), (error) =>
      refused(error, /none is not found/, 'INVALID_INPUT'),
    )
    await assert.rejects(world.execution('00000000-0000-4000-8000-000000000000'), (error) =>
      refused(error, /was not found/),
    )
    const table = { CatalogName: 'AwsDataCatalog', DatabaseName: 'logs', TableName: 'none' }
    await assert.rejects(world.athena.send(new GetTableMetadataCommand(table)), MetadataException)
    const failed = await world.run('SELECT none FROM logs.web')
    assert.equal(failed.Status?.State, 'FAILED')
    assert.match(failed.Status?.StateChangeReason ?? '', /^COLUMN_NOT_FOUND: /)
    assert.equal(failed.Status?.AthenaError?.ErrorCategory, 2)
  })

  it('lists databases, tables and workgroups', async () => {
    const { DatabaseList: databases } = await world.athena.send(
      new ListDatabasesCommand({ CatalogName: 'AwsDataCatalog' }),
    )
    assert.ok(databases!.some(({ Name }) => Name === 'logs'))
    const table = { CatalogName: 'AwsDataCatalog', DatabaseName: 'logs', TableName: 'web' }
    const { TableMetadata: metadata } = await world.athena.send(new GetTableMetadataCommand(table))
    assert.deepEqual(
      metadata!.Columns!.filter(({ Name }) => Name === 'n' || Name === 'name').map(({ Type }) => Type),
      ['bigint', 'string'],
    )
    assert.equal(metadata!.Parameters!['location']?.startsWith('s3://logs/'), true)
    await world.athena.send(new CreateWorkGroupCommand({ Name: 'team' }))
    const { WorkGroups: groups } = await world.athena.send(new ListWorkGroupsCommand({}))
    assert.deepEqual(
      groups!.map(({ Name }) => Name),
      ['primary', 'team'],
    )
    const { QueryExecutionId: id } = await world.run('SELECT 1')
    const { QueryRuntimeStatistics: runtime } = await world.athena.send(
      new GetQueryRuntimeStatisticsCommand({ QueryExecutionId: id }),
    )
    assert.equal(runtime?.Rows?.OutputRows, 1)
  })

  it('stops a query that would never end, and others go on', async () => {
    const id = await world.start(ENDLESS)
    assert.deepEqual(await world.rows('SELECT 1 AS one'), [['one'], ['1']])
    await world.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }))
    const { Status: status } = await world.over(id)
    assert.deepEqual([status?.State, status?.StateChangeReason], ['CANCELLED', 'Query cancelled by user'])
  })

  it('finds what was under way when the server was killed as failed, and what was over as it was', async () => {
    const done = await world.run('SELECT 7 AS n')
    const ids = await Promise.all(Array.from({ length: 5 }, () => world.start(ENDLESS)))
    await world.world.kill()
    await world.up()
    for (const id of ids) {
      const { Status: status } = await world.execution(id)
      assert.equal(status?.State, 'FAILED')
      assert.match(status?.StateChangeReason ?? '', /the server was stopped/)
    }
    assert.deepEqual(await world.execution(done.QueryExecutionId!), done)
    assert.deepEqual(await world.pages(done.QueryExecutionId!), [['n'], ['7']])
    const id = await world.start(ENDLESS)
    await world.world.stop()
    await world.up()
    assert.equal((await world.execution(id)).Status?.State, 'FAILED')
  })
})
