import { equal, rejects } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { AwsError } from '../../aws/errors.ts'
import { HozonError } from '../../base/errors.ts'
import { openTestAthena, type TestAthena } from './testing/test-athena.ts'

describe('a store that is down', () => {
  let athena: TestAthena
  before(async () => {
    athena = await openTestAthena()
  })
  after(() => athena.close())

  const blamed = (reason: string) => (error: unknown) => {
    equal(error instanceof AwsError && error.name, 'InternalServerException')
    const { message } = error as AwsError
    equal(message, `The store at ${athena.store.location} does not give what is needed: ${reason}`)
    return true
  }
  const start = (): Promise<unknown> => athena.call('StartQueryExecution', { QueryString: 'SELECT 1' })

  it('is named to who wants to start a query, before clients give up', async (t) => {
    t.mock.method(athena.store, 'openBucket', () => new Promise(() => {}))
    const refused = rejects(start(), blamed('ask the store: no answer after 20000 ms'))
    await athena.clock.advance(20_000)
    await refused
    equal(
      ((await athena.call('ListQueryExecutions')) as { QueryExecutionIds: [] }).QueryExecutionIds.length,
      0,
    )
  })

  it('is named with its reason', async (t) => {
    const down = new HozonError('HOZON_STORE_UNAVAILABLE', 'ECONNREFUSED', {
      op: 'open bucket',
      retryable: true,
    })
    t.mock.method(athena.store, 'openBucket', () => Promise.reject(down))
    await rejects(start(), blamed('open bucket: ECONNREFUSED'))
  })

  it('is named to who reads results', async (t) => {
    const { QueryExecutionId } = await athena.run('SELECT 1')
    const denied = new HozonError('HOZON_STORE_DENIED', '403', {
      op: 'get object',
      target: 'a/b',
      hint: 'ask',
    })
    t.mock.method(athena.store.served, 'open', () => Promise.reject(denied))
    await rejects(athena.call('GetQueryResults', { QueryExecutionId }), blamed('get object a/b: 403; ask'))
  })
})
