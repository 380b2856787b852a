import { deepEqual, equal, rejects } from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { LOG_TABLES } from '../statement/testing/log-tables.ts'
import { NOW, openDdlWorld, type DdlWorld } from './testing/ddl-world.ts'

let world: DdlWorld
// Hooks of a file without a describe() would run for every test of the suite.
describe('DDL', () => {
  beforeEach(async () => {
    world = openDdlWorld()
    await world.run('CREATE DATABASE lake')
  })
  afterEach(() => world.end())

  const T = `CREATE EXTERNAL TABLE t (a int, b string COMMENT 'bee') PARTITIONED BY (dt string, h int)
  STORED AS PARQUET LOCATION 's3://lake/t'`

  async function refuses(sql: string, code: string, message: string): Promise<void> {
    await rejects(world.run(sql), (error: Error & { code?: string }) => {
      equal(error.code, code, error.message)
      equal(error.message.includes(message), true, error.message)
      return true
    })
  }

  describe('databases', () => {
    it('are made, changed and dropped', async () => {
      const made = await world.run(
        `CREATE DATABASE web COMMENT 'x' LOCATION 's3://b/' WITH DBPROPERTIES ('a'='1')`,
      )
      deepEqual(made, { columns: [], rows: [] })
      await world.run(`ALTER DATABASE web SET DBPROPERTIES ('b'='2')`)
      const found = world.catalog.glue.databases().find(({ name }) => name === 'web')
      deepEqual(JSON.parse(found!.definition!), {
        Name: 'web',
        Description: 'x',
        LocationUri: 's3://b/',
        Parameters: { a: '1', b: '2' },
      })
      await world.run('CREATE DATABASE IF NOT EXISTS web')
      await refuses('CREATE SCHEMA web', 'HOZON_SQL_FAILED', 'DDLTask. Database web already exists')
      await world.run('DROP DATABASE web')
      await world.run('DROP DATABASE IF EXISTS web')
      await refuses('DROP DATABASE web', 'HOZON_SQL_TABLE', '[Error 10072]: Database does not exist: web')
      await refuses(`ALTER DATABASE web SET DBPROPERTIES ('b'='2')`, 'HOZON_SQL_TABLE', '10072')
    })

    it('go with their tables only when told so', async () => {
      await world.run(T)
      await refuses('DROP DATABASE lake', 'HOZON_SQL_FAILED', 'Database lake is not empty')
      await world.run('DROP DATABASE lake CASCADE')
      equal(world.catalog.glue.table('lake', 't'), undefined)
    })

    it('stay where streams have tables', async () => {
      const stream = { database: 'lake', name: 's', stream: 's', partitionKeys: [], location: 's3://lake/s/' }
      world.catalog.ensureTable(stream)
      await refuses('DROP DATABASE lake CASCADE', 'HOZON_SQL_FAILED', 'tables of streams')
    })
  })

  describe('tables', () => {
    it('are what Athena would have made in Glue', async () => {
      await world.run(`${T.replace('(a int', `(a int`)} TBLPROPERTIES ('classification'='parquet')`)
      deepEqual(world.input('lake', 't'), {
        Name: 't',
        Owner: 'hadoop',
        Retention: 0,
        StorageDescriptor: {
          Columns: [
            { Name: 'a', Type: 'int' },
            { Name: 'b', Type: 'string', Comment: 'bee' },
          ],
          Location: 's3://lake/t',
          InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
          OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
          Compressed: false,
          NumberOfBuckets: -1,
          SerdeInfo: {
            SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
            Parameters: { 'serialization.format': '1' },
          },
          BucketColumns: [],
          SortColumns: [],
          Parameters: {},
          StoredAsSubDirectories: false,
        },
        PartitionKeys: [
          { Name: 'dt', Type: 'string' },
          { Name: 'h', Type: 'int' },
        ],
        TableType: 'EXTERNAL_TABLE',
        Parameters: { EXTERNAL: 'TRUE', transient_lastDdlTime: String(NOW), classification: 'parquet' },
      })
    })

    it('of all logs can be made, in the default database without making it', async () => {
      world.context.names.database = 'default'
      await world.run('CREATE DATABASE s3_access_logs_db')
      for (const sql of Object.values(LOG_TABLES)) await world.run(sql)
      equal(world.catalog.glue.tables('default').length, Object.keys(LOG_TABLES).length - 2)
      equal(world.input('default', 'people').Description, 'a table of people')
      equal(world.input('default', 'people').Parameters?.['comment'], 'a table of people')
    })

    it('have a folder without the slash at its end, but for a root', async () => {
      const kept = async (location: string): Promise<string | undefined> => {
        await world.run(`CREATE EXTERNAL TABLE u (a int) LOCATION '${location}'`)
        const { StorageDescriptor: storage } = world.input('lake', 'u')
        await world.run('DROP TABLE u')
        return storage?.Location
      }
      equal(await kept('s3://lake/a/b/'), 's3://lake/a/b')
      equal(await kept('s3a://lake/b/'), 's3a://lake/b')
      equal(await kept('s3://lake/'), 's3://lake/')
      // Another folder than a.
      equal(await kept('s3://lake/a//'), 's3://lake/a//')
    })

    it('are made once', async () => {
      await world.run(T)
      await refuses(T, 'HOZON_SQL_FAILED', 'AlreadyExistsException(message:Table t already exists)')
      await world.run(T.replace('TABLE t', 'TABLE IF NOT EXISTS t'))
      await refuses(
        T.replace('TABLE t', 'TABLE nowhere.t'),
        'HOZON_SQL_TABLE',
        'Database does not exist: nowhere',
      )
    })

    it('have a location and columns that differ', async () => {
      await refuses('CREATE EXTERNAL TABLE x (a int)', 'HOZON_SQL_FAILED', 'No location was specified')
      await refuses(
        `CREATE EXTERNAL TABLE x (a int) LOCATION '/tmp/x'`,
        'HOZON_SQL_FAILED',
        'Path is not legal: /tmp/x',
      )
      await refuses(`CREATE EXTERNAL TABLE x (a int, A int) LOCATION 's3://b/'`, 'HOZON_SQL_FAILED', '10036')
      await refuses(
        `CREATE EXTERNAL TABLE x (a int) PARTITIONED BY (a int) LOCATION 's3://b/'`,
        'HOZON_SQL_FAILED',
        '10035',
      )
    })

    it('are dropped', async () => {
      await world.run(T)
      await world.run('DROP TABLE `lake.t`')
      await refuses('DROP TABLE t', 'HOZON_SQL_TABLE', '[Error 10001]: Table not found lake.t')
      await world.run('DROP TABLE IF EXISTS t')
    })

    it('of streams, other catalogs and readers are not touched', async () => {
      const stream = {
        database: 'lake',
        name: 's',
        stream: 'app',
        partitionKeys: [],
        location: 's3://lake/s/',
      }
      world.catalog.ensureTable(stream)
      await refuses('DROP TABLE s', 'HOZON_SQL_FORBIDDEN', 'table lake.s belongs to the stream app')
      await refuses('ALTER TABLE s ADD COLUMNS (a int)', 'HOZON_SQL_FORBIDDEN', 'belongs to the stream app')
      await refuses('DROP TABLE pg.public.s', 'HOZON_SQL_FORBIDDEN', 'catalog pg is read-only')
      await refuses('DROP TABLE nope.public.s', 'HOZON_SQL_TABLE', `Catalog 'nope' does not exist`)
      world.context.mayWrite = false
      await refuses('DROP TABLE IF EXISTS t', 'HOZON_SQL_FORBIDDEN', 'Access denied: drop table')
      await refuses('MSCK REPAIR TABLE t', 'HOZON_SQL_FORBIDDEN', 'Access denied')
    })
  })

  describe('columns and properties', () => {
    const columns = (): string[] =>
      world.input('lake', 't').StorageDescriptor!.Columns!.map(({ Name, Type }) => `${Name} ${Type}`)
    beforeEach(() => world.run(T))

    it('are changed', async () => {
      await world.run('ALTER TABLE t ADD COLUMNS (c double, d date)')
      deepEqual(columns(), ['a int', 'b string', 'c double', 'd date'])
      await world.run('ALTER TABLE t CHANGE b e varchar(3) FIRST')
      deepEqual(columns(), ['e varchar(3)', 'a int', 'c double', 'd date'])
      equal(world.input('lake', 't').StorageDescriptor!.Columns![0]!.Comment, 'bee')
      await world.run('ALTER TABLE t CHANGE COLUMN a a bigint AFTER d')
      deepEqual(columns(), ['e varchar(3)', 'c double', 'd date', 'a bigint'])
      await world.run('ALTER TABLE t DROP COLUMN c')
      deepEqual(columns(), ['e varchar(3)', 'd date', 'a bigint'])
      await world.run('ALTER TABLE t REPLACE COLUMNS (x int)')
      deepEqual(columns(), ['x int'])
      equal(world.catalog.glue.versions('lake', 't').length, 6)
    })

    it('are there to be changed', async () => {
      await refuses('ALTER TABLE t ADD COLUMNS (a int)', 'HOZON_SQL_FAILED', 'Duplicate column name: a')
      await refuses('ALTER TABLE t ADD COLUMNS (dt int)', 'HOZON_SQL_FAILED', '10035')
      await refuses('ALTER TABLE t CHANGE x y int', 'HOZON_SQL_FAILED', 'Invalid column reference x')
      await refuses('ALTER TABLE t CHANGE a a int AFTER x', 'HOZON_SQL_FAILED', 'Invalid column reference x')
      await refuses('ALTER TABLE t DROP COLUMN x', 'HOZON_SQL_FAILED', 'Invalid column reference x')
      await refuses('ALTER TABLE no ADD COLUMNS (x int)', 'HOZON_SQL_TABLE', 'Table not found lake.no')
      await refuses('ALTER TABLE no.no ADD COLUMNS (x int)', 'HOZON_SQL_TABLE', 'does not exist: no')
    })

    it('are set and taken away', async () => {
      await world.run(`ALTER TABLE t SET TBLPROPERTIES ('comment'='new', 'x'='1')`)
      equal(world.input('lake', 't').Description, 'new')
      await world.run(`ALTER TABLE t UNSET TBLPROPERTIES ('comment', 'x')`)
      const { Description, Parameters } = world.input('lake', 't')
      deepEqual(
        [Description, Parameters],
        [undefined, { EXTERNAL: 'TRUE', transient_lastDdlTime: String(NOW) }],
      )
      await world.run(`ALTER TABLE t UNSET TBLPROPERTIES IF EXISTS ('x')`)
      await refuses(`ALTER TABLE t UNSET TBLPROPERTIES ('x')`, 'HOZON_SQL_FAILED', 'the property x')
    })

    it('and the location of a table', async () => {
      await world.run(`ALTER TABLE t SET LOCATION 's3://lake/other/'`)
      equal(world.input('lake', 't').StorageDescriptor!.Location, 's3://lake/other/')
      await refuses(`ALTER TABLE t SET LOCATION 'other'`, 'HOZON_SQL_FAILED', 'Path is not legal')
    })
  })

  describe('partitions', () => {
    const partitions = (): { values: string[]; location: string }[] =>
      [...world.catalog.glue.partitions.all('lake', 't')].map(({ values, definition }) => ({
        values,
        location: JSON.parse(definition).StorageDescriptor.Location,
      }))
    const values = (): string[] => partitions().map((partition) => partition.values.join('/'))
    beforeEach(() => world.run(T))

    it('are added where Hive would look for them', async () => {
      await world.run(
        `ALTER TABLE t ADD PARTITION (h=1, dt='a:b/c') PARTITION (dt='b', h=2) LOCATION 's3://x/y'`,
      )
      deepEqual(partitions(), [
        { values: ['a:b/c', '1'], location: 's3://lake/t/dt=a%3Ab%2Fc/h=1' },
        { values: ['b', '2'], location: 's3://x/y' },
      ])
    })

    it('are added all or none', async () => {
      await world.run(`ALTER TABLE t ADD PARTITION (dt='a', h=1)`)
      const more = `PARTITION (dt='0', h=0) PARTITION (dt='a', h=1) PARTITION (dt='b', h=1)`
      await refuses(`ALTER TABLE t ADD ${more}`, 'HOZON_SQL_FAILED', 'Partition already exists: t dt=a/h=1')
      deepEqual(values(), ['a/1'])
      await world.run(`ALTER TABLE t ADD IF NOT EXISTS ${more}`)
      deepEqual(values(), ['0/0', 'a/1', 'b/1'])
    })

    it('are named by all keys', async () => {
      const add = (spec: string): string => `ALTER TABLE t ADD PARTITION (${spec})`
      await refuses(add(`dt='a'`), 'HOZON_SQL_FAILED', 'does not fully match table partitioning: {dt=a}')
      await refuses(add(`dt='a', x=1`), 'HOZON_SQL_FAILED', 'contains non-partition columns')
      await refuses(add(`dt='a', dt='b'`), 'HOZON_SQL_FAILED', 'contains non-partition columns')
      await world.run(`CREATE EXTERNAL TABLE flat (a int) LOCATION 's3://lake/flat/'`)
      await refuses(
        `ALTER TABLE flat ADD PARTITION (a=1)`,
        'HOZON_SQL_FAILED',
        'table is not partitioned but partition spec exists: {a=1}',
      )
    })

    it('are dropped by conditions, numbers as numbers', async () => {
      const all = Array.from({ length: 12 }, (_, h) => `PARTITION (dt='a', h=${h})`).join(' ')
      await world.run(`ALTER TABLE t ADD ${all} PARTITION (dt='b', h=3)`)
      await world.run(`ALTER TABLE t DROP PARTITION (h >= 3, dt < 'b'), PARTITION (h = 1)`)
      deepEqual(values(), ['a/0', 'a/2', 'b/3'])
      await world.run(`ALTER TABLE t DROP PARTITION (dt='b', h=3), PARTITION (dt <> 'b', h <= 0)`)
      deepEqual(values(), ['a/2'])
      await refuses(
        `ALTER TABLE t DROP PARTITION (dt='a', h=2), PARTITION (h > 9)`,
        'HOZON_SQL_FAILED',
        '10006',
      )
      deepEqual(values(), ['a/2'])
      await world.run(`ALTER TABLE t DROP IF EXISTS PARTITION (h > 9)`)
    })

    it('are renamed, moved and given columns of their own', async () => {
      await world.run(`ALTER TABLE t ADD PARTITION (dt='a', h=1) PARTITION (dt='b', h=1)`)
      await world.run(`ALTER TABLE t PARTITION (dt='a', h=1) RENAME TO PARTITION (dt='c', h=2)`)
      await world.run(`ALTER TABLE t PARTITION (dt='c', h=2) SET LOCATION 's3://z/'`)
      await world.run(`ALTER TABLE t PARTITION (dt='c', h=2) ADD COLUMNS (z int)`)
      deepEqual(partitions(), [
        { values: ['b', '1'], location: 's3://lake/t/dt=b/h=1' },
        { values: ['c', '2'], location: 's3://z/' },
      ])
      const { definition } = world.catalog.glue.partitions.find('lake', 't', ['c', '2'])!
      equal(JSON.parse(definition).StorageDescriptor.Columns.length, 3)
      equal(world.input('lake', 't').StorageDescriptor!.Columns!.length, 2)
      const rename = `ALTER TABLE t PARTITION (dt='c', h=2) RENAME TO PARTITION (dt='b', h=1)`
      await refuses(rename, 'HOZON_SQL_FAILED', 'Partition already exists: t dt=b/h=1')
      await refuses(rename.replace(`'c'`, `'d'`), 'HOZON_SQL_FAILED', 'Partition not found {dt=d, h=2}')
    })

    it('are found in the bucket', async () => {
      await world.run(`ALTER TABLE t ADD PARTITION (dt='2026-01-01', h=1)`)
      world.keys.push(
        't/dt=2026-01-01/h=1/a.parquet',
        't/dt=2026-01-01/h=2/a.parquet',
        't/dt=2026-01-01/h=2/b.parquet',
        't/dt=a%3Ab/h=__HIVE_DEFAULT_PARTITION__/deep/b.parquet',
        't/dt=2026-01-02/file',
        't/x=2026-01-02/h=1/file',
        't/2026/01/file',
        'top/dt=1/h=2/file',
      )
      deepEqual(await world.lines('MSCK REPAIR TABLE t'), [
        'Partitions not in metastore:\tt:dt=2026-01-01/h=2\tt:dt=a%3Ab/h=__HIVE_DEFAULT_PARTITION__',
        'Repair: Added partition to metastore t:dt=2026-01-01/h=2',
        'Repair: Added partition to metastore t:dt=a%3Ab/h=__HIVE_DEFAULT_PARTITION__',
      ])
      deepEqual(values(), ['2026-01-01/1', '2026-01-01/2', 'a:b/__HIVE_DEFAULT_PARTITION__'])
      deepEqual(await world.lines('MSCK REPAIR TABLE t'), [])
      await refuses('MSCK REPAIR TABLE no', 'HOZON_SQL_TABLE', 'Table not found lake.no')
    })
  })

  describe('views', () => {
    const CREATE = 'CREATE VIEW v AS SELECT a, b FROM t'
    beforeEach(() => {
      world.viewColumns.push(
        { name: 'A', type: 'bigint' },
        { name: 'b', type: 'row(x varchar, "y z" array(real))' },
      )
    })

    it('are what Athena would have made in Glue', async () => {
      await world.run(CREATE)
      const input = world.input('lake', 'v')
      const [, base64] = /^\/\* Presto View: (\S+) \*\/$/.exec(input.ViewOriginalText!)!
      deepEqual(JSON.parse(Buffer.from(base64!, 'base64').toString()), {
        originalSql: 'SELECT a, b FROM t',
        catalog: 'awsdatacatalog',
        schema: 'lake',
        columns: world.viewColumns,
        runAsInvoker: false,
      })
      deepEqual(
        [input.TableType, input.ViewExpandedText, input.Parameters],
        [
          'VIRTUAL_VIEW',
          '/* Presto View */',
          { comment: 'Presto View', presto_view: 'true', transient_lastDdlTime: String(NOW) },
        ],
      )
      deepEqual(input.StorageDescriptor!.Columns, [
        { Name: 'a', Type: 'bigint' },
        { Name: 'b', Type: 'struct<x:string,y z:array<float>>' },
      ])
    })

    it('are replaced and dropped', async () => {
      await world.run(CREATE)
      await refuses(CREATE, 'HOZON_SQL_FAILED', `View already exists: 'awsdatacatalog.lake.v'`)
      await world.run('CREATE OR REPLACE VIEW v AS SELECT 2 AS b')
      equal(world.catalog.glue.table('lake', 'v')!.version, 1)
      await refuses('DROP TABLE v', 'HOZON_SQL_FAILED', 'Cannot drop a view with DROP TABLE')
      await refuses('ALTER TABLE v ADD COLUMNS (a int)', 'HOZON_SQL_FAILED', 'is a view')
      await world.run('DROP VIEW v')
      await refuses('DROP VIEW v', 'HOZON_SQL_TABLE', `View 'awsdatacatalog.lake.v' does not exist`)
      await world.run('DROP VIEW IF EXISTS v')
    })

    it('are no tables, and have names for all columns', async () => {
      await world.run(T)
      await refuses('CREATE OR REPLACE VIEW t AS SELECT 1', 'HOZON_SQL_FAILED', 'TABLE_ALREADY_EXISTS')
      await refuses('DROP VIEW IF EXISTS t', 'HOZON_SQL_TABLE', 'does not exist')
      world.viewColumns.push({ name: 'B', type: 'json' })
      await refuses(CREATE, 'HOZON_SQL_FAILED', `Column name 'B' specified more than once`)
      world.viewColumns.splice(0, 9, { name: 'x', type: 'json' }, { name: '_col1', type: 'integer' })
      await refuses(CREATE, 'HOZON_SQL_FAILED', 'Column name not specified at position 2')
    })
  })

  describe('what Glue would not take', () => {
    const MANY = 2500

    it('is not made by statements', async () => {
      const long = 'x'.repeat(256)
      await refuses(`CREATE DATABASE ${long}`, 'HOZON_SQL_FAILED', 'length less than or equal to 255')
      await refuses(T.replace('bee', 'a\nb'), 'HOZON_SQL_FAILED', `'comment' failed to satisfy constraint`)
      await refuses(T.replace('TABLE t', `TABLE ${long}`), 'HOZON_SQL_FAILED', '255')
      await world.run(T)
      await refuses(`ALTER TABLE t ADD COLUMNS (${long} int)`, 'HOZON_SQL_FAILED', '255')
      await refuses(`ALTER TABLE t SET LOCATION 's3://b/${long.repeat(9)}'`, 'HOZON_SQL_FAILED', '2056')
      const added = `ALTER TABLE t ADD PARTITION (dt='a', h=1) LOCATION 's3://b/${long.repeat(9)}'`
      await refuses(added, 'HOZON_SQL_FAILED', '2056')
    })

    it('ends when it is cancelled', async () => {
      await world.run(T)
      for (let i = 0; i < MANY; i++) world.keys.push(`t/dt=${i}/h=1/a`)
      const controller = new AbortController()
      world.context.signal = controller.signal
      equal((await world.lines('MSCK REPAIR TABLE t')).length, MANY + 1)
      equal((await world.lines('SHOW PARTITIONS t')).length, MANY)
      controller.abort()
      await refuses('MSCK REPAIR TABLE t', 'HOZON_SQL_CANCELLED', 'cancelled')
      await refuses(`ALTER TABLE t DROP PARTITION (dt > '0')`, 'HOZON_SQL_CANCELLED', 'cancelled')
      await refuses('SHOW PARTITIONS t', 'HOZON_SQL_CANCELLED', 'cancelled')
      delete world.context.signal
      await world.run(`ALTER TABLE t DROP PARTITION (dt > '')`)
      deepEqual(await world.lines('SHOW PARTITIONS t'), [])
    })
  })
})
