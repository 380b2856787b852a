/** The processes that read files: large files in little memory, hostile files, cancelled queries, processes that die. */
import assert from 'node:assert/strict'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { createGzip, gzipSync } from 'node:zlib'
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { HozonError } from '../../src/base/errors.ts'
import { BUCKET, externalTable, openWorld, peakMemoryMiB, SERDES, type World } from './world.ts'

let world: World

before(async () => {
  world = await openWorld()
})

after(() => world.close())

afterEach(async () => {
  for await (const { key } of world.store.list(BUCKET, '')) await world.store.remove(BUCKET, key)
})

/** Lines `<number>,<text>` of some 100 bytes. */
function bigFile(path: string, bytes: number): number {
  const file = openSync(path, 'w')
  let rows = 0
  for (let written = 0; written < bytes;) {
    let block = ''
    for (let i = 0; i < 10_000; i++) block += `${rows++},${'some text of a log line '.repeat(4)}\n`
    written += writeSync(file, block)
  }
  closeSync(file)
  return rows
}

async function putBig(bytes: number, compressed = false): Promise<number> {
  const path = join(world.directory, 'big')
  const rows = bigFile(path, bytes)
  if (compressed)
    await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(`${path}.gz`))
  const key = compressed ? 'logs/big.gz' : 'logs/big'
  const source = compressed ? `${path}.gz` : path
  await world.store.putFile(BUCKET, key, source, { contentType: 'x', metadata: {} })
  return rows
}

const TABLE = externalTable({
  serde: SERDES.text,
  columns: 'n:bigint text',
  folder: 'logs/',
  parameters: { 'field.delim': ',' },
})

async function failure(promise: Promise<unknown>): Promise<HozonError> {
  const error = await promise.then(
    () => assert.fail('it should have failed'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof HozonError, String(error))
  return error
}

const living = (): number[] =>
  world.children.flatMap(({ pid }) => (pid !== undefined && world.isAlive(pid) ? [pid] : []))

describe('a large file', () => {
  it('is read in little memory, plain and compressed', async () => {
    for (const compressed of [false, true]) {
      const rows = await putBig(100 * 1024 * 1024, compressed)
      const snapshot = await world.open(TABLE)
      const [file] = snapshot.files
      assert.ok(file !== undefined)
      assert.ok(statSync(file.path).size > 100 * 1024 * 1024)
      assert.equal(await lineCount(file.path), rows)
      snapshot.release()
      await world.store.remove(BUCKET, file.key)
    }
    const peaks = living().map(peakMemoryMiB)
    assert.ok(peaks.length > 0)
    assert.ok(Math.max(...peaks) < 300, `${Math.max(...peaks)} MiB`)
  })
})

async function lineCount(path: string): Promise<number> {
  let lines = 0
  for await (const chunk of createReadStream(path))
    for (const byte of chunk as Buffer) if (byte === 10) lines++
  return lines
}

describe('a hostile file', () => {
  it('that is a bomb ends with an error', async () => {
    const zeros = gzipSync(Buffer.alloc(256 * 1024 * 1024))
    // Compressed twice it would be larger than what any of its bytes may become.
    await world.put('logs/a.gz', Buffer.concat([zeros, zeros, zeros, zeros]))
    const error = await failure(world.open(TABLE))
    assert.equal(error.code, 'HOZON_SQL_FAILED')
    assert.match(error.message, /^HIVE_BAD_DATA: Line too long in text file/)
  })

  it('with an expression that never ends is stopped, and others go on', async () => {
    await world.put('logs/a', `${'a'.repeat(60)}!\n`)
    const table = externalTable({
      serde: SERDES.regex,
      columns: 'a',
      folder: 'logs/',
      // With a backreference it can not be finished in linear time.
      parameters: { 'input.regex': '((?:a+)+)\\1b' },
    })
    const slow = failure(world.open(table))
    await world.put('other/a', '1,x\n')
    const other = {
      ...TABLE,
      input: {
        ...TABLE.input,
        StorageDescriptor: { ...TABLE.input.StorageDescriptor, Location: 's3://lake/other/' },
      },
    }
    assert.deepEqual(await world.rows(other), [['1', 'x']])
    const error = await slow
    assert.equal(error.code, 'HOZON_SQL_FAILED')
    assert.match(
      error.message,
      /^HIVE_CURSOR_ERROR: a record took more than 20 seconds \(s3:\/\/lake\/logs\/a\)/,
    )
  })
})

describe('a process', () => {
  /** Resolves with the process that reads, some bytes after it began. */
  async function reading(): Promise<number> {
    for (;;) {
      const busy = living().find((pid) => world.isReading(pid))
      if (busy !== undefined) return busy
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  it('that is killed in the middle of a file is replaced, and the answer is whole', async () => {
    const rows = await putBig(40 * 1024 * 1024)
    const opened = world.open(TABLE)
    process.kill(await reading(), 'SIGKILL')
    const snapshot = await opened
    assert.equal(await lineCount(snapshot.files[0]!.path), rows)
    snapshot.release()
  })

  it('that dies of the same file again is an error with its name', async () => {
    await putBig(41 * 1024 * 1024)
    const failed = failure(world.open(TABLE))
    const first = await reading()
    process.kill(first, 'SIGKILL')
    let second = first
    while (second === first) second = await reading()
    process.kill(second, 'SIGKILL')
    const error = await failed
    assert.match(
      error.message,
      /^HIVE_CANNOT_OPEN_SPLIT: the process that reads the file ended: .*\(s3:\/\/lake\/logs\/big\)/,
    )
    const again = await world.open(TABLE)
    assert.equal(again.files.length, 1)
    again.release()
  })

  it('of a query that is cancelled stops at once', async () => {
    await putBig(42 * 1024 * 1024)
    const cancel = new AbortController()
    const failed = failure(world.open(TABLE, cancel.signal))
    const pid = await reading()
    cancel.abort()
    assert.equal((await failed).code, 'HOZON_SQL_CANCELLED')
    while (world.isAlive(pid)) await new Promise((resolve) => setImmediate(resolve))
  })

  it('goes on for another query that waits for the same file', async () => {
    const rows = await putBig(43 * 1024 * 1024)
    const cancel = new AbortController()
    const failed = failure(world.open(TABLE, cancel.signal))
    const other = world.open(TABLE)
    await reading()
    cancel.abort()
    assert.equal((await failed).code, 'HOZON_SQL_CANCELLED')
    const snapshot = await other
    assert.equal(await lineCount(snapshot.files[0]!.path), rows)
    snapshot.release()
  })
})
