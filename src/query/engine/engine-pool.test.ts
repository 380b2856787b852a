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
  started: () => number
  /** The first engine dies by itself. */
  die: () => Promise<void>
  /** Says that an engine's instance is closed; it waits for that until then. */
  settle: (failure?: string) => Promise<void>
}

const LIMITS = { timeoutMs: 1000, signal: undefined }

function openWorld(enginesMax = 1): World {
  const sys = simulatedSys(1)
  const killed: (string | undefined)[] = []
  const settling: ((failure: string | undefined) => void)[] = []
  let started = 0
  const children: Child[] = []
  sys.onFork = () => {
    started++
    const child: Child = {
      pid: 7,
      send(message) {
        const { id, method } = message as { id: number; method: string }
        if (method !== 'settle') return
        settling.push((failure) =>
          child.onMessage(failure === undefined ? { id, result: null } : { id, error: { message: failure } }),
        )
      },
      onMessage: () => {},
      onExit: () => {},
      kill(signal) {
        killed.push(signal)
        child.onExit(null, signal ?? 'SIGTERM')
      },
    }
    children.push(child)
    return child
  }
  const pool = openEnginePool(sys, {
    enginesMax,
    waitingMax: 1,
    idleMs: 60_000,
    residentMiBMax: 640,
    spillDirectory: undefined,
    room: ENDLESS_ROOM,
  })
  const die = async (): Promise<void> => {
    children[0]!.onExit(null, 'SIGSEGV')
    await sys.clock.settle()
  }
  const settle = async (failure?: string): Promise<void> => {
    settling.shift()!(failure)
    await sys.clock.settle()
  }
  return { sys, pool, killed, settle, started: () => started, die }
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
    equal(await pool.lend(LIMITS, async () => 5), 5)
    await pool.close()
  })

  test('is lent again when its instance is closed, and nobody starts another one for that moment', async () => {
    const { sys, pool, settle, started } = openWorld(2)
    equal(await pool.lend(LIMITS, async () => 1), 1)
    let second: number | undefined
    void pool.lend(LIMITS, async () => 2).then((answer) => (second = answer))
    await sys.clock.settle()
    equal(second, undefined)
    equal(started(), 1)
    // Whoever comes then does not wait behind the second.
    equal(await pool.lend(LIMITS, async () => 3), 3)
    equal(started(), 2)
    await settle()
    equal(second, 2)
  })

  test('is ended when it keeps too much of its memory', async () => {
    const { sys, pool, killed, settle, started } = openWorld()
    sys.disk.write('/proc/7/statm', `999999 ${(400 * 2 ** 20) / 4096} 1`)
    equal(await pool.lend(LIMITS, async () => 1), 1)
    await settle()
    equal(killed.length, 1)
    equal(await pool.lend(LIMITS, async () => 2), 2)
    equal(started(), 2)
  })

  test('is ended when it does not get done with a query, and another one takes its place', async () => {
    const { sys, pool, killed, started } = openWorld()
    equal(await pool.lend(LIMITS, async () => 1), 1)
    await sys.clock.advance(29_999)
    equal(killed.length, 0)
    await sys.clock.advance(1)
    await sys.clock.settle()
    equal(killed.length, 1)
    equal(await pool.lend(LIMITS, async () => 2), 2)
    equal(started(), 2)
  })

  test('is ended when it can not close its instance', async () => {
    const { pool, killed, settle, started } = openWorld()
    equal(await pool.lend(LIMITS, async () => 1), 1)
    await settle('no')
    equal(killed.length, 1)
    equal(await pool.lend(LIMITS, async () => 2), 2)
    equal(started(), 2)
  })

  test('that dies while it settles is waited for by nobody', async () => {
    for (const enginesMax of [1, 2]) {
      const { sys, pool, die, started } = openWorld(enginesMax)
      equal(await pool.lend(LIMITS, async () => 1), 1)
      let second: number | undefined
      void pool.lend(LIMITS, async () => 2).then((answer) => (second = answer))
      await sys.clock.settle()
      equal(second, undefined)
      await die()
      await sys.clock.settle()
      equal(second, 2)
      equal(started(), 2)
    }
  })
})
