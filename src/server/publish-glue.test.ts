import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../base/errors.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { GlueMark } from '../catalog/glue.ts'
import { openLocalStore } from '../store/local-store.ts'
import { simulatedSys } from '../sys/simulated.ts'
import { publishGlueChanges } from './publish-glue.ts'

const MARK: GlueMark = { kind: 'database', name: ['lake'], change: 1 }
const DOWN = new HozonError('HOZON_STORE_UNAVAILABLE', 'down', { op: 'put object', retryable: true })

async function opened() {
  const sys = simulatedSys(1)
  await sys.files.makeDirectory('/scratch')
  const store = await openLocalStore(sys, '/store')
  let marks = [MARK]
  let isClosed = false
  const open = <T>(value: T): T => {
    equal(isClosed, false, 'the catalog is closed')
    return value
  }
  const copies = {
    publishTo: () => {},
    marks: () => open(marks),
    read: () => open({ Name: 'lake' }),
    forget: () => void (marks = open([])),
  }
  const catalog = { glue: { copies } } as unknown as Catalog
  const putFile = store.putFile.bind(store)
  const failures: unknown[] = []
  return {
    sys,
    store,
    failures,
    repair: () => void (store.putFile = putFile),
    left: () => marks,
    closeCatalog: () => void (isClosed = true),
    publishing: () =>
      publishGlueChanges({
        sys,
        store,
        scratch: '/scratch',
        catalog,
        bucket: 'lake',
        failed: (error) => failures.push(error),
      }),
  }
}

test('a stop copies what an attempt before has failed to copy', async () => {
  const { sys, store, publishing, repair, failures, left } = await opened()
  store.putFile = () => Promise.reject(DOWN)
  const glue = publishing()
  await sys.clock.settle()
  deepEqual(failures, [DOWN])
  repair()
  await glue.close()
  deepEqual(left(), [])
})

test('a stop does not wait for a store that does not answer', async () => {
  const { sys, store, publishing, left, closeCatalog } = await opened()
  let answer: (outcome: 'created') => void = () => {}
  store.putFile = () => new Promise((resolve) => (answer = resolve))
  const glue = publishing()
  await sys.clock.settle()
  const closed = glue.close()
  await sys.clock.advance(10_000)
  await closed
  closeCatalog()
  answer('created')
  await sys.clock.settle()
  deepEqual(left().length, 1)
})
