/** Copies of files on a disk that is nearly full. */
import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openDiskRoom } from '../query/disk-room.ts'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import { openFileCopies, type FileCopies } from './file-copies.ts'

const CAPACITY = 10_000
const FULL = { code: 'HOZON_SQL_DISK' }

interface World {
  sys: SimulatedSys
  copies: FileCopies
  copy: (bytes: number) => (path: string) => Promise<{ bytes: number }>
}

async function openWorld(): Promise<World> {
  const sys = simulatedSys(1)
  sys.faults.capacityBytes = CAPACITY
  sys.disk.write('/data/some', '')
  const room = openDiskRoom(sys, { directory: '/data', reserveBytes: 4000 })
  return {
    sys,
    copies: await openFileCopies(sys, room, '/data/copies'),
    copy: (bytes) => async (path) => {
      sys.disk.write(path, Buffer.alloc(bytes))
      return { bytes }
    },
  }
}

describe('copies of files', () => {
  test('of a known size are refused before anything is written, also beside others in the making', async () => {
    const { sys, copies, copy } = await openWorld()
    const lease = copies.lease()
    const made = Promise.withResolvers<{ bytes: number }>()
    const first = lease.take('first', 4000, () => made.promise)
    await rejects(lease.take('second', 4000, copy(4000)), FULL)
    made.resolve({ bytes: 0 })
    await first
    equal(sys.disk.exists('/data/copies/2'), false)
    // A refusal is not remembered.
    await lease.take('second', 4000, copy(4000))
    lease.release()
  })

  test('make room for others when no query uses them', async () => {
    const { copies, copy } = await openWorld()
    const used = copies.lease()
    await used.take('used', 2000, copy(2000))
    const over = copies.lease()
    await over.take('unused', 3000, copy(3000))
    over.release()
    const lease = copies.lease()
    await lease.take('new', 3000, copy(3000))
    const again: string[] = []
    const note = (name: string) => async (path: string) => {
      again.push(name)
      return copy(0)(path)
    }
    await lease.take('used', 0, note('used'))
    await lease.take('unused', 0, note('unused'))
    deepEqual(again, ['unused'])
  })

  test('that a query expects are refused before one is made, and those that are there stay', async () => {
    const { sys, copies, copy } = await openWorld()
    const before = copies.lease()
    await before.take('there', 2000, copy(2000))
    await before.take('unused', 2000, copy(2000))
    before.release()
    const there = { name: 'there', bytes: 2000 }
    const lease = copies.lease()
    await lease.expect([there, { name: 'a', bytes: 2000 }])
    // Together with the one before: too much even without the copy that nobody uses.
    await rejects(lease.expect([{ name: 'b', bytes: 2500 }]), {
      ...FULL,
      message: 'the disk has no room left for queries: 4.39 KiB are needed, and 3.91 KiB are left',
    })
    deepEqual(
      (await sys.files.list('/data/copies')).map(({ name }) => name),
      ['1'],
    )
    lease.release()
    await rejects(lease.expect([there]), { code: 'HOZON_SQL_CANCELLED' })
  })

  test('that grow without end are stopped, and removed', async () => {
    const { sys, copies } = await openWorld()
    const lease = copies.lease()
    const outcome = lease.take('endless', 10, (path, signal) => {
      const { promise, reject } = Promise.withResolvers<{ bytes: number }>()
      sys.disk.write(path, Buffer.alloc(7000))
      signal.addEventListener('abort', () => reject(new Error('ended')), { once: true })
      return promise
    })
    const refused = rejects(outcome, FULL)
    await sys.clock.runUntil(refused)
    await refused
    equal(sys.disk.exists('/data/copies/1'), false)
  })

  test('that nobody waits for any more leave nothing, also where making them goes on to its end', async () => {
    const { sys, copies } = await openWorld()
    const lease = copies.lease()
    const begun = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const abandoned = lease.take('abandoned', 5000, async (path) => {
      begun.resolve()
      await goOn.promise
      sys.disk.write(path, Buffer.alloc(5000))
      return { bytes: 5000 }
    })
    await begun.promise
    lease.release()
    goOn.resolve()
    await rejects(abandoned, { code: 'HOZON_SQL_CANCELLED' })
    equal(sys.disk.exists('/data/copies/1'), false)
  })
})
