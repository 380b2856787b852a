/** `eval "$(hozon env)"; aws athena …`: both versions of the CLI. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aws, awsCli1, awsCli2, type Answer } from '../clients/aws-cli.ts'
import { Endpoint, INGEST_KEY, READ_KEY, type Key } from '../clients/endpoint.ts'
import { eventually } from '../hozon-process.ts'

type Json = Record<string, unknown>

for (const [version, find] of [
  ['2', awsCli2],
  ['1', awsCli1],
] as const) {
  test(`AWS CLI ${version}`, async (t) => {
    const cli = await find()
    const endpoint = await Endpoint.start('version: 1\nstreams: {}\n')
    const attempt = (env: Record<string, string>, ...args: string[]): Promise<Answer> => {
      const all = { AWS_MAX_ATTEMPTS: '1', ...endpoint.env, ...env }
      // Versions before 2.13, as Debian's, do not read AWS_ENDPOINT_URL.
      return aws(cli, ['athena', ...args, '--output', 'json', '--endpoint-url', endpoint.http], all)
    }
    const athena = async (...args: string[]): Promise<Json> => {
      const { code, stdout, stderr } = await attempt({}, ...args)
      assert.equal(code, 0, `aws athena ${args.join(' ')}: ${stderr}`)
      return stdout === '' ? {} : (JSON.parse(stdout) as Json)
    }
    const over = (id: string): Promise<Json> =>
      eventually(async () => {
        const answer = await athena('get-query-execution', '--query-execution-id', id)
        const execution = answer['QueryExecution'] as Json & { Status: { State: string } }
        return ['QUEUED', 'RUNNING'].includes(execution.Status.State) ? undefined : execution
      }, `the end of ${id}`)
    const start = async (sql: string, ...more: string[]): Promise<string> =>
      String((await athena('start-query-execution', '--query-string', sql, ...more))['QueryExecutionId'])
    try {
      await t.test('a query and its rows, page by page', async () => {
        const id = await start('SELECT n FROM UNNEST(sequence(1, 1500)) AS t(n)')
        assert.equal((await over(id))['WorkGroup'], 'primary')
        const { ResultSet: set } = (await athena('get-query-results', '--query-execution-id', id)) as {
          ResultSet: { Rows: { Data: { VarCharValue: string }[] }[] }
        }
        assert.equal(set.Rows.length, 1501)
        assert.deepEqual(
          [set.Rows[0], set.Rows[1500]].map((row) => row?.Data[0]?.VarCharValue),
          ['n', '1500'],
        )
      })
      await t.test('workgroups and saved statements', async () => {
        const configuration =
          'ResultConfiguration={OutputLocation=s3://cli/x/},BytesScannedCutoffPerQuery=10000000'
        await athena('create-work-group', '--name', 'cli', '--configuration', configuration)
        const { WorkGroups: groups } = (await athena('list-work-groups')) as { WorkGroups: Json[] }
        assert.deepEqual(
          groups.map(({ Name }) => Name),
          ['cli', 'primary'],
        )
        const prepared = ['--statement-name', 'one', '--work-group', 'cli']
        await athena('create-prepared-statement', ...prepared, '--query-statement', 'SELECT ?')
        const { PreparedStatement: saved } = await athena('get-prepared-statement', ...prepared)
        assert.equal((saved as Json)['QueryStatement'], 'SELECT ?')
        const { stderr } = await attempt({}, 'delete-work-group', '--work-group', 'cli')
        assert.match(stderr, /\(InvalidRequestException\).*WorkGroup cli is not empty/)
        await athena('delete-work-group', '--work-group', 'cli', '--recursive-delete-option')
      })
      await t.test('catalogs, databases, tables', async () => {
        await over(await start('CREATE DATABASE IF NOT EXISTS cli'))
        const catalog = ['--catalog-name', 'AwsDataCatalog']
        const { DatabaseList: databases } = (await athena('list-databases', ...catalog)) as {
          DatabaseList: Json[]
        }
        assert.ok(databases.some(({ Name }) => Name === 'cli'))
        const tables = await athena('list-table-metadata', ...catalog, '--database-name', 'cli')
        assert.deepEqual(tables['TableMetadataList'], [])
      })
      await t.test('errors', async () => {
        const { code, stderr } = await attempt({}, 'start-query-execution', '--query-string', 'SELEC 1')
        assert.notEqual(code, 0)
        assert.match(stderr, /\(InvalidRequestException\).*mismatched input 'SELEC'/)
      })
      await t.test('roles', async () => {
        await endpoint.addKey('ingest', INGEST_KEY)
        await endpoint.addKey('read', READ_KEY)
        const as = ({ id, secret }: Key, ...args: string[]): Promise<Answer> =>
          attempt({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }, ...args)
        const query = ['start-query-execution', '--query-string']
        assert.equal((await as(READ_KEY, ...query, 'SELECT 1')).code, 0)
        assert.match((await as(READ_KEY, ...query, 'DROP DATABASE cli')).stderr, /\(AccessDeniedException\)/)
        assert.match((await as(INGEST_KEY, ...query, 'SELECT 1')).stderr, /\(AccessDeniedException\)/)
        assert.match((await as(READ_KEY, 'create-work-group', '--name', 'x')).stderr, /AccessDenied/)
      })
    } finally {
      await endpoint.end()
    }
  })
}
