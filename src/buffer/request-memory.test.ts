import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import type { Batch, BufferLimits, StreamBuffer } from './buffer.ts'
import { encodeEntry, type JournalEntry } from './journal-entry.ts'
import { openBuffer } from './open-buffer.ts'
import { RequestMemory } from './request-memory.ts'

const ROOM = '/data/buffer/s'
const MINUTE_MS = 60_000

const idOf = (number: number): Buffer => createHash('md5').update(String(number)).digest()
const request = (number: number, text = `${number}\n`): Batch => ({
  chunks: text === '' ? [] : [Buffer.from(text)],
  records: text === '' ? 0 : 1,
  requestId: idOf(number),
})
const open = (
  sys: SimulatedSys,
  limits: Partial<BufferLimits> = {},
  deliveredThrough = 0,
): Promise<StreamBuffer> =>
  openBuffer(sys, { stream: 's', directory: '/data/buffer', deliveredThrough, limits })

async function textOf(sys: SimulatedSys, buffer: StreamBuffer): Promise<string> {
  await buffer.seal()
  return buffer
    .sealed()
    .map(({ path }) => String(sys.disk.read(path)))
    .join('')
}

test('the newest requestsMax identities are remembered, never more than twice as many', () => {
  const memory = new RequestMemory({ requestsMax: 100, requestMemoryMs: MINUTE_MS })
  for (let number = 0; number < 1000; number++) {
    memory.add(idOf(number), 0)
    for (let back = 0; back < Math.min(100, number); back += 9) assert.ok(memory.has(idOf(number - back)))
    assert.equal(memory.has(idOf(number + 1)), false)
    const kept = memory.snapshot().reduce((bytes, { identities }) => bytes + identities.length, 0)
    assert.ok(kept <= 2 * 100 * 16)
  }
  assert.equal(memory.has(idOf(700)), false)
})

test('an identity is remembered for requestMemoryMs at least, and not for ever', () => {
  const memory = new RequestMemory({ requestsMax: 1000, requestMemoryMs: 30 * MINUTE_MS })
  for (let minute = 0; minute < 200; minute++) {
    memory.add(idOf(minute), minute * MINUTE_MS)
    assert.ok(memory.has(idOf(Math.max(0, minute - 30))))
    if (minute > 61) assert.equal(memory.has(idOf(minute - 61)), false)
  }
  memory.expire(228 * MINUTE_MS)
  assert.ok(memory.has(idOf(199)))
  memory.expire(230 * MINUTE_MS)
  assert.equal(memory.has(idOf(199)), false)
  assert.deepEqual(memory.snapshot(), [])
})

test('a clock that goes backwards forgets nothing early', () => {
  const memory = new RequestMemory({ requestsMax: 1000, requestMemoryMs: MINUTE_MS })
  memory.add(idOf(1), 100 * MINUTE_MS)
  memory.add(idOf(2), 0)
  memory.expire(0)
  assert.ok(memory.has(idOf(1)) && memory.has(idOf(2)))
})

test('identities with equal bytes at the places that are hashed are told apart', () => {
  const memory = new RequestMemory({ requestsMax: 10_000, requestMemoryMs: MINUTE_MS })
  const alike = (number: number): Buffer => {
    const identity = Buffer.alloc(16, 7)
    identity.writeUInt32LE(number, 4)
    return identity
  }
  for (let number = 0; number < 300; number++) memory.add(alike(number), 0)
  for (let number = 0; number < 600; number++) assert.equal(memory.has(alike(number)), number < 300)
})

test('a request is stored once: under way, durable, delivered, after a restart', async () => {
  const sys = simulatedSys(1)
  const buffer = await open(sys)
  await Promise.all([buffer.append(request(1)), buffer.append(request(2)), buffer.append(request(1))])
  await buffer.append(request(2))
  await buffer.append(request(3, ''))
  assert.equal(await textOf(sys, buffer), '1\n2\n')
  assert.equal(buffer.stats().receivedRecords, 2)
  await buffer.forget(1)
  const next = sys.crash({ mode: 'power' })
  const after = await open(next, {}, 1)
  for (const number of [1, 2, 3]) assert.ok(after.hasRequest(idOf(number)), `request ${number}`)
  assert.equal(after.hasRequest(idOf(4)), false)
  await Promise.all([1, 2, 3, 4].map((number) => after.append(request(number))))
  assert.equal(await textOf(next, after), '4\n')
})

test('equal content with another identity, or without one, is stored', async () => {
  const sys = simulatedSys(2)
  const buffer = await open(sys)
  const same = (number: number): Batch => request(number, 'x\n')
  const unnamed: Batch = { chunks: [Buffer.from('x\n')], records: 1 }
  await Promise.all([same(1), same(2), unnamed, unnamed].map((batch) => buffer.append(batch)))
  assert.equal(await textOf(sys, buffer), 'x\nx\nx\nx\n')
})

test('a request that was refused may come again, those that waited for it are refused with it', async () => {
  const sys = simulatedSys(3)
  const buffer = await open(sys)
  sys.faults.fail({ code: 'EIO', when: () => true, times: Infinity })
  const results = await Promise.allSettled([buffer.append(request(1)), buffer.append(request(1))])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.equal(buffer.hasRequest(idOf(1)), false)
  sys.faults.clear()
  await sys.clock.runUntil(buffer.waitForRoom(1, new AbortController().signal))
  await buffer.append(request(1))
  assert.equal(await textOf(sys, buffer), '1\n')
})

test('identities go from journal to journal, and a torn last entry takes bytes and identity alike', async () => {
  const sys = simulatedSys(4)
  const buffer = await open(sys, { journalBytesMax: 1000 })
  for (let number = 0; number < 100; number++) await buffer.append(request(number))
  const journals = (await sys.files.list(ROOM)).filter(({ name }) => name.endsWith('.journal'))
  assert.equal(journals.length, 1)
  assert.notEqual(journals[0]!.name, '0000000001.journal')
  await buffer.append(request(100))
  const next = sys.crash({ mode: 'process' })
  const path = `${ROOM}/${journals[0]!.name}`
  next.disk.truncate(path, next.disk.read(path).length - 1)
  const after = await open(next)
  for (let number = 0; number < 100; number++) assert.ok(after.hasRequest(idOf(number)), `request ${number}`)
  assert.equal(after.hasRequest(idOf(100)), false)
  const text = await textOf(next, after)
  assert.ok(text.endsWith('99\n') && !text.includes('100'))
})

test('the snapshot of a start does not carry what nobody asks for any more', async () => {
  const sys = simulatedSys(5)
  const limits = { requestMemoryMs: MINUTE_MS }
  await (await open(sys, limits)).append(request(1))
  const next = sys.crash({ mode: 'process' })
  assert.ok((await open(next, limits)).hasRequest(idOf(1)))
  await next.clock.advance(MINUTE_MS)
  const later = next.crash({ mode: 'process' })
  assert.equal((await open(later, limits)).hasRequest(idOf(1)), false)
  assert.equal(later.disk.read(`${ROOM}/0000000003.journal`).includes('"requests"'), false)
})

test('a journal of version 1 is read', async () => {
  const sys = simulatedSys(6)
  await sys.files.makeDirectory(ROOM)
  const sources = [{ source: 'a', path: '/a', offset: 7, state: null }]
  const entries: JournalEntry[] = [
    { kind: 'begin', version: 1, stream: 's', active: 4, activeSources: [], forgottenThrough: 3 },
    { kind: 'sources', sources },
    { kind: 'ready' },
  ]
  sys.disk.write(
    `${ROOM}/0000000001.journal`,
    Buffer.concat(entries.map((entry, number) => encodeEntry(number, entry))),
  )
  const buffer = await open(sys)
  assert.equal(buffer.savedSources()[0]?.offset, 7)
  await buffer.append(request(1))
  await buffer.seal()
  assert.equal(buffer.sealed()[0]?.id, 4)
})
