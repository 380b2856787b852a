/** Which files a table has, and what their rows are when DuckDB reads them. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { ExternalTable } from '../../src/query/query.ts'
import { HozonError } from '../../src/base/errors.ts'
import { diskFull, ENDLESS_ROOM } from '../../src/query/disk-room.ts'
import {
  BUCKET,
  declare,
  externalTable,
  glueColumns,
  openWorld,
  plainStore,
  SERDES,
  type World,
} from './world.ts'

let world: World

before(async () => {
  world = await openWorld()
})

after(() => world.close())

afterEach(async () => {
  world.catalog.glue.deleteDatabase('db')
  for await (const { key } of world.store.list(BUCKET, '')) await world.store.remove(BUCKET, key)
})

async function refused(promise: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof HozonError)
    assert.equal(error.code, 'HOZON_SQL_FAILED')
    assert.match(error.message, message)
    return true
  })
}

const COMMA = { 'field.delim': ',' }

describe('files of a table', () => {
  it('are not touched where the listed ones are too much', async () => {
    await world.put('logs/a.txt', 'a\n')
    await world.put('logs/b.txt', 'bb\n')
    const table = externalTable({ serde: SERDES.text, columns: 'a', folder: 'logs' })
    const listed: number[] = []
    const started = world.children.length
    const place = [{ values: [], location: '' }]
    const opening = world.tables.openExternal(table, place, undefined, (bytes) => {
      listed.push(bytes)
      throw new HozonError('HOZON_SQL_FAILED', 'too much', { op: 'test' })
    })
    await refused(opening, /too much/)
    assert.deepEqual(listed, [5])
    assert.equal(world.children.length, started, 'nothing was rewritten')
  })

  it('are those below its folder, at any depth, without hidden and empty ones', async () => {
    const line = (name: string): Promise<void> => world.put(name, `${name}\n`)
    await line('logs/b.txt')
    await line('logs/a/c.txt')
    await line('logs/_temporary/d.txt')
    await line('logs/.e.txt')
    await line('logs/a/_SUCCESS')
    await line('logs2/f.txt')
    await world.put('logs/empty', '')
    const table = externalTable({ serde: SERDES.text, columns: 'a', folder: 'logs' })
    assert.deepEqual(await world.rows(table), [['logs/a/c.txt'], ['logs/b.txt']])
    const snapshot = await world.open(table)
    assert.equal(snapshot.files.length, 2)
    snapshot.release()
  })

  it('are none where the folder is not there', async () => {
    assert.deepEqual(
      await world.rows(externalTable({ serde: SERDES.text, columns: 'a', folder: 'nope/' })),
      [],
    )
  })

  it('have names, sizes and times of the bucket', async () => {
    await world.put('logs/a.gz', gzipSync('x\n'))
    const snapshot = await world.open(externalTable({ serde: SERDES.text, columns: 'a', folder: 'logs/' }))
    const [file] = snapshot.files
    assert.equal(file?.bucket, BUCKET)
    assert.equal(file.key, 'logs/a.gz')
    assert.equal(file.bytes, gzipSync('x\n').length)
    assert.ok(file.lastModifiedMs > 1.7e12)
    snapshot.release()
  })

  it('are refused by name where the bucket, the location or the SerDe is none', async () => {
    const options = { serde: SERDES.text, columns: 'a', folder: 'x/' }
    const at = (Location: string) => externalTable({ ...options, storage: { Location } })
    await refused(world.rows(at('s3://nobody/x/')), /^HIVE_CANNOT_OPEN_SPLIT: there is no bucket for s3:\/\/nobody\/x\//)
    await refused(world.rows(at('file:///etc/')), /^HIVE_INVALID_METADATA: the location "file:\/\/\/etc\/"/)
    await refused(world.rows(externalTable({ ...options, serde: 'org.apache.hadoop.hive.ql.io.orc.OrcSerde' })), /^HIVE_UNSUPPORTED_FORMAT: ORC is not supported .* \(table db\.t\)$/)
    await refused(world.rows(externalTable({ ...options, serde: 'a.b.C' })), /^HIVE_SERDE_NOT_FOUND: deserializer does not exist: a\.b\.C/)
    await refused(world.rows(externalTable({ ...options, serde: '' })), /^HIVE_INVALID_METADATA: the table names no SerDe/)
  }) // prettier-ignore
})

describe('rows', () => {
  it('have the declared types, exactly', async () => {
    const columns =
      'a:tinyint b:bigint c:decimal(38,2) d:double e:float f:date g:timestamp h:binary i:boolean j:varchar(2) k:array<int> l:map<string,bigint> m:struct<x:int,y:decimal(4,1)>'
    const line = [
      '-128', '9223372036854775807', '123456789012345678901234567890123456.785', '0.1', '0.1', '2026-11-23',
      '2026-11-23 01:02:03.123456', 'AGE=', 'true', 'abc', '1|\\N', 'k:9223372036854775806', '7|1.25',
    ] // prettier-ignore
    await world.put('logs/a', `${line.join(',')}\n`)
    const parameters = { ...COMMA, 'colelction.delim': '|', 'mapkey.delim': ':' }
    const rows = await world.rows(externalTable({ serde: SERDES.text, columns, folder: 'logs/', parameters }))
    assert.deepEqual(rows, [
      [
        -128, '9223372036854775807', '123456789012345678901234567890123456.79', 0.1, Math.fround(0.1), '2026-11-23',
        '2026-11-23 01:02:03.123456', '\\x00a', true, 'ab', [1, null], [{ key: 'k', value: '9223372036854775806' }],
        { x: 7, y: '1.3' },
      ],
    ]) // prettier-ignore
  })

  it('of numbers that JSON does not know are read', async () => {
    await world.put('logs/a', 'NaN,Infinity\n-Infinity,-0\n')
    const table = externalTable({
      serde: SERDES.text,
      columns: 'a:double b:double',
      folder: 'logs/',
      parameters: COMMA,
    })
    assert.deepEqual(await world.rows(table), [
      ['NaN', 'Infinity'],
      ['-Infinity', -0],
    ])
  })

  it('do not begin before the header ends, and end before the footer', async () => {
    await world.put('logs/a.csv', 'h1\nh2\n"1"\n"2"\nfooter\n')
    await world.put('logs/b.csv', 'h1\n')
    const tableParameters = { 'skip.header.line.count': '2', 'skip.footer.line.count': '1' }
    const table = externalTable({ serde: SERDES.csv, columns: 'a:int', folder: 'logs/', tableParameters })
    assert.deepEqual(await world.rows(table), [[1], [2]])
    await world.put('logs/c.csv', 'h1\nh2\n1\nx\nfooter\n')
    await refused(world.rows(table), /logs\/c\.csv, line 4\)$/)
  })

  it('end before the footer also of a large file', async () => {
    await world.put('logs/a.csv', 'x'.repeat(99).concat('\n').repeat(20_000))
    const tableParameters = { 'skip.footer.line.count': '3' }
    const table = externalTable({ serde: SERDES.csv, columns: 'a', folder: 'logs/', tableParameters })
    assert.equal((await world.rows(table)).length, 19_997)
  })

  it('of CloudTrail are the objects of its array', async () => {
    await world.put(
      'logs/a.json.gz',
      gzipSync('{"Records":[{"eventName":"x","resources":[{"ARN":"r"}]},{}]}'),
    )
    const storage = { InputFormat: 'com.amazon.emr.cloudtrail.CloudTrailInputFormat' }
    const columns = 'eventname resources:array<struct<arn:string>> requestparameters'
    for (const serde of [SERDES.hiveJson, 'com.amazon.emr.hive.serde.CloudTrailSerde']) {
      const table = externalTable({ serde, columns, folder: 'logs/', storage })
      assert.deepEqual(await world.rows(table), [
        ['x', [{ arn: 'r' }], null],
        [null, null, null],
      ])
    }
  })

  it('that can not be read are named by file and line', async () => {
    await world.put('logs/a.json', '{"a":1}\n{"a":"x"}\n')
    const table = externalTable({ serde: SERDES.json, columns: 'a:int', folder: 'logs/' })
    await refused(
      world.rows(table),
      /^HIVE_BAD_DATA: Error parsing field value for field 0: For input string: "x" \(s3:\/\/lake\/logs\/a\.json, line 2\)$/,
    )
  })

  it('of a damaged file are an error with its name', async () => {
    await world.put('logs/a.gz', gzipSync('x'.repeat(10_000)).subarray(0, 30))
    const table = externalTable({ serde: SERDES.text, columns: 'a', folder: 'logs/' })
    await refused(world.rows(table), /^HIVE_CURSOR_ERROR: .*\(s3:\/\/lake\/logs\/a\.gz\)$/)
  })
})

describe('Parquet', () => {
  it('is read where it lies, and must be Parquet', async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const path = join(world.directory, 'made.parquet')
    await connection.run(`COPY (SELECT 7 AS a) TO '${path}' (FORMAT parquet)`)
    connection.closeSync()
    await world.store.putFile(BUCKET, 'logs/a', path, { contentType: 'x', metadata: {} })
    const table = externalTable({ serde: SERDES.parquet, columns: 'a:int', folder: 'logs/' })
    const snapshot = await world.open(table)
    assert.equal(snapshot.files[0]?.format, 'parquet')
    assert.equal(snapshot.files[0].path, await world.store.localPath(BUCKET, 'logs/a'))
    assert.deepEqual(await world.rows(table), [[7]])
    await world.put('logs/b', 'this is no parquet file')
    await refused(
      world.rows(table),
      /^HIVE_BAD_DATA: Not valid Parquet file: s3:\/\/lake\/logs\/b expected magic/,
    )
  })
})

describe('partitions', () => {
  const options = { serde: SERDES.text, folder: 'logs/', parameters: COMMA, partitionKeys: ['dt', 'h'] }

  it('are where they say, or in the folder that Hive would make', async () => {
    const table = externalTable({ ...options, columns: 'a' })
    declare(world, table, [
      { Values: ['1', '2'] },
      { Values: ['a:b', ''], StorageDescriptor: { Location: 's3://lake/else' } },
      { Values: ['x/y=z', '%'] },
    ])
    assert.deepEqual(
      [...world.tables.externalPartitions(table)].map(({ values, location }) => [values, location]),
      [
        [['1', '2'], 's3://lake/logs/dt=1/h=2/'],
        [['a:b', ''], 's3://lake/else'],
        [['x/y=z', '%'], 's3://lake/logs/dt=x%2Fy%3Dz/h=%25/'],
      ],
    )
    await world.put('logs/dt=1/h=2/f', 'one\n')
    await world.put('else/f', 'two\n')
    const snapshot = await world.open(table)
    assert.deepEqual(
      snapshot.files.map(({ partition, key }) => [partition, key]),
      [
        [0, 'logs/dt=1/h=2/f'],
        [1, 'else/f'],
      ],
    )
    snapshot.release()
    assert.deepEqual(await world.rows(table), [['one'], ['two']])
  })

  it('have a SerDe and columns of their own', async () => {
    const table = externalTable({ ...options, columns: 'a b:bigint c' })
    declare(world, table, [
      {
        Values: ['1', '1'],
        StorageDescriptor: {
          Columns: glueColumns('a b:int'),
          SerdeInfo: { SerializationLibrary: SERDES.csv, Parameters: { separatorChar: ';' } },
        },
      },
      { Values: ['1', '2'], StorageDescriptor: { Columns: glueColumns('a:bigint b:string c') } },
    ])
    await world.put('logs/dt=1/h=1/f', '"x;y";7;not a column\n')
    await world.put('logs/dt=1/h=2/f', '007,8,z\n')
    assert.deepEqual(await world.rows(table), [
      ['x;y', '7', null],
      ['7', '8', 'z'],
    ])
  })

  it('with types that do not fit the table are refused', async () => {
    const table = externalTable({ ...options, columns: 'a:int' })
    declare(world, table, [
      { Values: ['1', '2'], StorageDescriptor: { Columns: glueColumns('a:array<int>') } },
    ])
    await refused(
      world.rows(table),
      /^HIVE_PARTITION_SCHEMA_MISMATCH: .* The column 'a' in table 'db\.t' is declared as type 'int', but partition 'dt=1\/h=2' declared column 'a' as type 'array<int>'\./,
    )
  })
})

describe('copies', () => {
  const copiesOf = async (): Promise<string[]> => readdir(join(world.directory, 'scratch/external'))

  it('are made once for a state of the file, and anew for another', async () => {
    const table = externalTable({ serde: SERDES.text, columns: 'a', folder: 'logs/' })
    await world.put('logs/f', 'one\n')
    const [first, second] = [await world.open(table), await world.open(table)]
    assert.equal(first.files[0]?.path, second.files[0]?.path)
    await world.put('logs/f', 'two,x\n')
    assert.deepEqual(await world.rows(table), [['two,x']])
    const other = externalTable({ serde: SERDES.text, columns: 'a', folder: 'logs/', parameters: COMMA })
    assert.deepEqual(await world.rows(other), [['two']])
    assert.deepEqual(await world.rows(table), [['two,x']])
    first.release()
    second.release()
  })

  it('of files that failed are gone', async () => {
    const before = (await copiesOf()).length
    await world.put('logs/f', 'x\n')
    const table = externalTable({ serde: SERDES.json, columns: 'a:int', folder: 'logs/' })
    await world.put('logs/f', '{')
    await refused(world.rows(table), /^HIVE_CURSOR_ERROR/)
    assert.equal((await copiesOf()).length, before)
  })
})

describe('a store', () => {
  let table: ExternalTable
  let tables = 0

  beforeEach(() => {
    // Another column each time: no copy of another test is of any use.
    table = externalTable({ serde: SERDES.text, columns: `a${++tables}`, folder: 'logs/' })
  })

  afterEach(() => {
    Object.assign(world.seen, plainStore(world.store))
    Object.assign(world.room, ENDLESS_ROOM)
  })

  /** Runs `change` once, between the listing of the files and their reading. */
  function afterListing(change: () => Promise<void>): void {
    world.seen.list = async function* (bucket, prefix) {
      const found = []
      for await (const each of world.store.list(bucket, prefix)) found.push(each)
      await change()
      yield* found
    }
  }

  it('that is remote is read through copies, which stay', async () => {
    await world.put('logs/f', 'one\n')
    let fetched = 0
    world.seen.localPath = () => undefined
    world.seen.getFile = async (bucket, key, path) => {
      fetched++
      await world.store.getFile(bucket, key, path)
    }
    assert.deepEqual(await world.rows(table), [['one']])
    assert.deepEqual(await world.rows(table), [['one']])
    assert.equal(fetched, 1)
    const left = await readdir(join(world.directory, 'scratch/external'))
    assert.ok(left.every((name) => !name.includes('original')))
  })

  it('that is remote and has more Parquet than the disk has room for is not begun with', async () => {
    for (const key of ['logs/a', 'logs/b']) await world.put(key, 'x'.repeat(600))
    world.seen.localPath = () => undefined
    world.seen.getFile = () => Promise.reject(new Error('nothing is to be downloaded'))
    world.room.take = ({ bytes = 0 }) =>
      bytes > 1000 ? Promise.reject(diskFull()) : Promise.resolve({ release: () => {} })
    const parquet = externalTable({ serde: SERDES.parquet, columns: 'a:int', folder: 'logs/' })
    await assert.rejects(world.open(parquet), { code: 'HOZON_SQL_DISK' })
  })

  for (const isRemote of [false, true]) {
    const where = isRemote ? 'remote' : 'local'
    it(`that is ${where} and loses a file after it was listed is an error with its name`, async () => {
      await world.put('logs/f', 'one\n')
      if (isRemote) world.seen.localPath = () => undefined
      afterListing(() => world.store.remove(BUCKET, 'logs/f'))
      await refused(world.rows(table), /^HIVE_CANNOT_OPEN_SPLIT: s3:\/\/lake\/logs\/f is no longer there$/)
    })

    it(`that is ${where} and gets another file after it was listed gives that one`, async () => {
      await world.put('logs/f', 'one\n')
      if (isRemote) world.seen.localPath = () => undefined
      afterListing(() => world.put('logs/f', 'another one\n'))
      assert.deepEqual(await world.rows(table), [['another one']])
      await world.put('logs/f', 'one\n')
      afterListing(() => Promise.resolve())
      // A copy under the first name would have the other's rows.
      assert.deepEqual(await world.rows(table), [['one']])
    })
  }

  it('that has another file each time is an error', async () => {
    await world.put('logs/f', 'one\n')
    let count = 0
    world.seen.head = async (bucket, key) => {
      await world.put('logs/f', `${++count}\n`)
      return world.store.head(bucket, key)
    }
    await refused(
      world.rows(table),
      /^HIVE_CANNOT_OPEN_SPLIT: s3:\/\/lake\/logs\/f is changed again and again/,
    )
  })

  it('that does not answer says so itself', async () => {
    await world.put('logs/f', 'one\n')
    world.seen.localPath = () => undefined
    world.seen.getFile = () =>
      Promise.reject(new HozonError('HOZON_STORE_UNAVAILABLE', 'down', { op: 'get object', retryable: true }))
    await assert.rejects(world.rows(table), { code: 'HOZON_STORE_UNAVAILABLE' })
  })
})
