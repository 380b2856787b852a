/** Who gets room on a small disk, and who has to end, with time and disk simulated. */
import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HozonError } from '../base/errors.ts'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import { openDiskRoom, type DiskRoom } from './disk-room.ts'

const CAPACITY = 10_000
const RESERVE = 4_000
const FULL = { code: 'HOZON_SQL_DISK', retryable: false }

interface World {
  sys: SimulatedSys
  room: DiskRoom
  stopped: string[]
  /** Watched: who is stopped removes its file. */
  taker: (name: string) => Promise<{ release(): void }>
  write: (name: string, bytes: number) => void
}

function openWorld(): World {
  const sys = simulatedSys(1)
  sys.faults.capacityBytes = CAPACITY
  sys.disk.write('/data/some', '')
  const room = openDiskRoom(sys, { directory: '/data', reserveBytes: RESERVE })
  const stopped: string[] = []
  return {
    sys,
    room,
    stopped,
    taker: (name) =>
      room.take({
        paths: [`/data/${name}`],
        stop({ code }: HozonError) {
          stopped.push(`${name} ${code}`)
        },
      }),
    write: (name, bytes) => sys.disk.write(`/data/${name}`, Buffer.alloc(bytes)),
  }
}

describe('the room for queries', () => {
  test('is what is free less the reserve, and never negative', async () => {
    const { room, write } = openWorld()
    equal(await room.bytes(), 6000)
    write('a', 6000)
    equal(await room.bytes(), 0)
    await rejects(room.refuseWhenFull(), FULL)
    write('a', 8000)
    equal(await room.bytes(), 0)
  })

  test('what is promised to one is nobody else’s, also when many ask at once', async () => {
    const { room, write } = openWorld()
    const asked = ['a', 'b', 'c', 'd'].map((name) => room.take({ paths: [`/data/${name}`], bytes: 2500 }))
    const outcomes = await Promise.allSettled(asked)
    deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
    )
    const [refused] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    equal(
      (refused as HozonError).message,
      'the disk has no room left for queries: 2.44 KiB are needed, and 1000 B are left',
    )
    equal(await room.bytes(), 1000)
    // What is written is not taken twice.
    write('a', 2500)
    equal(await room.bytes(), 1000)
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') outcome.value.release()
    equal(await room.bytes(), 3500)
  })

  test('used up: who holds most is stopped, the next only when that one has had time to end', async () => {
    const { sys, stopped, taker, write } = openWorld()
    for (const name of ['small', 'large/spill', 'none']) await taker(name)
    write('small', 2000)
    write('large/spill', 3900)
    await sys.clock.advance(200)
    deepEqual(stopped, [])
    write('large/spill', 4100)
    await sys.clock.advance(500)
    deepEqual(stopped, ['large/spill HOZON_SQL_DISK'])
    await sys.clock.advance(1000)
    deepEqual(stopped, ['large/spill HOZON_SQL_DISK', 'small HOZON_SQL_DISK'])
    // Others have filled the disk: to stop a query that holds nothing would help nobody.
    await sys.clock.advance(5000)
    equal(stopped.length, 2)
  })

  test('half of the reserve gone: all are stopped at once', async () => {
    const { sys, stopped, taker, write } = openWorld()
    for (const name of ['small', 'large']) await taker(name)
    write('small', 2000)
    write('large', 6500)
    await sys.clock.advance(150)
    deepEqual(stopped, ['large HOZON_SQL_DISK', 'small HOZON_SQL_DISK'])
  })

  test('copies that nobody uses go before anybody is stopped or refused', async () => {
    const { sys, room, stopped, taker, write } = openWorld()
    let copyBytes = 3000
    write('copy', copyBytes)
    room.whenShort(async () => {
      const freed = copyBytes
      copyBytes = 0
      await sys.files.remove('/data/copy')
      return freed
    })
    const known = await room.take({ paths: ['/data/known'], bytes: 4000 })
    equal(copyBytes, 0)
    known.release()
    copyBytes = 3000
    write('copy', copyBytes)
    await taker('query')
    write('query', 3500)
    await sys.clock.advance(100)
    deepEqual([copyBytes, stopped], [0, []])
  })

  test('who has been released is left alone', async () => {
    const { sys, stopped, taker, write } = openWorld()
    const taken = await taker('a')
    write('a', 7000)
    taken.release()
    await sys.clock.advance(1000)
    deepEqual(stopped, [])
  })

  test('an answer also needs room where the store is', async () => {
    const { sys, write } = openWorld()
    const files = {
      ...sys.files,
      freeBytes: (path: string) => (path === '/store' ? Promise.resolve(4500) : sys.files.freeBytes(path)),
    }
    const room = openDiskRoom(
      { clock: sys.clock, files: Object.assign(Object.create(sys.files) as typeof sys.files, files) },
      { directory: '/data', alsoOn: ['/store'], reserveBytes: RESERVE },
    )
    equal(await room.bytes(), 500)
    write('a', 5900)
    equal(await room.bytes(), 100)
    await room.refuseWhenFull()
  })
})
