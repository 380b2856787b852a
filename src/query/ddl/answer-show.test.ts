import { deepEqual, equal, rejects } from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Catalog } from '../../catalog/catalog.ts'
import { NOW, openDdlWorld, type DdlWorld } from './testing/ddl-world.ts'

let world: DdlWorld
// Hooks of a file without a describe() would run for every test of the suite.
describe('SHOW and DESCRIBE', () => {
  beforeEach(async () => {
    world = openDdlWorld()
    await world.run('CREATE DATABASE lake')
    await world.run(`CREATE EXTERNAL TABLE t (id int COMMENT 'a\tb', a_column_with_a_long_name array<string>)
    PARTITIONED BY (dt string COMMENT 'day') STORED AS PARQUET LOCATION 's3://lake/t/' TBLPROPERTIES ('note'='x')`)
    addStream(world.catalog)
    world.viewColumns.push({ name: 'n', type: 'integer' }, { name: 's', type: 'row(a varchar(1))' })
    await world.run('CREATE VIEW v AS\nSELECT 1 AS n, 2 AS s')
    world.context.mayWrite = false
  })
  afterEach(() => world.end())

  function addStream(catalog: Catalog): void {
    const place = { database: 'lake', name: 'web', stream: 'web' }
    catalog.ensureTable({ ...place, partitionKeys: ['dt', 'hour'], location: 's3://lake/web/' })
    const columns = [{ name: 'host', key: 'host', type: 'varchar' as const }]
    catalog.evolve('lake', 'web', { version: 2, columns })
    const run = {
      id: '00000000-0000-5000-8000-000000000001',
      stream: 'web',
      firstSegment: 1,
      lastSegment: 1,
      arrivalMs: 0,
      schemaVersion: 2,
      deliver: '{}',
    }
    catalog.planRun(run)
    const object = {
      bucket: 'lake',
      database: 'lake',
      table: 'web',
      run: run.id,
      bytes: 1,
      etag: 'e',
      checksum: 'c',
      rows: 1,
      format: 'json' as const,
      compression: 'gzip' as const,
      schemaVersion: 2,
      fits: true,
    }
    const hours = ['01', '02']
    const objects = hours.map((hour) => ({
      ...object,
      key: `web/${hour}/a`,
      partition: ['2026-11-23', hour],
    }))
    catalog.commitRun(run, { objects, records: 2, rejected: 0, blank: 0, late: 0, ranges: [] })
  }

  async function refuses(sql: string, code: string, message: string): Promise<void> {
    await rejects(world.run(sql), (error: Error & { code?: string }) => {
      equal(error.code, code, error.message)
      equal(error.message.includes(message), true, error.message)
      return true
    })
  }

  async function columnsOf(sql: string): Promise<string[]> {
    return (await world.run(sql)).columns.map(({ name, type }) => `${name} ${type}`)
  }

  describe('names', () => {
    it('of databases and catalogs', async () => {
      deepEqual(await world.lines('SHOW DATABASES'), ['lake'])
      deepEqual(await world.lines(`SHOW SCHEMAS LIKE 'x*|la*e'`), ['lake'])
      deepEqual(await world.lines(`SHOW DATABASES 'x'`), [])
      deepEqual(await world.lines('SHOW DATABASES IN pg'), ['public'])
      deepEqual(await world.lines('SHOW CATALOGS'), ['awsdatacatalog', 'pg'])
      deepEqual(await columnsOf('SHOW DATABASES'), ['database_name string'])
      await refuses('SHOW DATABASES IN nope', 'HOZON_SQL_TABLE', `Catalog 'nope' does not exist`)
    })

    it('of tables and views, of every kind', async () => {
      deepEqual(await world.lines('SHOW TABLES'), ['t', 'v', 'web'])
      deepEqual(await world.lines(`SHOW TABLES IN lake '*e*|t'`), ['t', 'web'])
      deepEqual(await world.lines(`SHOW TABLES '.*b'`), ['web'])
      deepEqual(await world.lines('SHOW VIEWS'), ['v'])
      deepEqual(await world.lines(`SHOW VIEWS IN lake LIKE 'x%'`), [])
      deepEqual(await columnsOf('SHOW TABLES'), ['tab_name string'])
      world.remote.push({
        kind: 'remote',
        catalog: 'pg',
        database: 'public',
        name: 'users',
        columns: [{ name: 'id', key: 'id', type: 'bigint' }],
        partitionKeys: [],
      })
      deepEqual(await world.lines('SHOW TABLES IN pg.public'), ['users'])
      deepEqual(await world.lines('DESCRIBE pg.public.users'), [
        'id                  \tbigint              \t                    ',
      ])
      await refuses('SHOW TABLES IN nope', 'HOZON_SQL_TABLE', 'Database does not exist: nope')
    })

    it('of tables that nobody can read', async () => {
      const definition = JSON.stringify({
        Name: 'odd',
        StorageDescriptor: { Columns: [{ Name: 'a', Type: '?' }] },
      })
      world.catalog.glue.createTable({ database: 'lake', name: 'odd', definition })
      deepEqual(await world.lines('SHOW TABLES'), ['odd', 't', 'v', 'web'])
      deepEqual(await world.lines('SHOW COLUMNS IN odd'), ['a                   '])
    })
  })

  describe('DESCRIBE', () => {
    const COLUMNS = [
      'id                  \tint                 \ta',
      'a_column_with_a_long_name\tarray<string>       \t                    ',
    ]
    const KEY = 'dt                  \tstring              \tday                 '
    const HEADING = ['# col_name', 'data_type', 'comment'].map((text) => text.padEnd(20)).join('\t')
    const BLANK = '\t \t '

    it('lays out as Hive does', async () => {
      deepEqual(await world.lines('DESCRIBE t'), [
        ...COLUMNS,
        KEY,
        BLANK,
        '# Partition Information\t \t ',
        HEADING,
        BLANK,
        KEY,
      ])
      deepEqual(await columnsOf('DESC t'), ['col_name string', 'data_type string', 'comment string'])
      deepEqual(await world.lines('DESCRIBE t dt'), [KEY])
      await refuses('DESCRIBE t nope', 'HOZON_SQL_FAILED', 'cannot find field nope from [0:id, 1:a_column')
    })

    it('FORMATTED has all facts', async () => {
      const lines = await world.lines('DESCRIBE FORMATTED lake.t')
      deepEqual(lines.slice(0, 4), [HEADING, BLANK, ...COLUMNS])
      const at = lines.indexOf('# Detailed Table Information\t \t ')
      deepEqual(lines.slice(at - 1), [
        BLANK,
        '# Detailed Table Information\t \t ',
        'Database:           \tlake                \t ',
        'Owner:              \thadoop              \t ',
        'CreateTime:         \tWed Nov 18 11:06:40 UTC 2026\t ',
        'LastAccessTime:     \tUNKNOWN             \t ',
        'Protect Mode:       \tNone                \t ',
        'Retention:          \t0                   \t ',
        'Location:           \ts3://lake/t         \t ',
        'Table Type:         \tEXTERNAL_TABLE      \t ',
        'Table Parameters:\t \t ',
        '\tEXTERNAL            \tTRUE                ',
        '\tnote                \tx                   ',
        `\ttransient_lastDdlTime\t${NOW}          `,
        BLANK,
        '# Storage Information\t \t ',
        'SerDe Library:      \torg.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe\t ',
        'InputFormat:        \torg.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat\t ',
        'OutputFormat:       \torg.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat\t ',
        'Compressed:         \tNo                  \t ',
        'Num Buckets:        \t-1                  \t ',
        'Bucket Columns:     \t[]                  \t ',
        'Sort Columns:       \t[]                  \t ',
        'Storage Desc Params:\t \t ',
        '\tserialization.format\t1                   ',
      ])
    })

    it('EXTENDED has them in one line', async () => {
      const lines = await world.lines('DESCRIBE EXTENDED t')
      equal(lines.at(-2), BLANK)
      equal(
        lines
          .at(-1)!
          .startsWith('Detailed Table Information\tTable(tableName:t, dbName:lake, owner:hadoop, '),
        true,
      )
      equal(lines.at(-1)!.endsWith('tableType:EXTERNAL_TABLE)\t'), true)
    })

    it('knows partitions', async () => {
      world.context.mayWrite = true
      await world.run(`ALTER TABLE t ADD PARTITION (dt='a')`)
      await world.run(`ALTER TABLE t PARTITION (dt='a') ADD COLUMNS (extra int)`)
      equal(
        (await world.lines(`DESCRIBE t PARTITION (dt='a')`))[2],
        `${'extra'.padEnd(20)}\t${'int'.padEnd(20)}\t${' '.repeat(20)}`,
      )
      const lines = await world.lines(`DESCRIBE FORMATTED t PARTITION (dt='a')`)
      equal(lines.includes('Partition Value:    \t[a]                 \t '), true)
      equal(lines.includes('Location:           \ts3://lake/t/dt=a    \t '), true)
      await refuses(
        `DESCRIBE t PARTITION (dt='b')`,
        'HOZON_SQL_FAILED',
        '[Error 10006]: Partition not found {dt=b}',
      )
      equal(
        (await world.lines(`DESCRIBE FORMATTED web PARTITION (dt='2026-11-23', hour='01')`)).length > 10,
        true,
      )
    })

    it('of a view is Trino’s', async () => {
      deepEqual(await world.lines('DESCRIBE v'), ['n\tinteger', 's\trow(a varchar(1))'])
      deepEqual(await world.lines('SHOW COLUMNS IN v'), ['n\tinteger', 's\trow(a varchar(1))'])
      deepEqual(await columnsOf('DESCRIBE v'), ['column varchar', 'type varchar'])
      const lines = await world.lines('DESCRIBE FORMATTED v')
      equal(lines.includes('View Expanded Text: \t/* Presto View */   \t '), true)
    })

    it('of a stream is that of a table over its files', async () => {
      const lines = await world.lines('DESCRIBE web')
      deepEqual(
        lines.slice(0, 4).map((line) => line.split('\t').map((cell) => cell.trim())),
        [
          ['host', 'string', ''],
          ['_extra', 'string', ''],
          ['dt', 'string', ''],
          ['hour', 'string', ''],
        ],
      )
      deepEqual(
        await world.lines('SHOW COLUMNS IN web'),
        ['host', '_extra', 'dt', 'hour'].map((name) => name.padEnd(20)),
      )
    })

    it('of what is not there', async () => {
      await refuses(
        'DESCRIBE nope',
        'HOZON_SQL_TABLE',
        'FAILED: SemanticException [Error 10001]: Table not found lake.nope',
      )
      await refuses(
        'SHOW COLUMNS IN nope.nope',
        'HOZON_SQL_TABLE',
        '[Error 10072]: Database does not exist: nope',
      )
    })
  })

  describe('the rest of SHOW', () => {
    it('shows partitions', async () => {
      world.context.mayWrite = true
      deepEqual(await world.lines('SHOW PARTITIONS t'), [])
      await world.run(`ALTER TABLE t ADD PARTITION (dt='b') PARTITION (dt='a/1')`)
      deepEqual(await world.lines('SHOW PARTITIONS t'), ['dt=a%2F1', 'dt=b'])
      deepEqual(await world.lines('SHOW PARTITIONS web'), ['dt=2026-11-23/hour=01', 'dt=2026-11-23/hour=02'])
      deepEqual(await columnsOf('SHOW PARTITIONS web'), ['partition string'])
      await refuses('SHOW PARTITIONS v', 'HOZON_SQL_FAILED', 'Table lake.v is not a partitioned table')
    })

    it('shows how tables and views are made', async () => {
      const lines = await world.lines('SHOW CREATE TABLE t')
      equal(lines[0], 'CREATE EXTERNAL TABLE `lake.t`(')
      equal(lines.includes("  `id` int COMMENT 'a\\tb', "), true)
      deepEqual(await world.lines('SHOW CREATE VIEW v'), ['CREATE VIEW lake.v AS', 'SELECT 1 AS n, 2 AS s'])
      deepEqual(await columnsOf('SHOW CREATE VIEW v'), ['create view varchar'])
      deepEqual(await columnsOf('SHOW CREATE TABLE t'), ['createtab_stmt string'])
      const stream = (await world.lines('SHOW CREATE TABLE web')).join('\n')
      equal(stream.includes('JsonSerDe') && stream.includes(`LOCATION\n  's3://lake/web/'`), true)
      await refuses('SHOW CREATE TABLE v', 'HOZON_SQL_FAILED', 'is a view')
      await refuses('SHOW CREATE VIEW t', 'HOZON_SQL_TABLE', `View 'awsdatacatalog.lake.t' does not exist`)
    })

    it('shows properties and functions', async () => {
      deepEqual(await world.lines('SHOW TBLPROPERTIES t'), [
        'EXTERNAL\tTRUE',
        `transient_lastDdlTime\t${NOW}`,
        'note\tx',
      ])
      deepEqual(await world.lines(`SHOW TBLPROPERTIES t ('note')`), ['x'])
      deepEqual(await world.lines(`SHOW TBLPROPERTIES t ('no')`), ['Table lake.t does not have property: no'])
      deepEqual(await world.lines(`SHOW FUNCTIONS LIKE 'array_a%'`), ['array_agg'])
      equal((await world.lines('SHOW FUNCTIONS')).length > 100, true)
    })
  })
})
