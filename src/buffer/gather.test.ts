import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import type { StreamBuffer } from './buffer.ts'
import { openBuffer } from './open-buffer.ts'

/** A buffer whose appends are requests, each of a sender of its own. */
async function open(sys: SimulatedSys) {
  const buffer = await openBuffer(sys, { stream: 's', directory: '/data/buffer', deliveredThrough: 0 })
  let number = 0
  let durable = 0
  let syncs = 0
  const put = async (count: number, bytes = 1): Promise<void> => {
    const appends = Array.from({ length: count }, () => {
      const requestId = Buffer.alloc(16)
      requestId.writeUInt32LE(++number)
      const appended = buffer.append({ chunks: [Buffer.alloc(bytes, 'x')], records: 1, requestId })
      void appended.then(() => durable++)
      return appended
    })
    await Promise.all(appends)
  }
  // Data, journal, and the name of the first segment.
  await put(1)
  sys.faults.onOperation = ({ name }) => void (name === 'sync' && syncs++)
  durable = 0
  return { buffer, put, durable: () => durable, commits: () => syncs / 2 }
}

async function sealedBytes(buffer: StreamBuffer): Promise<number> {
  await buffer.seal()
  return buffer.sealed().reduce((sum, { bytes }) => sum + bytes, 0)
}

test('requests of few senders are durable without waiting', async () => {
  const sys = simulatedSys(1)
  const { put, durable, commits } = await open(sys)
  for (let turn = 1; turn <= 3; turn++) {
    await put(2)
    assert.equal(commits(), turn)
  }
  assert.equal(durable(), 6)
})

test('requests of many share a commit for as long as more keep coming', async () => {
  const sys = simulatedSys(2)
  const { buffer, put, durable, commits } = await open(sys)
  void put(6)
  await sys.clock.advance(1)
  void put(1)
  await sys.clock.advance(2)
  void put(1)
  await sys.clock.advance(0)
  assert.deepEqual([durable(), commits()], [0, 0])
  await sys.clock.advance(3)
  assert.deepEqual([durable(), commits()], [8, 1])
  assert.equal(await sealedBytes(buffer), 9)
})

test('but no longer than ten milliseconds', async () => {
  const sys = simulatedSys(3)
  const { put, durable, commits } = await open(sys)
  void put(6)
  for (let ms = 0; ms < 10; ms++) {
    assert.deepEqual([durable(), commits()], [0, 0])
    await sys.clock.advance(1)
    void put(1)
  }
  await sys.clock.advance(0)
  assert.ok(durable() >= 15, `${durable()} are durable`)
  assert.equal(commits(), 1)
})

test('a megabyte is not waited with', async () => {
  const sys = simulatedSys(4)
  const { put, commits } = await open(sys)
  await put(6, 200_000)
  assert.equal(commits(), 1)
})

test('what is gathered is durable when the buffer is closed', async () => {
  const sys = simulatedSys(5)
  const { buffer, put, durable } = await open(sys)
  void put(7)
  await sys.clock.runUntil(buffer.close())
  assert.equal(durable(), 7)
})
