/** Executions: their states, their shape, and that each comes to an end. */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { HozonError } from '../../base/errors.ts'
import {
  csvAnswer,
  invalid,
  isAwsError,
  NOTHING_ELSE,
  openTestAthena,
  textAnswer,
  type Answer,
  type TestAthena,
} from './testing/test-athena.ts'

const TOKEN = 'a token of at least 32 characters'
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('executions', () => {
  let athena: TestAthena
  beforeEach(async () => {
    athena = await openTestAthena()
  })
  afterEach(() => athena.close())

  const start = async (sql: string, input: object = {}): Promise<string> =>
    (await athena.call('StartQueryExecution', { QueryString: sql, ...input }))['QueryExecutionId']
  const stateOf = async (id: string): Promise<string> =>
    (await athena.call('GetQueryExecution', { QueryExecutionId: id }))['QueryExecution'].Status.State
  /** Until it is cancelled. */
  const forever = (): void => {
    athena.behaviour.execute = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        const cancelled = new HozonError('HOZON_SQL_CANCELLED', 'cancelled', { op: 'run query' })
        signal?.addEventListener('abort', () => reject(cancelled))
      })
  }

  it('have the shape of AWS, and their answer is in the store', async () => {
    const context = { Database: 'logs', Catalog: 'AwsDataCatalog' }
    const execution = await athena.run('SELECT 1 AS n', { QueryExecutionContext: context })
    const id: string = execution['QueryExecutionId']
    match(id, ID)
    const { Statistics: statistics, ...rest } = execution
    deepEqual(rest, {
      QueryExecutionId: id,
      Query: 'SELECT 1 AS n',
      StatementType: 'DML',
      SubstatementType: 'SELECT',
      ResultConfiguration: { OutputLocation: `s3://hozon-query-results/${id}.csv` },
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
      QueryExecutionContext: context,
      Status: {
        State: 'SUCCEEDED',
        SubmissionDateTime: athena.clock.now() / 1000,
        CompletionDateTime: athena.clock.now() / 1000,
      },
      WorkGroup: 'primary',
      EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' },
    })
    equal(statistics.DataScannedInBytes, 100)
    deepEqual(statistics.ResultReuseInformation, { ReusedPreviousResult: false })
    for (const name of [
      'EngineExecution',
      'QueryQueue',
      'QueryPlanning',
      'TotalExecution',
      'ServiceProcessing',
    ])
      ok(statistics[`${name}TimeInMillis`] > 0, name)
    equal(statistics.DataManifestLocation, undefined)
    equal(await athena.read(`s3://hozon-query-results/${id}.csv`), '"n"\n"1"\n')
    const metadata = await athena.read(`s3://hozon-query-results/${id}.csv.metadata`)
    ok(metadata.includes('hive') && metadata.includes('varchar'))
    const { QueryRuntimeStatistics: runtime } = await athena.call('GetQueryRuntimeStatistics', {
      QueryExecutionId: id,
    })
    deepEqual(runtime.Rows, { InputBytes: 100, OutputBytes: 8, OutputRows: 1 })
    ok(runtime.Timeline.TotalExecutionTimeInMillis > 0)
  })

  it('take a database that is quoted as within a statement', async () => {
    const seen: (string | undefined)[] = []
    athena.behaviour.execute = (_, options) => {
      seen.push(options.database)
      return csvAnswer(options, ['n'], [])
    }
    for (const database of ['`logs`', '"logs"', 'logs'])
      await athena.run('SELECT 1', { QueryExecutionContext: { Database: database } })
    deepEqual(seen, ['logs', 'logs', 'logs'])
  })

  it('succeed only when their answer is in the store', async () => {
    const { store } = athena
    let statesAtPut: string[] = []
    const putFile = store.putFile.bind(store)
    store.putFile = async (bucket, key, ...rest) => {
      statesAtPut.push(await stateOf(id))
      return putFile(bucket, key, ...rest)
    }
    const id = await start('SELECT 1')
    await athena.end(id)
    deepEqual(new Set(statesAtPut), new Set(['RUNNING']))
    store.putFile = () =>
      Promise.reject(new HozonError('HOZON_STORE_FULL', 'no room', { op: 'put object', retryable: true }))
    const failed = await athena.run('SELECT 2')
    deepEqual(failed['Status'].AthenaError, {
      ErrorCategory: 1,
      ErrorType: 9999,
      Retryable: true,
      ErrorMessage: 'put object: no room',
    })
    equal(failed['Status'].State, 'FAILED')
    equal(athena.failures.length, 1)
  })

  it('are found by the token of their request, also by another process', async () => {
    forever()
    const id = await start('SELECT 1', { ClientRequestToken: TOKEN })
    equal(await start('SELECT 1', { ClientRequestToken: TOKEN }), id)
    await rejects(
      start('SELECT 2', { ClientRequestToken: TOKEN }),
      invalid('Idempotent parameters do not match', 'INVALID_INPUT'),
    )
    await athena.restart()
    equal(await start('SELECT 1', { ClientRequestToken: TOKEN }), id)
    // Of two that arrive at once only one is made.
    const both = await Promise.all([1, 2].map(() => start('SELECT 3', { ClientRequestToken: `${TOKEN}!` })))
    equal(new Set(both).size, 1)
  })

  it('are started many at once without taking the places of queries that wait for an engine', async () => {
    let checks = 0
    let most = 0
    athena.behaviour.check = async () => {
      most = Math.max(most, ++checks)
      await new Promise((resolve) => setImmediate(resolve))
      checks--
    }
    const ids = await Promise.all(Array.from({ length: 100 }, (_, n) => start(`SELECT ${n}`)))
    for (const id of ids) equal((await athena.end(id))['Status'].State, 'SUCCEEDED')
    equal(most, 8)
  })

  it('end as failed when the server stops or dies', async () => {
    for (const orderly of [true, false]) {
      forever()
      const ids = [await start('SELECT 1'), await start('SHOW TABLES')]
      for (let more = 0; more < 20; more++) ids.push(await start('SELECT 2'))
      deepEqual(new Set(await Promise.all(ids.map(stateOf))), new Set(['RUNNING', 'QUEUED']))
      await athena.restart({ orderly })
      for (const id of ids) {
        const { Status: status } = await athena.end(id)
        equal(status.State, 'FAILED')
        match(status.StateChangeReason, /stopped/)
        deepEqual([status.AthenaError.ErrorCategory, status.AthenaError.Retryable], [1, true])
      }
    }
  })

  it('wait for their turn, and are refused when there are too many', async () => {
    forever()
    const ids: string[] = []
    for (let index = 0; index < 200; index++) ids.push(await start('SELECT 1'))
    const error = await start('SELECT 1').catch((thrown: unknown) => thrown)
    ok(isAwsError(error))
    equal(error.name, 'TooManyRequestsException')
    equal(error.members['Reason'], 'CONCURRENT_QUERY_LIMIT_EXCEEDED')
    const running = (await Promise.all(ids.map(stateOf))).filter((state) => state === 'RUNNING')
    equal(running.length, 8)
    await athena.call('StopQueryExecution', { QueryExecutionId: ids[0] })
    await athena.call('StopQueryExecution', { QueryExecutionId: ids[199] })
    equal((await athena.end(ids[0]!))['Status'].StateChangeReason, 'Query cancelled by user')
    equal((await athena.end(ids[199]!))['Status'].State, 'CANCELLED')
    while ((await stateOf(ids[8]!)) !== 'RUNNING') await new Promise((resolve) => setImmediate(resolve))
    await start('SELECT 1')
    // Statements that need no engine pass them by.
    athena.behaviour.execute = (_, options) => textAnswer(options, 'a\n')
    equal((await athena.run('SHOW TABLES'))['Status'].State, 'SUCCEEDED')
  })

  it('tell why they did not succeed', async () => {
    const cases: [HozonError | Error, string, string, number | undefined][] = [
      [fault('HOZON_SQL_FAILED', 'DIVISION_BY_ZERO: /'), 'FAILED', 'DIVISION_BY_ZERO: /', 2],
      [fault('HOZON_SQL_TABLE', 'TABLE_NOT_FOUND: t'), 'FAILED', 'TABLE_NOT_FOUND: t', 2],
      [
        fault('HOZON_SQL_SCAN_LIMIT', 'x'),
        'CANCELLED',
        'Query cancelled! : Bytes scanned limit was exceeded',
        undefined,
      ],
      [
        new Error('secret of ours'),
        'FAILED',
        'GENERIC_INTERNAL_ERROR: the query failed because of an unknown error',
        1,
      ],
    ]
    for (const [error, state, reason, category] of cases) {
      athena.behaviour.execute = () => Promise.reject(error)
      const { Status: status } = await athena.run('SELECT 1')
      deepEqual([status.State, status.StateChangeReason], [state, reason])
      equal(status.AthenaError?.ErrorCategory, category)
    }
    equal(athena.failures.length, 1)
  })

  it('are refused at the start where the text is no statement', async () => {
    await rejects(start('blah_blah'), { name: 'InvalidRequestException', message: /blah_blah/ })
    athena.behaviour.check = () => Promise.reject(fault('HOZON_SQL_SYNTAX', 'line 1:8: mismatched input'))
    await rejects(start('SELECT FROM'), invalid('line 1:8: mismatched input', 'MALFORMED_QUERY'))
    await rejects(start(''), { name: 'InvalidRequestException', message: /1 validation error.*queryString/ })
    // Engines that are busy say nothing of it.
    athena.behaviour.check = () => Promise.reject(fault('HOZON_SQL_CANCELLED', 'x'))
    equal((await athena.run('SELECT 1'))['Status'].State, 'SUCCEEDED')
    const asked = Promise.withResolvers<void>()
    athena.behaviour.check = (_, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener('abort', () => reject(fault('HOZON_SQL_CANCELLED', 'x')))
        asked.resolve()
      })
    const started = start('SELECT 1')
    // Only now: before it the store is asked, which takes real time, and has a limit of its own.
    await asked.promise
    await athena.clock.advance(2000)
    match(await started, ID)
  })

  it('are listed, the newest first, by workgroup', async () => {
    await athena.call('CreateWorkGroup', { Name: 'other' })
    const ids: string[] = []
    for (let index = 0; index < 5; index++) ids.unshift((await athena.run('SELECT 1'))['QueryExecutionId'])
    const others = (await athena.run('SELECT 1', { WorkGroup: 'other' }))['QueryExecutionId']
    const first = await athena.call('ListQueryExecutions', { MaxResults: 3 })
    deepEqual(first['QueryExecutionIds'], ids.slice(0, 3))
    const second = await athena.call('ListQueryExecutions', { MaxResults: 3, NextToken: first['NextToken'] })
    deepEqual(second, { QueryExecutionIds: ids.slice(3) })
    deepEqual(await athena.call('ListQueryExecutions', { WorkGroup: 'other' }), {
      QueryExecutionIds: [others],
    })
    const batch = await athena.call('BatchGetQueryExecution', { QueryExecutionIds: [ids[1], 'nobody'] })
    deepEqual(
      batch['QueryExecutions'].map(({ QueryExecutionId: id }: Answer) => id),
      [ids[1]],
    )
    equal(batch['UnprocessedQueryExecutionIds'][0].QueryExecutionId, 'nobody')
    for (const operation of ['GetQueryExecution', 'StopQueryExecution', 'GetQueryResults'])
      await rejects(
        athena.call(operation, { QueryExecutionId: 'nobody' }),
        invalid('QueryExecution nobody was not found'),
      )
  })

  it('of what writes have a manifest instead of an answer', async () => {
    athena.behaviour.execute = () =>
      Promise.resolve({
        ...NOTHING_ELSE,
        form: 'csv',
        columns: [{ name: 'rows', type: 'bigint', precision: 19, scale: 0 }],
        rows: 0,
        answerBytes: 0,
        updateCount: 7,
        manifest: ['s3://b/x/1', 's3://b/x/2'],
      })
    const location = { ResultConfiguration: { OutputLocation: 's3://mine/r' } }
    await athena.store.openBucket('mine')
    const ctas = await athena.run('CREATE TABLE t AS SELECT 1 AS a', location)
    const id = ctas['QueryExecutionId']
    equal(ctas['SubstatementType'], 'CREATE_TABLE_AS_SELECT')
    equal(ctas['ResultConfiguration'].OutputLocation, `s3://mine/r/tables/${id}`)
    equal(ctas['Statistics'].DataManifestLocation, `s3://mine/r/tables/${id}-manifest.csv`)
    equal(await athena.read(`s3://mine/r/tables/${id}-manifest.csv`), 's3://b/x/1\ns3://b/x/2\n')
    const results = await athena.call('GetQueryResults', { QueryExecutionId: id })
    deepEqual([results['UpdateCount'], results['ResultSet'].Rows], [7, []])
    equal(results['ResultSet'].ResultSetMetadata.ColumnInfo[0].Name, 'rows')
    const manifest = await athena.call('GetQueryResults', {
      QueryExecutionId: id,
      QueryResultType: 'DATA_MANIFEST',
    })
    deepEqual(manifest['ResultSet'].Rows, [
      { Data: [{ VarCharValue: 's3://b/x/1' }] },
      { Data: [{ VarCharValue: 's3://b/x/2' }] },
    ])
    const unload = await athena.run("UNLOAD (SELECT 1) TO 's3://b/u/' WITH (format = 'PARQUET')", location)
    equal(unload['ResultConfiguration'].OutputLocation, `s3://mine/r/${unload['QueryExecutionId']}`)
  })

  /** As an INSERT that has made its rows visible, and then `then`. */
  const writing = (then: (signal: AbortSignal) => Promise<never>): void => {
    athena.behaviour.execute = (_, { executionId, signal }) => {
      athena.catalog.writes.plan(executionId, ['s3://b/x/1', 's3://b/x/2'])
      athena.catalog.glue.atOnce(() => athena.catalog.writes.commit(executionId, 7))
      return then(signal!)
    }
  }
  const aborted = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(fault('HOZON_SQL_CANCELLED', 'cancelled')))
    })
  const hasWritten = async (id: string): Promise<void> => {
    for (let look = 0; athena.catalog.athena.executions.written(id) === undefined; look++) {
      ok(look < 20_000, 'it never writes')
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const insertSucceeded = async (id: string): Promise<void> => {
    const execution = await athena.end(id)
    deepEqual([execution['Status'].State, execution['Status'].AthenaError], ['SUCCEEDED', undefined])
    const results = await athena.call('GetQueryResults', { QueryExecutionId: id })
    deepEqual([results['UpdateCount'], results['ResultSet'].Rows], [7, []])
    equal(results['ResultSet'].ResultSetMetadata.ColumnInfo[0].Name, 'rows')
    const manifest = execution['Statistics'].DataManifestLocation
    equal(await athena.read(manifest), 's3://b/x/1\ns3://b/x/2\n')
  }

  it('have succeeded once their rows are written, whatever happens then: who tried again would double them', async () => {
    const insert = 'INSERT INTO t SELECT 1'
    // The server dies.
    writing(() => new Promise(() => {}))
    const died = await start(insert)
    await hasWritten(died)
    await athena.restart({ orderly: false })
    await insertSucceeded(died)
    // It is stopped.
    writing(aborted)
    const closed = await start(insert)
    await hasWritten(closed)
    await athena.restart()
    await insertSucceeded(closed)
    // Its user stops it, too late.
    const stopped = await start(insert)
    await hasWritten(stopped)
    await athena.call('StopQueryExecution', { QueryExecutionId: stopped })
    await insertSucceeded(stopped)
    // Something fails behind the write.
    writing(() => Promise.reject(new Error('a folder could not be removed')))
    await insertSucceeded((await athena.run(insert))['QueryExecutionId'])
    deepEqual(athena.failures, [])
  })

  it('never ask for another try when only the manifest is missing', async () => {
    athena.store.putFile = () =>
      Promise.reject(new HozonError('HOZON_STORE_FULL', 'no room', { op: 'put object', retryable: true }))
    writing(() => Promise.reject(new Error('x')))
    const { Status: status } = await athena.run('INSERT INTO t SELECT 1')
    deepEqual([status.State, status.AthenaError.Retryable], ['FAILED', false])
    match(status.StateChangeReason, /the rows are written, but not their manifest: put object: no room/)
  })

  it('that write are cancelled when nothing is written yet', async () => {
    forever()
    const id = await start('INSERT INTO t SELECT 1')
    await athena.call('StopQueryExecution', { QueryExecutionId: id })
    equal((await athena.end(id))['Status'].State, 'CANCELLED')
    const interrupted = await start('INSERT INTO t SELECT 1')
    await athena.restart()
    const { Status: status } = await athena.end(interrupted)
    deepEqual([status.State, status.AthenaError.Retryable], ['FAILED', true])
  })

  it('take parameters for statements that have some, and no more of them than a statement is long', async () => {
    const expectedNone = invalid(
      'INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 0 but found 2',
      'MALFORMED_QUERY',
    )
    for (const sql of ['SHOW TABLES', 'DROP TABLE t', 'PREPARE p FROM SELECT 1', 'CREATE VIEW v AS SELECT 1'])
      await rejects(start(sql, { ExecutionParameters: ['1', '2'] }), expectedNone, sql)
    const longest = { ExecutionParameters: Array.from({ length: 256 }, () => '1'.repeat(1024)) }
    await start('SELECT ?', longest)
    longest.ExecutionParameters.push('1')
    await rejects(start('SELECT ?', longest), invalid(/more than 262144 characters in all/))
  })

  it('use an earlier answer where that is asked for', async () => {
    let runs = 0
    athena.behaviour.execute = (_, options) => csvAnswer(options, ['n'], [[String(++runs)]])
    const reuse = (minutes: number): object => ({
      ResultReuseConfiguration: {
        ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: minutes },
      },
    })
    const first = await athena.run('SELECT 1')
    const again = await athena.run('SELECT 1', reuse(10))
    equal(again['Statistics'].ResultReuseInformation.ReusedPreviousResult, true)
    equal(again['Statistics'].DataScannedInBytes, 0)
    equal(again['ResultConfiguration'].OutputLocation, first['ResultConfiguration'].OutputLocation)
    const rows = await athena.call('GetQueryResults', { QueryExecutionId: again['QueryExecutionId'] })
    equal(rows['ResultSet'].Rows[1].Data[0].VarCharValue, '1')
    equal(runs, 1)
    const database = { QueryExecutionContext: { Database: 'x' } }
    for (const other of [reuse(0), { ...reuse(10), ...database }, {}]) {
      await athena.clock.advance(1000)
      const execution = await athena.run('SELECT 1', other)
      equal(execution['Statistics'].ResultReuseInformation.ReusedPreviousResult, false)
    }
    equal(runs, 4)
    // An object that somebody has removed can not be used again.
    const { output } = JSON.parse(
      athena.catalog.athena.executions.find(first['QueryExecutionId'])!.definition,
    )
    await athena.clock.advance(20 * 60_000)
    const young = await athena.run('SELECT 1')
    await athena.store.remove(output.bucket, `${young['QueryExecutionId']}.csv`)
    equal(
      (await athena.run('SELECT 1', reuse(10)))['Statistics'].ResultReuseInformation.ReusedPreviousResult,
      false,
    )
  })
})

function fault(code: string, message: string): HozonError {
  return new HozonError(code, message, { op: 'run query' })
}
