/** Downloads of queries that are cancelled, from a store that the test holds up. */
import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StoredObject } from '../catalog/catalog.ts'
import { ENDLESS_ROOM } from '../query/disk-room.ts'
import type { Store } from '../store/store.ts'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import { openObjectCache, type Fit, type ObjectCache } from './object-cache.ts'

const CANCELLED = { code: 'HOZON_SQL_CANCELLED' }
/** Downloads at a time, and more than them. */
const TURNS = 8
const MANY = 20

interface World {
  sys: SimulatedSys
  cache: ObjectCache
  /** Keys whose download has begun. */
  begun: string[]
  /** Resolves when so many have. */
  untilBegun: (count: number) => Promise<void>
  /** Answers a download; those that are not answered go on for ever. */
  answer: (key: string) => void
}

async function openWorld(): Promise<World> {
  const sys = simulatedSys(1)
  const begun: string[] = []
  const waiters = new Map<number, () => void>()
  const downloads = new Map<string, PromiseWithResolvers<void>>()
  const downloadOf = (key: string): PromiseWithResolvers<void> => {
    const download = downloads.get(key) ?? Promise.withResolvers<void>()
    downloads.set(key, download)
    return download
  }
  const store = {
    localPath: () => undefined,
    async getFile(_bucket: string, key: string, path: string, signal: AbortSignal) {
      begun.push(key)
      waiters.get(begun.length)?.()
      const { promise, reject } = downloadOf(key)
      signal.addEventListener('abort', () => reject(signal.reason))
      await promise
      sys.disk.write(path, key)
    },
  } as unknown as Store
  return {
    sys,
    cache: await openObjectCache({ sys, store, room: ENDLESS_ROOM }, '/cache'),
    begun,
    untilBegun: (count) => new Promise((resolve) => waiters.set(count, resolve)),
    answer: (key) => downloadOf(key).resolve(),
  }
}

const object = (key: string): StoredObject => ({ bucket: 'logs', key, bytes: 1 }) as StoredObject

const fit = (sys: SimulatedSys): Fit => ({
  name: 'fit',
  async write(path, out) {
    const content = await sys.files.readFile(path)
    sys.disk.write(out, `${content.toString()} fit`)
    return { bytes: content.length + 4 }
  },
})

describe('downloads of a query', () => {
  test('that is cancelled leave their turns to others, and nothing on the disk', async () => {
    const { sys, cache, begun, untilBegun, answer } = await openWorld()
    const cancelled = new AbortController()
    const lease = cache.lease(cancelled.signal)
    const fetches = Array.from({ length: MANY }, (_, index) => lease.fetch(object(`held/${index}`)))
    const outcomes = Promise.allSettled(fetches)
    const other = cache.lease()
    const path = other.fetch(object('other'))
    await untilBegun(TURNS)
    cancelled.abort()
    for (const outcome of await outcomes) {
      equal(outcome.status, 'rejected')
      equal(outcome.reason.code, CANCELLED.code)
    }
    answer('other')
    equal((await sys.files.readFile(await path)).toString(), 'other')
    equal(begun.filter((key) => key.startsWith('held/')).length, TURNS)
    deepEqual(
      (await sys.files.list('/cache')).map(({ name }) => `/cache/${name}`),
      [await path],
    )
    await rejects(lease.fetch(object('late')), CANCELLED)
  })

  test('that was cancelled before begin nothing', async () => {
    const { cache, begun } = await openWorld()
    await rejects(cache.lease(AbortSignal.abort()).fetch(object('a')), CANCELLED)
    deepEqual(begun, [])
  })

  test('go on while another one waits for them, also for what is made of them', async () => {
    const { sys, cache, untilBegun, answer } = await openWorld()
    const cancelled = new AbortController()
    const first = cache.lease(cancelled.signal)
    const second = cache.lease()
    const fits = [first, second].map((lease) => lease.fetchFit(object('a'), fit(sys)))
    const plain = [first, second].map((lease) => lease.fetch(object('b')))
    await untilBegun(2)
    cancelled.abort()
    answer('a')
    answer('b')
    const paths = await Promise.all([...fits, ...plain])
    const contents = await Promise.all(paths.map((path) => sys.files.readFile(path)))
    deepEqual(contents.map(String), ['a fit', 'a fit', 'b', 'b'])
  })
})
