/** One catalog, two languages: what statements declare, Glue's API shows, takes and changes, and the other way round. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { parseJsonBody } from '../../src/aws/json-body.ts'
import type { AwsCall } from '../../src/aws/service.ts'
import type { StructureShape } from '../../src/aws/shape.ts'
import { validate } from '../../src/aws/validate.ts'
import type { TableInput } from '../../src/base/glue.ts'
import { openDdlWorld, type DdlWorld } from '../../src/query/ddl/testing/ddl-world.ts'
import { LOG_TABLES } from '../../src/query/statement/testing/log-tables.ts'
import type { GlueContext } from '../../src/services/glue/glue-context.ts'
import { GLUE } from '../../src/services/glue/service.ts'

const CALL: AwsCall = {
  requestId: 'r',
  region: 'eu-west-1',
  accountId: '123456789012',
  accessKey: { accessKeyId: 'AKIA', secretAccessKey: 's', role: 'admin' },
  identity: Buffer.alloc(16),
  memory: { take: (bytes) => Buffer.allocUnsafe(bytes) },
}

let world: DdlWorld
beforeEach(async () => {
  world = openDdlWorld()
  await world.run('CREATE DATABASE lake')
})
afterEach(() => world.end())

/** Through the shapes of AWS's model, as the wire does. */
async function glue(name: string, input: object): Promise<Record<string, unknown>> {
  const operation = GLUE.operations.find((known) => known.name === name)!
  const body = Buffer.from(JSON.stringify(input))
  const checked =
    operation.read?.(body, CALL.memory) ?? validate(operation.input as StructureShape, parseJsonBody(body))
  const context = { catalog: world.catalog } as unknown as GlueContext
  return (await operation.handle(context, checked as never, CALL)) as Record<string, unknown>
}

async function tableOf(name: string): Promise<TableInput & { DatabaseName: string }> {
  const { Table } = await glue('GetTable', { DatabaseName: 'lake', Name: name })
  return Table as TableInput & { DatabaseName: string }
}

describe('tables of statements', () => {
  it('are shown by GetTable as they are, and taken by CreateTable', async () => {
    await world.run('CREATE DATABASE s3_access_logs_db')
    await world.run('CREATE DATABASE copies')
    for (const sql of Object.values(LOG_TABLES)) await world.run(sql)
    const tables = world.catalog.glue.tables('lake')
    assert.equal(tables.length, Object.keys(LOG_TABLES).length - 1)
    for (const { name, definition } of tables) {
      const input = JSON.parse(definition) as TableInput
      const shown = await tableOf(name)
      for (const [member, value] of Object.entries(input))
        assert.deepEqual(shown[member as keyof TableInput], value, `${name} ${member}`)
      await glue('CreateTable', { DatabaseName: 'copies', TableInput: input })
      assert.deepEqual(JSON.parse(world.catalog.glue.table('copies', name)!.definition), input)
    }
  })

  it('have the partitions that both languages add', async () => {
    await world.run(LOG_TABLES['parquet']!)
    await world.run(`ALTER TABLE events ADD PARTITION (dt='a', hour=1)`)
    const { Partition } = await glue('GetPartition', {
      DatabaseName: 'lake',
      TableName: 'events',
      PartitionValues: ['a', '1'],
    })
    const { Values, StorageDescriptor } = Partition as {
      Values: string[]
      StorageDescriptor: { Location: string }
    }
    assert.deepEqual([Values, StorageDescriptor.Location], [['a', '1'], 's3://lake/events/dt=a/hour=1'])
    await glue('BatchCreatePartition', {
      DatabaseName: 'lake',
      TableName: 'events',
      PartitionInputList: [{ Values: ['b', '2'], StorageDescriptor: { Location: 's3://lake/x/' } }],
    })
    assert.deepEqual(await world.lines('SHOW PARTITIONS events'), ['dt=a/hour=1', 'dt=b/hour=2'])
    await world.run(`ALTER TABLE events DROP PARTITION (hour > 1)`)
    assert.deepEqual(await world.lines('SHOW PARTITIONS events'), ['dt=a/hour=1'])
  })
})

describe('tables of the API', () => {
  it('are shown, changed and dropped by statements, however little they say', async () => {
    await glue('CreateTable', { DatabaseName: 'Lake', TableInput: { Name: 'Bare' } })
    assert.deepEqual(await world.lines('SHOW TABLES'), ['bare'])
    assert.deepEqual(await world.lines('DESCRIBE bare'), [])
    assert.equal((await world.lines('DESCRIBE FORMATTED bare')).length > 10, true)
    assert.equal((await world.lines('DESCRIBE EXTENDED bare')).length, 2)
    assert.equal((await world.lines('SHOW CREATE TABLE bare'))[0], 'CREATE EXTERNAL TABLE `lake.bare`(')
    assert.deepEqual(await world.lines('SHOW TBLPROPERTIES bare'), [])
    await world.run('ALTER TABLE bare ADD COLUMNS (a int)')
    const { StorageDescriptor } = await tableOf('bare')
    assert.deepEqual(StorageDescriptor?.Columns, [{ Name: 'a', Type: 'int' }])
    await world.run('DROP TABLE bare')
    await assert.rejects(glue('GetTable', { DatabaseName: 'lake', Name: 'bare' }), {
      name: 'EntityNotFoundException',
    })
  })

  it('keep what only the API can say when statements change them', async () => {
    const TableInput = {
      Name: 't',
      Owner: 'me',
      Retention: 7,
      TableType: 'EXTERNAL_TABLE',
      PartitionKeys: [{ Name: 'dt', Type: 'string' }],
      StorageDescriptor: {
        Columns: [{ Name: 'a', Type: 'int', Parameters: { p: '1' } }],
        Location: 's3://lake/t/',
        SerdeInfo: { Name: 'mine', SerializationLibrary: 'x.Y' },
        Parameters: { classification: 'json' },
      },
      Parameters: { k: 'v' },
    }
    await glue('CreateTable', { DatabaseName: 'lake', TableInput })
    await world.run('ALTER TABLE t ADD COLUMNS (b string)')
    await world.run(`ALTER TABLE t SET TBLPROPERTIES ('n'='1')`)
    const { transient_lastDdlTime: _, ...parameters } = world.input('lake', 't').Parameters!
    assert.deepEqual(
      { ...world.input('lake', 't'), Parameters: parameters },
      {
        ...TableInput,
        Parameters: { k: 'v', n: '1' },
        StorageDescriptor: {
          ...TableInput.StorageDescriptor,
          Columns: [...TableInput.StorageDescriptor.Columns, { Name: 'b', Type: 'string' }],
        },
      },
    )
  })
})
