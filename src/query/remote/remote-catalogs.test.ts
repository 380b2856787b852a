/** What is kept of live databases, with a process that answers from memory. */
import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { simulatedSys, type SimulatedSys } from '../../sys/simulated.ts'
import type { Child } from '../../sys/sys.ts'
import { openRemoteCatalogs, type RemoteCatalogs } from './remote-catalogs.ts'

interface World {
  sys: SimulatedSys
  catalogs: RemoteCatalogs
  /** Databases whose tables the process was asked for. */
  asked: string[]
}

function openWorld(): World {
  const sys = simulatedSys(1)
  const asked: string[] = []
  sys.onFork = () => answeringChild(asked)
  return { sys, asked, catalogs: openRemoteCatalogs(sys, { shop: 'postgresql://db/shop' }, '/rows') }
}

function answeringChild(asked: string[]): Child {
  const child: Child = {
    pid: 1,
    send(message) {
      const { id, params } = message as { id: number; params: { database: string } }
      asked.push(params.database)
      queueMicrotask(() => child.onMessage({ id, result: [{ name: 'items', columns: [] }] }))
    },
    onMessage: () => {},
    onExit: () => {},
    kill: () => child.onExit(0, null),
  }
  return child
}

describe('tables of a live database', () => {
  test('are asked for once within a few seconds, and again afterwards', async () => {
    const { sys, catalogs, asked } = openWorld()
    await catalogs.tables('shop', 'a')
    const [table] = await catalogs.tables('shop', 'a')
    equal(table?.name, 'items')
    deepEqual(asked, ['a'])
    await sys.clock.advance(5000)
    await catalogs.tables('shop', 'a')
    deepEqual(asked, ['a', 'a'])
    await catalogs.close()
  })

  test('are kept of few databases: the oldest are forgotten', async () => {
    const { catalogs, asked } = openWorld()
    for (let database = 0; database < 1000; database++) await catalogs.tables('shop', `d${database}`)
    asked.length = 0
    await catalogs.tables('shop', 'd999')
    deepEqual(asked, [])
    await catalogs.tables('shop', 'd0')
    deepEqual(asked, ['d0'])
    await catalogs.close()
  })

  test('are none where the name is longer than any can be', async () => {
    const { catalogs, asked } = openWorld()
    deepEqual(await catalogs.tables('shop', 'x'.repeat(256)), [])
    deepEqual(asked, [])
    equal((await catalogs.tables('shop', 'x'.repeat(255))).length, 1)
    await catalogs.close()
  })
})
