import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import type { OperationName } from '../sys/simulated-faults.ts'
import type { Batch, BufferLimits, StreamBuffer } from './buffer.ts'
import { QUEUE_BYTES_MAX } from './commit-queue.ts'
import { openBuffer } from './open-buffer.ts'

const ROOM = '/data/buffer/s'

async function open(
  sys: SimulatedSys,
  limits: Partial<BufferLimits> = {},
  delivered = 0,
): Promise<StreamBuffer> {
  return openBuffer(sys, { stream: 's', directory: '/data/buffer', deliveredThrough: delivered, limits })
}

function batchOf(source: string, from: number, bytes: number): Batch {
  const progress = { source, path: `/${source}`, from, to: from + bytes, state: { from } }
  return { chunks: [Buffer.alloc(bytes, source)], records: 1, progress }
}

const sent = (text: string): Batch => ({ chunks: [Buffer.from(text)], records: 1 })

function countOperations(sys: SimulatedSys): Map<OperationName, number> {
  const counts = new Map<OperationName, number>()
  sys.faults.onOperation = ({ name }) => counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

const codesOf = async (appends: Promise<void>[]): Promise<string[]> =>
  (await Promise.allSettled(appends)).map((result) =>
    result.status === 'fulfilled' ? 'ok' : String((result.reason as { code?: string }).code),
  )

async function isSettled(sys: SimulatedSys, promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  void promise.then(() => (settled = true))
  await sys.clock.settle()
  return settled
}

test('a batch comes back byte for byte with its source, ranges and times', async () => {
  const sys = simulatedSys(1)
  const buffer = await open(sys)
  const startMs = sys.clock.now()
  await buffer.append({
    ...batchOf('a', 0, 5),
    chunks: [Buffer.from('one'), Buffer.from('\n2')],
    arrivalMs: startMs - 9,
  })
  await buffer.append(batchOf('b', 40, 2))
  await buffer.append({ ...batchOf('a', 5, 3), arrivalMs: startMs + 4 })
  assert.equal(buffer.stats().activeArrivalMs, startMs - 9)
  await buffer.seal()
  const [segment] = buffer.sealed()
  assert.equal(String(sys.disk.read(segment!.path)), 'one\n2bbaaa')
  const { id, bytes, records, firstArrivalMs, lastArrivalMs, sources } = segment!
  assert.deepEqual(
    { id, bytes, records, firstArrivalMs, lastArrivalMs, sources },
    {
      id: 1,
      bytes: 10,
      records: 3,
      firstArrivalMs: startMs - 9,
      lastArrivalMs: startMs + 4,
      sources: [
        { source: 'a', path: '/a', from: 0, to: 8 },
        { source: 'b', path: '/b', from: 40, to: 42 },
      ],
    },
  )
  assert.deepEqual(buffer.savedSources(), [
    { source: 'a', path: '/a', offset: 8, state: { from: 5 } },
    { source: 'b', path: '/b', offset: 42, state: { from: 40 } },
  ])
  const { stalled, ...stats } = buffer.stats()
  assert.equal(stalled, undefined)
  assert.deepEqual(stats, {
    records: 3,
    bytes: 10,
    receivedRecords: 3,
    receivedBytes: 10,
    oldestArrivalMs: startMs - 9,
    activeArrivalMs: undefined,
  })
})

test('an append is acknowledged only after data, journal and the new name are synced', async () => {
  for (let seed = 0; seed < 25; seed++) {
    const sys = simulatedSys(seed)
    await (await open(sys)).append(sent('kept\n'))
    const buffer = await open(sys.crash({ mode: 'power' }))
    assert.equal(buffer.stats().bytes, 5, `seed ${seed}`)
  }
})

test('appends of one tick, and those that wait for a commit, share the next one', async () => {
  const sys = simulatedSys(2)
  const buffer = await open(sys)
  await buffer.append(sent('x'))
  const counts = countOperations(sys)
  await Promise.all([buffer.append(sent('a')), buffer.append(sent('b')), buffer.append(sent('c'))])
  assert.equal(counts.get('sync'), 2)
  const first = buffer.append(sent('d'))
  while (counts.get('sync') === 2) await Promise.resolve()
  const rest = ['e', 'f', 'g'].map((text) => buffer.append(sent(text)))
  await Promise.all([first, ...rest])
  assert.equal(counts.get('sync'), 6)
  await buffer.seal()
  assert.equal(String(sys.disk.read(`${ROOM}/0000000001.data`)), 'xabcdefg')
})

test('a commit takes no more than commitBytesMax; segments end at segmentBytesMax; a larger batch has its own', async () => {
  const sys = simulatedSys(3)
  const buffer = await open(sys, { commitBytesMax: 25, segmentBytesMax: 60 })
  const counts = countOperations(sys)
  const sealedBytes: number[] = []
  buffer.onSealed = ({ bytes }) => sealedBytes.push(bytes)
  const sizes = [10, 10, 10, 10, 10, 15, 100, 60, 1]
  await Promise.all(sizes.map((size) => buffer.append(sent('x'.repeat(size)))))
  await buffer.seal()
  assert.deepEqual(sealedBytes, [50, 15, 100, 60, 1])
  assert.equal(counts.get('sync'), 2 * 7)
})

test('sealing what is empty costs nothing; sealing what is not costs no fsync', async () => {
  const sys = simulatedSys(4)
  const buffer = await open(sys)
  await buffer.append(sent('x'))
  const counts = countOperations(sys)
  await buffer.seal()
  await buffer.seal()
  assert.deepEqual([...counts], [['close', 1]])
  assert.equal(buffer.sealed().length, 1)
})

test('seal waits for the commit under way', async () => {
  const buffer = await open(simulatedSys(5))
  void buffer.append(sent('x'))
  await Promise.resolve().then(() => {})
  await buffer.seal()
  assert.deepEqual(
    buffer.sealed().map(({ bytes }) => bytes),
    [1],
  )
})

test('batches of one source must follow each other', async () => {
  const buffer = await open(simulatedSys(6), { streamBytesMax: 100 })
  const codes = await codesOf([
    buffer.append(batchOf('a', 0, 60)),
    buffer.append(batchOf('a', 60, 60)),
    buffer.append(batchOf('a', 120, 1)),
    buffer.append(batchOf('b', 7, 1)),
    buffer.append(batchOf('a', 60, 10)),
  ])
  assert.deepEqual(codes, ['ok', 'HOZON_BUFFER_FULL', 'HOZON_BUFFER_ORDER', 'ok', 'ok'])
  assert.equal(buffer.savedSources().find(({ source }) => source === 'a')?.offset, 70)
})

test('a full budget refuses, waitForRoom waits for forget or for its signal', async () => {
  const sys = simulatedSys(7)
  const buffer = await open(sys, { streamBytesMax: 100 })
  await buffer.append(sent('x'.repeat(90)))
  assert.deepEqual(await codesOf([buffer.append(sent('x'.repeat(11)))]), ['HOZON_BUFFER_FULL'])
  const abort = new AbortController()
  const [room, aborted] = [
    buffer.waitForRoom(11, new AbortController().signal),
    buffer.waitForRoom(11, abort.signal),
  ]
  assert.equal(await isSettled(sys, room), false)
  abort.abort()
  await aborted
  await buffer.seal()
  await buffer.forget(1)
  await room
  await buffer.append(sent('x'.repeat(500)))
})

test('the queue has a budget of its own', async () => {
  const buffer = await open(simulatedSys(8))
  const large = Buffer.alloc(QUEUE_BYTES_MAX)
  const codes = await codesOf([buffer.append({ chunks: [large], records: 1 }), buffer.append(sent('x'))])
  assert.deepEqual(codes, ['ok', 'HOZON_BUFFER_FULL'])
})

test('a full disk: nothing is kept of the commit, what was queued is rejected, and all goes on when there is room', async () => {
  const sys = simulatedSys(9)
  const buffer = await open(sys, { diskReserveBytes: 0 })
  await buffer.append(batchOf('a', 0, 100))
  sys.faults.capacityBytes = 2000
  const failing = buffer.append(batchOf('a', 100, 5000))
  await Promise.resolve().then(() => {})
  const codes = await codesOf([
    failing,
    buffer.append(batchOf('a', 5100, 1)),
    buffer.append(batchOf('b', 0, 1)),
    buffer.append(batchOf('b', 1, 1)),
  ])
  assert.deepEqual(codes, [
    'HOZON_BUFFER_DISK',
    'HOZON_BUFFER_ORDER',
    'HOZON_BUFFER_DISK',
    'HOZON_BUFFER_ORDER',
  ])
  assert.equal(buffer.stats().stalled?.code, 'ENOSPC')
  assert.deepEqual(await codesOf([buffer.append(sent('x'))]), ['HOZON_BUFFER_DISK'])

  const room = buffer.waitForRoom(1, new AbortController().signal)
  assert.equal(await isSettled(sys, room), false)
  sys.faults.clear()
  await sys.clock.runUntil(room)
  assert.equal(buffer.stats().stalled, undefined)
  await buffer.append(batchOf('a', 100, 7))
  await buffer.seal()
  assert.deepEqual(
    buffer.sealed().map(({ path }) => sys.disk.read(path).length),
    [100, 7],
  )
})

test('the disk reserve stops appends before the disk is full', async () => {
  const sys = simulatedSys(10)
  sys.faults.capacityBytes = 100_000
  const buffer = await open(sys, { diskReserveBytes: 50_000 })
  await buffer.append(sent('x'.repeat(40_000)))
  await sys.clock.advance(1000)
  await buffer.append(sent('x'.repeat(9900)))
  await sys.clock.advance(1000)
  assert.deepEqual(await codesOf([buffer.append(sent('x'))]), ['HOZON_BUFFER_DISK'])
  assert.match(buffer.stats().stalled?.message ?? '', /less than the reserve/)
  await buffer.seal()
  assert.equal(buffer.sealed().length, 1, 'what is there can still be delivered')
  await buffer.forget(1)
  await sys.clock.runUntil(buffer.waitForRoom(1, new AbortController().signal))
  await buffer.append(sent('x'))
})

test('a probe backs off to a second and close ends it', async () => {
  const sys = simulatedSys(11)
  const buffer = await open(sys)
  sys.faults.fail({ code: 'EIO', when: () => true, times: Infinity })
  assert.deepEqual(await codesOf([buffer.append(sent('x'))]), ['HOZON_BUFFER_DISK'])
  let probes = 0
  sys.faults.onOperation = () => probes++
  await sys.clock.advance(20_000)
  assert.ok(probes >= 20 && probes < 30, `${probes} probes`)
  await buffer.close()
  const before = probes
  await sys.clock.advance(20_000)
  assert.equal(probes, before)
})

test('a full disk does not keep the buffer from opening', async () => {
  const sys = simulatedSys(12)
  await (await open(sys)).append(batchOf('a', 0, 3000))
  const next = sys.crash({ mode: 'process' })
  next.faults.capacityBytes = 5000
  const buffer = await open(next, { diskReserveBytes: 0 })
  assert.equal(buffer.stats().stalled?.code, undefined)
  assert.equal(buffer.savedSources()[0]?.offset, 3000)
  const last = next.crash({ mode: 'process' })
  last.faults.capacityBytes = 1
  const stalled = await open(last, { diskReserveBytes: 0 })
  assert.equal(stalled.stats().stalled?.code, 'ENOSPC')
  assert.equal(stalled.savedSources()[0]?.offset, 3000)
  assert.equal(stalled.sealed().length, 1)
  last.faults.clear()
  await last.clock.runUntil(stalled.waitForRoom(1, new AbortController().signal))
  await stalled.append(batchOf('a', 3000, 1))
})

test('pinned segments stay readable after forget, until the last release', async () => {
  const sys = simulatedSys(13)
  const buffer = await open(sys)
  for (const text of ['a', 'b']) {
    await buffer.append(sent(text))
    await buffer.seal()
  }
  const [one, two] = [buffer.pin([1]), buffer.pin([1, 2])]
  await buffer.forget(1)
  await buffer.forget(1)
  assert.deepEqual(
    buffer.sealed().map(({ id }) => id),
    [2],
  )
  one.release()
  one.release()
  await sys.clock.settle()
  assert.equal(String(sys.disk.read(`${ROOM}/0000000001.data`)), 'a')
  two.release()
  await sys.clock.settle()
  assert.equal(sys.disk.exists(`${ROOM}/0000000001.data`), false)
  assert.equal(sys.disk.exists(`${ROOM}/0000000002.data`), true)
  assert.equal(buffer.stats().bytes, 1)
})

test('delivered segments are dropped at the next start, and their ids are not used again', async () => {
  const sys = simulatedSys(14)
  const first = await open(sys)
  for (const text of ['a', 'b', 'c']) {
    await first.append(sent(text))
    await first.seal()
  }
  const next = sys.crash({ mode: 'power' })
  const buffer = await open(next, {}, 3)
  assert.deepEqual(buffer.sealed(), [])
  await buffer.append(sent('d'))
  await buffer.seal()
  assert.deepEqual(
    buffer.sealed().map(({ id }) => id),
    [4],
  )
  const names = (await next.files.list(ROOM)).map(({ name }) => name)
  assert.deepEqual(names, ['0000000002.journal', '0000000004.data'])
})

test('record boundaries survive, and never mix with lines in one segment', async () => {
  const sys = simulatedSys(15)
  const buffer = await open(sys)
  const records = (lengths: number[]): Batch => {
    let end = 0
    const recordEnds = Uint32Array.from(lengths, (length) => (end += length))
    return { chunks: [Buffer.alloc(end, 'r')], records: lengths.length, recordEnds }
  }
  await Promise.all([
    buffer.append(sent('line\n')),
    buffer.append(records([3, 0, 200])),
    buffer.append(records([70000, 1])),
    buffer.append(sent('line\n')),
  ])
  await buffer.seal()
  const check = (opened: StreamBuffer): void => {
    assert.deepEqual(
      opened.sealed().map(({ id }) => opened.recordEnds(id) && [...opened.recordEnds(id)!]),
      [undefined, [3, 3, 203, 70203, 70204], undefined],
    )
  }
  check(buffer)
  const next = sys.crash({ mode: 'power' })
  check(await open(next))
  check(await open(next.crash({ mode: 'power' })))
})

test('records of a batch that is nothing but empty records are kept', async () => {
  const sys = simulatedSys(15)
  const buffer = await open(sys)
  await buffer.append({ chunks: [Buffer.alloc(0)], records: 2, recordEnds: Uint32Array.of(0, 0) })
  await buffer.seal()
  const next = sys.crash({ mode: 'power' })
  const after = await open(next)
  const [segment] = after.sealed()
  assert.deepEqual([segment?.bytes, segment?.records], [0, 2])
  assert.deepEqual(after.recordEnds(segment!.id), Uint32Array.of(0, 0))
  assert.equal(next.disk.read(segment!.path).length, 0)
})

test('the boundaries of 500 records cost the journal two bytes a record', async () => {
  const sys = simulatedSys(15)
  const buffer = await open(sys)
  const journalBytes = (): number => sys.disk.read(`${ROOM}/0000000001.journal`).length
  const before = journalBytes()
  const recordEnds = Uint32Array.from({ length: 500 }, (_, index) => (index + 1) * 200)
  await buffer.append({
    chunks: [Buffer.alloc(100_000)],
    records: 500,
    recordEnds,
    requestId: Buffer.alloc(16),
  })
  const bytes = journalBytes() - before
  assert.ok(bytes < 500 * 2 + 400, `${bytes} bytes`)
})

test('small chunks, large ones and both together arrive as they are', async () => {
  const sys = simulatedSys(15)
  const buffer = await open(sys)
  const sizes = [1, 20_000, 3, 0, 8192, 8191, 5]
  const chunks = sizes.map((size, index) => Buffer.alloc(size, `${index}`))
  for (let from = 0; from < chunks.length; from++)
    await buffer.append({ chunks: chunks.slice(from), records: 1 })
  await buffer.seal()
  const expected = Buffer.concat(chunks.flatMap((_, from) => chunks.slice(from)))
  assert.ok(sys.disk.read(`${ROOM}/0000000001.data`).equals(expected))
  assert.equal((await open(sys.crash({ mode: 'power' }))).stats().bytes, expected.length)
})

test('segmentBytesMax may change: what is larger already is sealed by the next commit', async () => {
  const buffer = await open(simulatedSys(15), { segmentBytesMax: 100 })
  await buffer.append(sent('x'.repeat(60)))
  buffer.setSegmentBytesMax(50)
  await buffer.append(sent('y'.repeat(20)))
  await buffer.append(sent('z'.repeat(20)))
  buffer.setSegmentBytesMax(1000)
  await buffer.append(sent('w'.repeat(900)))
  await buffer.seal()
  assert.deepEqual(
    buffer.sealed().map(({ bytes }) => bytes),
    [60, 940],
  )
})

test('saveSource keeps progress without bytes, and its range joins the next segment', async () => {
  const sys = simulatedSys(16)
  const buffer = await open(sys)
  await buffer.saveSource({ source: 'a', path: '/a', from: 0, to: 3, state: 'bom' })
  await buffer.seal()
  assert.deepEqual(buffer.sealed(), [])
  const next = sys.crash({ mode: 'power' })
  const after = await open(next)
  assert.deepEqual(after.savedSources(), [{ source: 'a', path: '/a', offset: 3, state: 'bom' }])
  await after.append(batchOf('a', 3, 4))
  await after.seal()
  assert.deepEqual(after.sealed()[0]?.sources, [{ source: 'a', path: '/a', from: 0, to: 7 }])
})

test('forgotten sources are gone after the next commit', async () => {
  const sys = simulatedSys(17)
  const buffer = await open(sys)
  await Promise.all([buffer.append(batchOf('a', 0, 1)), buffer.append(batchOf('b', 0, 1))])
  buffer.forgetSources(['a'])
  await buffer.append(sent('x'))
  const after = await open(sys.crash({ mode: 'power' }))
  assert.deepEqual(
    after.savedSources().map(({ source }) => source),
    ['b'],
  )
})

test('a commit names only its own sources; a long journal is replaced by a snapshot', async () => {
  const sys = simulatedSys(18)
  const buffer = await open(sys, { journalBytesMax: 10_000 })
  await Promise.all(Array.from({ length: 1200 }, (_, index) => buffer.append(batchOf(`tail:${index}`, 0, 1))))
  const sizeOf = async (): Promise<number[]> => {
    const journals = (await sys.files.list(ROOM)).filter(({ name }) => name.endsWith('.journal'))
    return Promise.all(journals.map(async ({ name }) => (await sys.files.stat(`${ROOM}/${name}`)).size))
  }
  await sys.clock.settle()
  const [beforeBytes] = await sizeOf()
  await buffer.append(batchOf('tail:7', 1, 1))
  const [afterBytes] = await sizeOf()
  assert.ok(afterBytes! - beforeBytes! < 400, 'a commit must not write the state of other sources')
  for (let offset = 2; offset < 1000; offset++) await buffer.append(batchOf('tail:7', offset, 1))
  const sizes = await sizeOf()
  assert.equal(sizes.length, 1)
  assert.ok(sizes[0]! < 600_000, `${sizes[0]} bytes`)
  const after = await open(sys.crash({ mode: 'power' }))
  assert.equal(after.savedSources().length, 1200)
  assert.equal(after.savedSources().find(({ source }) => source === 'tail:7')?.offset, 1000)
})

test('onCommit sees each durable batch in order', async () => {
  const buffer = await open(simulatedSys(19))
  const seen: string[] = []
  buffer.onCommit = (chunks, progress) =>
    seen.push(`${progress?.source ?? '-'} ${String(Buffer.concat(chunks))}`)
  await Promise.all([
    buffer.append(batchOf('a', 0, 2)),
    buffer.append(sent('x')),
    buffer.append(batchOf('a', 2, 1)),
  ])
  assert.deepEqual(seen, ['a aa', '- x', 'a a'])
})

test('close lets commits finish, seals, and refuses what comes later', async () => {
  const sys = simulatedSys(20)
  const buffer = await open(sys)
  const running = buffer.append(sent('x'))
  await buffer.close()
  await running
  assert.deepEqual(await codesOf([buffer.append(sent('y'))]), ['HOZON_BUFFER_CLOSED'])
  const counts = countOperations(sys)
  const next = await open(sys)
  assert.equal(counts.get('read'), 1, 'a sealed segment is not read at the next start, only the journal')
  assert.equal(next.sealed().length, 1)
})
