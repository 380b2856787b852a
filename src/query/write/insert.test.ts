import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PartitionInput } from '../../base/glue.ts'
import { printS3Location } from '../../base/s3-location.ts'
import type { ColumnType } from '../../base/schema.ts'
import { DATA_CATALOG, type ExternalTable } from '../query.ts'
import { planInsert } from './insert.ts'
import type { WriteJob } from './write-job.ts'
import type { WriteTarget } from './write-target.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 12, 34, 56)

interface Given {
  location?: string
  keys?: Record<string, ColumnType>
  properties?: Record<string, string>
  /** By the values of the keys. */
  partitions?: Record<string, PartitionInput>
}

function tableOf({ location = 's3://lake/t', keys = {}, properties = {} }: Given): ExternalTable {
  return {
    kind: 'external',
    catalog: DATA_CATALOG,
    database: 'logs',
    name: 't',
    columns: [{ name: 'a', key: 'a', type: 'varchar' }],
    partitionKeys: Object.entries(keys).map(([name, type]) => ({ name, type })),
    input: {
      Name: 't',
      Parameters: properties,
      StorageDescriptor: {
        Location: location,
        SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    },
    version: 1,
  }
}

function plan(given: Given): Promise<WriteJob> {
  const target = {
    partition: (_database: string, _table: string, values: readonly string[]) =>
      given.partitions?.[values.join('|')],
  } as Partial<WriteTarget> as WriteTarget
  return planInsert(
    {
      kind: 'insert',
      table: { catalog: undefined, database: undefined, name: 't' },
      columns: undefined,
      query: 'SELECT 1',
    },
    {
      source: { table: async () => tableOf(given) },
      target,
      names: { catalog: DATA_CATALOG, database: 'logs' },
      options: { executionId: 'e', outputLocation: 's3://results/' },
      nowMs: NOW_MS,
    },
  )
}

async function folder(given: Given, ...values: string[]): Promise<string> {
  return printS3Location((await plan(given)).folderOf(values))
}

describe('inserted rows', () => {
  it('go below the table, whose location is taken as it is written', async () => {
    assert.equal(await folder({}), 's3://lake/t/')
    assert.equal(await folder({ location: 's3://lake//t' }), 's3://lake//t/')
    assert.equal(await folder({ location: 's3a://lake/t/' }), 's3://lake/t/')
    const keys = { k: 'varchar' } as const
    assert.equal(await folder({ keys }, 'a/b'), 's3://lake/t/k=a%2Fb/')
    const partitions = { x: { Values: ['x'], StorageDescriptor: { Location: 's3://lake/moved//x' } } }
    assert.equal(await folder({ keys, partitions }, 'x'), 's3://lake/moved//x/')
  })

  it('never go where Hozon keeps its own objects', async () => {
    const own = /is where Hozon keeps its own objects/
    await assert.rejects(plan({ location: 's3://lake/_hozon' }), own)
    const keys = { k: 'varchar' } as const
    const partitions = { x: { Values: ['x'], StorageDescriptor: { Location: 's3n://lake/_Hozon/runs/' } } }
    await assert.rejects(folder({ keys, partitions }, 'x'), own)
    const injected = {
      'projection.enabled': 'true',
      'projection.k.type': 'injected',
      'storage.location.template': 's3://lake/${k}',
    }
    assert.equal(await folder({ keys, properties: injected }, '_hozons'), 's3://lake/_hozons/')
    await assert.rejects(folder({ keys, properties: injected }, '_hozon/streams'), own)
  })
})

describe('partitions of inserted rows', () => {
  it('have the storage of the table and the time as parameter', async () => {
    const job = await plan({ keys: { k: 'varchar' } })
    const files = ['x', 'y', 'x'].map((k) => ({ name: k, partition: [k], rows: 1, bytes: 1 }))
    const { StorageDescriptor } = tableOf({}).input
    assert.deepEqual(job.change({ columns: [], files }), {
      kind: 'add partitions',
      database: 'logs',
      table: 't',
      partitions: ['x', 'y'].map((k) => ({
        Values: [k],
        StorageDescriptor: { ...StorageDescriptor, Location: `s3://lake/t/k=${k}/` },
        Parameters: { transient_lastDdlTime: String(NOW_MS / 1000) },
      })),
    })
  })
})

describe('rows of a projected table', () => {
  const PROPERTIES = {
    'Projection.Enabled': 'TRUE',
    'Projection.Day.Type': 'date',
    'projection.day.range': '2026/01/01,NOW',
    'projection.day.format': 'yyyy/MM/dd',
    'projection.n.type': 'integer',
    'projection.n.range': '1,12',
    'projection.N.Digits': '2',
  }
  const keys = { day: 'varchar', n: 'int' } as const

  it('go where its rules say', async () => {
    assert.equal(
      await folder({ keys, properties: PROPERTIES }, '2026/11/23', '7'),
      's3://lake/t/day=2026/11/23/n=07/',
    )
    const properties = { ...PROPERTIES, 'Storage.Location.Template': 's3://other/${day}/${N}' }
    const job = await plan({ keys, properties })
    assert.deepEqual(job.folderOf(['2026/01/01', '12']), { bucket: 'other', prefix: '2026/01/01/12/' })
    const files = [{ name: 'x', partition: ['2026/01/01', '12'], rows: 1, bytes: 1 }]
    assert.deepEqual(job.change({ columns: [], files }), { kind: 'none' })
  })

  const NONE: [day: string, n: string, message: RegExp][] = [
    ['2026-11-23', '7', /Invalid partition value '2026-11-23' for projected partition column: day/],
    ['2026/11/24', '7', /Invalid partition value '2026\/11\/24'/],
    ['2025/12/31', '7', /Invalid partition value '2025\/12\/31'/],
    ['2026/11/23', '13', /Invalid partition value '13' for projected partition column: n/],
    ['2026/11/23', '__HIVE_DEFAULT_PARTITION__', /Invalid partition value NULL .* n$/],
  ]
  for (const [day, n, message] of NONE)
    it(`are refused at ${day} ${n}`, async () => {
      const job = await plan({ keys, properties: PROPERTIES })
      assert.throws(() => job.folderOf([day, n]), message)
    })

  it('are refused where the rules are none', async () => {
    await assert.rejects(
      plan({ keys, properties: { 'projection.enabled': 'true' } }),
      /Missing required property: 'projection.day.type'/,
    )
  })
})
