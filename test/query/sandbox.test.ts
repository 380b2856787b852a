/**
 * What a user's SQL must not be able to do, each tried through the service with real engine processes: the statement
 * is refused, nothing is read or written outside the query's own files, and the next query is fine.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HozonError } from '../../src/base/errors.ts'
import type { QueryService } from '../../src/query/query.ts'
import { openQueryService } from '../../src/query/query-service.ts'
import { realSys } from '../../src/sys/real.ts'
import { seededRandom } from '../../src/sys/seeded-random.ts'
import { columns, openLake, type Lake } from './lake.ts'

/** Each is a query to a real engine. */
const ROUNDS = 300

let lake: Lake
let service: QueryService
let outside: string
let inside: string

before(async () => {
  lake = await openLake()
  const table = lake.addTable({ name: 'web', schema: columns({ host: 'varchar', bytes: 'bigint' }) })
  const object = await lake.addObject(
    table,
    `SELECT 'a' AS host, 1::BIGINT AS bytes, NULL::VARCHAR AS _extra`,
  )
  const secret = lake.addTable({ name: 'secret', schema: columns({ word: 'varchar' }) })
  await lake.addObject(secret, `SELECT 'tell nobody' AS word, NULL::VARCHAR AS _extra`)
  inside = join(lake.directory, 'store', object.key)
  outside = join(lake.directory, 'outside.csv')
  await writeFile(outside, 'a\n1\n')
  service = openQueryService(realSys, lake)
})
after(async () => {
  await service.close()
  await lake.close()
})

/** Statements by what they are after. OUT is a file outside, IN one of the table, NEW one that does not exist. */
const FORBIDDEN: Record<string, string[]> = {
  'reading files': [
    `SELECT * FROM read_csv('OUT')`,
    `SELECT * FROM read_csv('OUT', store_rejects => true)`,
    `SELECT * FROM read_json('OUT')`,
    `SELECT * FROM read_text('OUT')`,
    `SELECT * FROM read_blob('OUT')`,
    `SELECT * FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_text('/proc/self/environ')`,
    `SELECT * FROM read_text('/proc/self/../self/cmdline')`,
    `SELECT * FROM read_text('%2e%2e%2fetc%2fpasswd')`,
    `SELECT * FROM read_csv_auto('OUT')`,
    `SELECT * FROM read_json_objects('OUT')`,
    `SELECT * FROM read_ndjson('OUT')`,
    `SELECT * FROM parquet_scan('IN')`,
    `SELECT * FROM parquet_kv_metadata('IN')`,
    `SELECT * FROM parquet_bloom_probe('IN', 'host', 'a')`,
    `SELECT * FROM glob('IN')`,
    `SELECT * FROM read_duckdb('NEW')`,
    `SELECT * FROM sqlite_scan('OUT', 'x')`,
    `SELECT * FROM read_parquet('http://127.0.0.1:1/x.parquet')`,
    `SELECT * FROM read_parquet('http://169.254.169.254/latest/meta-data')`,
    `SELECT * FROM read_text('http://[::ffff:127.0.0.1]/')`,
    `SELECT * FROM read_text('file:///etc/passwd')`,
    `SELECT * FROM postgres_scan('host=127.0.0.1', 'public', 'users')`,
    `SELECT * FROM mysql_scan('host=127.0.0.1', 'public', 'users')`,
    `SELECT * FROM read_parquet('IN')`,
    `SELECT * FROM parquet_metadata('IN')`,
    `SELECT * FROM parquet_schema('IN')`,
    `SELECT * FROM parquet_file_metadata('IN')`,
    `SELECT * FROM sniff_csv('OUT')`,
    `SELECT * FROM glob('/*')`,
    `SELECT * FROM 'OUT'`,
    `SELECT * FROM "OUT"`,
    `SELECT * FROM "IN"`,
    `SELECT * FROM hozon."IN"`,
    `SELECT * FROM "https://example.com/x.parquet"`,
    `SELECT * FROM read_csv('s3://bucket/x.csv')`,
    `SELECT (SELECT content FROM read_text('OUT')) FROM logs.web`,
    `WITH "OUT" AS (SELECT 1) SELECT * FROM (SELECT 2) x, (SELECT * FROM "../OUT") y`,
  ],
  'writing files': [
    `COPY logs.web TO 'NEW'`,
    `COPY (SELECT 1) TO 'IN'`,
    `EXPORT DATABASE 'NEW'`,
    `IMPORT DATABASE 'NEW'`,
    `ATTACH 'NEW' AS x`,
    `EXPLAIN ANALYZE COPY (SELECT 1) TO 'NEW'`,
    `SELECT * FROM enable_logging(storage='file', storage_path='NEW')`,
    `SELECT * FROM enable_logging(storage => 'file', storage_path => 'NEW')`,
    `SELECT * FROM enable_logging(storage='file', storage_path='IN')`,
    `SELECT * FROM enable_logging('QueryLog')`,
    `SELECT * FROM disable_logging()`,
    `SELECT * FROM truncate_duckdb_logs()`,
    `SELECT * FROM (COPY (SELECT 1) TO 'NEW')`,
    `WITH x AS (COPY (SELECT 1) TO 'NEW') SELECT 1`,
    `WITH x AS (INSERT INTO logs.web VALUES ('x', 1) RETURNING *) SELECT * FROM x`,
    `EXPLAIN COPY (SELECT 1) TO 'NEW'`,
    `SELECT write_log('x')`,
    `SELECT * FROM enable_profiling()`,
    `UNLOAD (SELECT 1) TO 's3://logs/x' WITH (format = 'JSON')`,
    `CREATE TABLE x AS SELECT 1`,
    `CREATE OR REPLACE VIEW x AS SELECT 1`,
    `SELECT 1 AS a INTO x`,
  ],
  'changing settings, state and tables': [
    `SET memory_limit = '10GB'`,
    `RESET memory_limit`,
    `PRAGMA enable_profiling`,
    `CALL pragma_version()`,
    `INSTALL httpfs`,
    `LOAD httpfs`,
    `CREATE SECRET x (TYPE s3)`,
    `DROP TABLE logs.web`,
    `DROP VIEW hozon.t0`,
    `INSERT INTO logs.web VALUES ('x', 1)`,
    `UPDATE logs.web SET bytes = 2`,
    `DELETE FROM logs.web`,
    `MERGE INTO logs.web USING logs.web x ON true WHEN MATCHED THEN DELETE`,
    `ALTER TABLE logs.web ADD COLUMN x bigint`,
    `TRUNCATE TABLE logs.web`,
    `CREATE MACRO f(x) AS x`,
    `CREATE FUNCTION f(x) AS x`,
    `BEGIN TRANSACTION`,
    `COMMIT`,
    `CHECKPOINT`,
    `VACUUM`,
    `ANALYZE logs.web`,
    `USE logs`,
    `DETACH memory`,
    `PREPARE x AS SELECT 1`,
    `EXECUTE x`,
    `SELECT nextval('x')`,
    `SELECT setseed(0.5)`,
    `SELECT set_config('memory_limit', '10GB', false)`,
    `SELECT * FROM pragma_table_info('hozon.t0')`,
    `SELECT * FROM force_checkpoint()`,
    `SELECT * FROM checkpoint()`,
    `SELECT currval('x')`,
    `SELECT txid_current()`,
  ],
  'getting round the gate': [
    `SELECT 1; SELECT 2`,
    `SELECT 1; COPY (SELECT 1) TO 'NEW'`,
    `SELECT * FROM query('SELECT 1')`,
    `SELECT * FROM query_table('t0')`,
    `SELECT * FROM json_execute_serialized_sql('{}')`,
    `SELECT json_serialize_sql('SELECT 1')`,
    `SELECT json_deserialize_sql('{}')`,
    `SELECT system.main.getvariable('t0_0_files')`,
    `SELECT trino.__varchar(1)`,
    `SELECT * FROM (DESCRIBE SELECT 1)`,
    `SELECT * FROM (SUMMARIZE logs.web)`,
    `SELECT * FROM (SHOW ALL TABLES)`,
    `PIVOT logs.web ON host USING sum(bytes)`,
    `SELECT * FROM (PIVOT logs.web ON host USING sum(bytes))`,
    `FROM logs.web`,
    `/* SELECT */ COPY (SELECT 1) TO 'NEW'`,
    `-- SELECT\nCOPY (SELECT 1) TO 'NEW'`,
    `(COPY (SELECT 1) TO 'NEW')`,
    `WITH duckdb_settings AS (SELECT 1 AS a) SELECT * FROM (SELECT * FROM duckdb_settings) x, main.duckdb_settings y`,
  ],
  'learning about the machine': [
    `SELECT * FROM duckdb_settings()`,
    `SELECT * FROM duckdb_secrets()`,
    `SELECT * FROM duckdb_views()`,
    `SELECT * FROM duckdb_variables()`,
    `SELECT * FROM duckdb_logs`,
    `SELECT * FROM pragma_database_list`,
    `SELECT * FROM pragma_version()`,
    `SELECT * FROM pg_catalog.pg_tables`,
    `SELECT * FROM sqlite_master`,
    `SELECT current_setting('temp_directory')`,
    `SELECT getvariable('t0_0_files')`,
    `SELECT getenv('HOME')`,
    `SELECT current_database()`,
    `SELECT current_query()`,
    `SELECT pg_sleep(1)`,
    `SELECT sleep_ms(1)`,
    `SELECT inet_server_addr()`,
    `SELECT * FROM duckdb_functions()`,
    `SELECT * FROM duckdb_extensions()`,
    `SELECT * FROM duckdb_databases()`,
    `SELECT * FROM duckdb_temporary_files()`,
    `SELECT * FROM duckdb_memory()`,
    `SELECT * FROM duckdb_external_file_cache()`,
    `SELECT * FROM pg_catalog.pg_settings`,
    `SELECT * FROM pragma_user_agent()`,
    `SELECT * FROM which_secret('s3://x', 's3')`,
    `SELECT version()`,
    `SELECT session_user`,
    `SELECT filename FROM logs.web`,
    `SELECT file_index FROM logs.web`,
  ],
}

/** All names below a directory, to see that none was added. */
function filesIn(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort((a, b) => (a < b ? -1 : 1))
    .join('\n')
}

function spelled(sql: string): string {
  return sql
    .replaceAll('OUT', outside)
    .replaceAll("IN'", `${inside}'`)
    .replaceAll('IN"', `${inside}"`)
    .replaceAll('NEW', join(lake.directory, 'new'))
}

describe('forbidden to the SQL of a user', () => {
  for (const [purpose, statements] of Object.entries(FORBIDDEN)) {
    it(`${purpose}: ${statements.length} ways`, async () => {
      const files = filesIn(lake.directory)
      for (const statement of statements) {
        await assert.rejects(
          service.run(spelled(statement)),
          (error) =>
            error instanceof HozonError &&
            error.code.startsWith('HOZON_SQL_') &&
            !['HOZON_SQL_MEMORY', 'HOZON_SQL_TIMEOUT'].includes(error.code),
          statement,
        )
      }
      const next = await service.run('SELECT host FROM logs.web')
      assert.deepEqual(next.rows, [['"a"']])
      assert.equal(filesIn(lake.directory), files)
      assert.equal(existsSync(join(lake.directory, 'new')), false)
    })
  }

  it('other tables stay out of reach of a view', async () => {
    const { rows } = await service.run(`SELECT count(*) FROM logs.web, (SELECT 1) AS secret`)
    assert.deepEqual(rows, [['1']])
  })
})

describe('mutated statements', () => {
  const SEED = Number(process.env['SEED'] ?? 20261123)
  const MARK = 'hozon-mark-7f3a'

  it(`read nothing but what they name (SEED=${SEED})`, async () => {
    await writeFile(outside, `a\n${MARK}\n`)
    const files = filesIn(lake.directory)
    const random = seededRandom(SEED)
    const harmless = [
      'SELECT host, bytes FROM logs.web WHERE bytes > 0 ORDER BY host LIMIT 3',
      'WITH x AS (SELECT host FROM logs.web) SELECT count(*) FROM x GROUP BY host',
      `SELECT upper(host) || 'x' FROM (SELECT * FROM logs.web) y UNION ALL SELECT CAST(1 AS varchar)`,
    ]
    const harmful = Object.values(FORBIDDEN).flat().map(spelled)
    const tokens = harmful.flatMap((sql) => sql.match(/'[^']*'|"[^"]*"|\w+|[^\s\w]/g) ?? [])
    const pick = <T>(of: readonly T[]): T => of[random.below(of.length)]!
    for (let round = 0; round < ROUNDS; round++) {
      const words = pick(random.chance(0.5) ? harmless : harmful).split(' ')
      for (let change = 1 + random.below(4); change > 0; change--) {
        const piece = random.chance(0.3) ? pick(harmful) : pick(tokens)
        words.splice(random.below(words.length + 1), random.below(2), piece)
      }
      const sql = words.join(' ')
      const answer = await service.run(sql, { timeoutMs: 20_000 }).then(
        ({ rows }) => JSON.stringify(rows),
        (error: unknown) => {
          assert.ok(error instanceof HozonError, `${sql}: ${String(error)}`)
          return ''
        },
      )
      assert.ok(!answer.includes(MARK) && !answer.includes('root:'), `SEED=${SEED} ${sql}`)
      assert.ok(!answer.includes('tell nobody') || sql.includes('secret'), `SEED=${SEED} ${sql}`)
    }
    assert.equal(filesIn(lake.directory), files)
    assert.deepEqual((await service.run('SELECT host FROM logs.web')).rows, [['"a"']])
  })
})
