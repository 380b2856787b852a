/** Bytes that rot or vanish: torn tails are cut, everything else is refused and left exactly as it was found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../base/errors.ts'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import type { StreamBuffer } from './buffer.ts'
import { decodeEntry, type DecodedEntry } from './journal-entry.ts'
import { openBuffer } from './open-buffer.ts'

const ROOM = '/data/buffer/s'
const dataPath = (id: number): string => `${ROOM}/${String(id).padStart(10, '0')}.data`
const journalPath = (number: number): string => `${ROOM}/${String(number).padStart(10, '0')}.journal`
const JOURNAL = journalPath(1)

const open = (sys: SimulatedSys, deliveredThrough = 0): Promise<StreamBuffer> =>
  openBuffer(sys, { stream: 's', directory: '/data/buffer', deliveredThrough })

/** Segment 1 sealed with two commits, segment 2 active with two commits; then the process was killed. */
async function killed(): Promise<SimulatedSys> {
  const sys = simulatedSys(1)
  const buffer = await open(sys)
  for (let number = 0; number < 4; number++) {
    if (number === 2) await buffer.seal()
    const progress = {
      source: 'a',
      path: '/a',
      from: number * 100,
      to: number * 100 + 100,
      state: { number },
    }
    await buffer.append({ chunks: [Buffer.alloc(100, `${number}`)], records: 1, progress })
  }
  return sys.crash({ mode: 'process' })
}

function entriesOf(sys: SimulatedSys): (DecodedEntry & { start: number })[] {
  const journal = sys.disk.read(JOURNAL)
  const entries = []
  for (let start = 0; start < journal.length;) {
    const decoded = decodeEntry(journal, start)
    assert.ok(decoded)
    entries.push({ ...decoded, start })
    start = decoded.end
  }
  return entries
}

async function snapshotOf(sys: SimulatedSys): Promise<string> {
  const names = (await sys.files.list(ROOM)).map(({ name }) => name)
  return JSON.stringify(names.map((name) => [name, sys.disk.read(`${ROOM}/${name}`).toString('hex')]))
}

async function refuses(
  sys: SimulatedSys,
  target: string,
  message: RegExp,
  deliveredThrough = 0,
): Promise<void> {
  const before = await snapshotOf(sys)
  await assert.rejects(open(sys, deliveredThrough), (error) => {
    assert.ok(error instanceof HozonError)
    assert.equal(error.code, 'HOZON_BUFFER_CORRUPT')
    assert.equal(error.target, target)
    assert.match(error.message, message)
    assert.match(error.message, /at byte \d+$/)
    assert.match(error.hint ?? '', /nothing was changed/)
    assert.equal(error.retryable, false)
    return true
  })
  assert.equal(await snapshotOf(sys), before)
}

async function recovers(
  sys: SimulatedSys,
  expected: { bytes: number[]; offset: number | undefined },
): Promise<void> {
  const buffer = await open(sys)
  const sealed = buffer.sealed()
  assert.deepEqual(
    sealed.map(({ bytes }) => bytes),
    expected.bytes,
  )
  for (const { path, bytes } of sealed) assert.equal(sys.disk.read(path).length, bytes)
  assert.equal(buffer.savedSources()[0]?.offset, expected.offset)
}

function flip(sys: SimulatedSys, path: string, position: number): void {
  const byte = sys.disk.read(path)[position]!
  sys.disk.overwrite(path, position, Buffer.from([byte ^ 0x10]))
}

test('without damage everything is there', async () => {
  await recovers(await killed(), { bytes: [200, 200], offset: 400 })
})

test('a flipped byte anywhere in the journal but its last entry is refused', async () => {
  const entries = entriesOf(await killed())
  assert.deepEqual(
    entries.map(({ entry }) => entry.kind),
    ['begin', 'ready', 'commit', 'commit', 'commit', 'commit'],
  )
  for (const { start, end } of entries.slice(0, -1)) {
    for (const position of [start, start + 4, start + 8, start + 12, start + 16, start + 20, end - 1]) {
      const sys = await killed()
      flip(sys, JOURNAL, position)
      await refuses(sys, JOURNAL, new RegExp(`damaged entry .* at byte ${start}$`))
    }
  }
})

test('a flipped byte in the last entry cannot be told from a torn tail: that commit never happened', async () => {
  const { start, end } = entriesOf(await killed()).at(-1)!
  for (let position = start; position < end; position += 7) {
    const sys = await killed()
    flip(sys, JOURNAL, position)
    await recovers(sys, { bytes: [200, 100], offset: 300 })
  }
})

test('a journal cut anywhere in its last entry loses only that commit', async () => {
  const { start, end } = entriesOf(await killed()).at(-1)!
  for (let size = start; size < end; size += 5) {
    const sys = await killed()
    sys.disk.truncate(JOURNAL, size)
    await recovers(sys, { bytes: [200, 100], offset: 300 })
  }
})

test('zeros or noise behind the last entry are a torn tail', async () => {
  for (const tail of [Buffer.alloc(5000), Buffer.alloc(600, 0xa5), Buffer.from('HzJ1HzJ1')]) {
    const sys = await killed()
    sys.disk.append(JOURNAL, tail)
    await recovers(sys, { bytes: [200, 200], offset: 400 })
  }
})

test('a journal cut so far that segments are unknown is refused', async () => {
  const sys = await killed()
  sys.disk.write(dataPath(3), 'x')
  sys.disk.truncate(JOURNAL, entriesOf(sys)[3]!.start)
  await refuses(sys, dataPath(3), /segment that the journal does not know/)
  const older = await killed()
  older.disk.truncate(JOURNAL, entriesOf(older)[3]!.start)
  await refuses(older, dataPath(1), /the journal ends with this segment, but 2 was delivered/, 2)
})

test('a lost journal is refused while there are segments', async () => {
  const sys = await killed()
  await sys.files.remove(JOURNAL)
  await refuses(sys, dataPath(1), /segment without a journal/)
  const cut = await killed()
  cut.disk.truncate(JOURNAL, 10)
  await refuses(cut, dataPath(1), /segment without a journal/)
})

test('a damaged snapshot is refused although nothing follows it', async () => {
  const sys = await killed()
  const buffer = await open(sys, 2)
  assert.equal(buffer.savedSources()[0]?.offset, 400)
  const next = sys.crash({ mode: 'process' })
  flip(next, journalPath(2), 30)
  await refuses(next, journalPath(2), /the snapshot is damaged/, 2)
})

test('a sealed segment that is short or gone is refused; a longer one is cut', async () => {
  const short = await killed()
  short.disk.truncate(dataPath(1), 199)
  await refuses(short, dataPath(1), /the segment ends before its 200 bytes at byte 199/)
  const gone = await killed()
  await gone.files.remove(dataPath(1))
  await refuses(gone, dataPath(1), /the segment is missing/)
  const long = await killed()
  long.disk.append(dataPath(2), 'a torn write')
  await recovers(long, { bytes: [200, 200], offset: 400 })
})

test('the active segment: damage in a commit that has a successor is refused, in the last one it never happened', async () => {
  const first = await killed()
  flip(first, dataPath(2), 50)
  await refuses(first, dataPath(2), /the bytes differ from their checksum at byte 0/)
  const last = await killed()
  flip(last, dataPath(2), 150)
  await recovers(last, { bytes: [200, 100], offset: 300 })
  const cut = await killed()
  cut.disk.truncate(dataPath(2), 199)
  await recovers(cut, { bytes: [200, 100], offset: 300 })
})

test('a journal of another stream or version is refused', async () => {
  const sys = await killed()
  await sys.files.makeDirectory('/data/buffer/t')
  sys.disk.write('/data/buffer/t/0000000001.journal', sys.disk.read(JOURNAL))
  await assert.rejects(openBuffer(sys, { stream: 't', directory: '/data/buffer', deliveredThrough: 0 }), {
    code: 'HOZON_BUFFER_CORRUPT',
    message: /journal of the stream s/,
  })
})
