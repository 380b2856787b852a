/** How queries end that do not end by themselves, with engines that are nothing but a message channel. */
import { equal, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { simulatedSys, type SimulatedSys } from '../../sys/simulated.ts'
import type { Child } from '../../sys/sys.ts'
import { ENDLESS_ROOM } from '../disk-room.ts'
import { openEnginePool, type EnginePool } from './engine-pool.ts'

interface World {
  sys: SimulatedSys
  pool: EnginePool
  /** How each engine was ended, in order. */
  killed: (string | undefined)[]
}

function openWorld(): World {
  const sys = simulatedSys(1)
  const killed: (string | undefined)[] = []
  sys.onFork = () => {
    const child: Child = {
      pid: 7,
      send: () => {},
      onMessage: () => {},
      onExit: () => {},
      kill(signal) {
        killed.push(signal)
        child.onExit(null, signal ?? 'SIGTERM')
      },
    }
    return child
  }
  const pool = openEnginePool(sys, {
    enginesMax: 1,
    waitingMax: 1,
    idleMs: 60_000,
    residentMiBMax: 640,
    spillDirectory: undefined,
    room: ENDLESS_ROOM,
  })
  return { sys, pool, killed }
}

const never = (): Promise<never> => new Promise(() => {})

describe('what is done with an engine', () => {
  test('ends with the time of the query, whatever it waits for', async () => {
    const { sys, pool, killed } = openWorld()
    let ended: AbortSignal | undefined
    const lent = pool.lend({ timeoutMs: 1000, signal: undefined }, (_call, signal) => {
      ended = signal
      return never()
    })
    const rejected = rejects(lent, { code: 'HOZON_SQL_TIMEOUT' })
    await sys.clock.advance(999)
    equal(ended?.aborted, false)
    await sys.clock.advance(1)
    equal(ended?.aborted, true)
    await sys.clock.advance(2000)
    await rejected
    equal(killed.at(-1), 'SIGKILL')
  })

  test('hears of it when the query is cancelled, and may end by itself', async () => {
    const { sys, pool } = openWorld()
    const stop = new AbortController()
    const lent = pool.lend({ timeoutMs: 60_000, signal: stop.signal }, async (_call, signal) => {
      await sys.clock.sleep(10_000, signal)
      throw new Error('of what was done')
    })
    const rejected = rejects(lent, { code: 'HOZON_SQL_CANCELLED' })
    await sys.clock.settle()
    stop.abort()
    await rejected
    equal(sys.clock.monotonic(), 0)
  })

  test('that ends in time is answered', async () => {
    const { pool } = openWorld()
    equal(await pool.lend({ timeoutMs: 1000, signal: undefined }, async () => 5), 5)
    await pool.close()
  })
})
