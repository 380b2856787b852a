/**
 * The rotation matrix: cases in which log agents are known to lose or double lines, each against the real buffer with
 * a writer in a process of its own. The numbers are those of the matrix in docs/guides/tail.md.
 */
import assert from 'node:assert/strict'
import {
  appendFile,
  copyFile,
  readdir,
  readlink,
  rename,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { inWorld, type Tally } from './rotation.ts'

const ALL: Tally = { lost: 0, doubled: 0, foreign: 0 }
const LINES = 40_000
const task = { lines: LINES, rate: 10_000, rotateMs: 200, keep: 100_000, kind: 'rename' as const }

const numbered = (from: number, count: number): string =>
  Array.from({ length: count }, (_, at) => `${from + at} ${'.'.repeat((from + at) % 120)}\n`).join('')

for (const rotateMs of [1000, 200, 50]) {
  for (const glob of ['a.log', 'a.log*']) {
    test(`1: renamed every ${rotateMs} ms, glob ${glob}: every line once`, () =>
      inWorld([glob], async (world) => {
        await world.start()
        await world.write({ ...task, rotateMs })
        assert.deepEqual(await world.receive(LINES), ALL)
      }))
  }
}

test('2: renamed every 200 ms and deleted after two generations: every line once', () =>
  inWorld(['a.log'], async (world) => {
    await world.start()
    await world.write({ ...task, keep: 2 })
    assert.deepEqual(await world.receive(LINES), ALL)
  }))

test('3: two renames in a row, every other generation empty: every line once', () =>
  inWorld(['a.log'], async (world) => {
    await world.start()
    await world.write({ ...task, kind: 'empty' })
    assert.deepEqual(await world.receive(LINES), ALL)
  }))

test('4: as kubelet rotates: rename, compress the one before, delete the oldest: every line once', () =>
  inWorld(['a.log'], async (world) => {
    await world.start()
    await world.write({ ...task, kind: 'kubelet', keep: 5 })
    assert.deepEqual(await world.receive(LINES), ALL)
  }))

test('5: started when the writer has rotated many times since the last run: every line once', () =>
  inWorld(['a.log'], async (world) => {
    await writeFile(world.path('a.log'), '')
    await world.start()
    await world.stop()
    await world.write(task)
    await world.start()
    assert.deepEqual(await world.receive(LINES), ALL)
  }))

/**
 * Bytes that are overwritten before anybody could read them are gone for every reader. What can be promised: nothing is
 * doubled or made up, and each truncation that was noticed with bytes known to be unread is told in the status.
 */
test('7: overwritten again and again: nothing doubled or made up, the last content is whole', () =>
  inWorld(['a.log'], async (world) => {
    await world.start()
    for (let turn = 0; turn < 50; turn += 1) {
      if (turn % 10 === 9) await writeFile(world.path('a.log'), numbered(turn, 1))
      else await appendFile(world.path('a.log'), numbered(turn, 1))
    }
    const { doubled, foreign } = await world.receive(1)
    assert.deepEqual({ doubled, foreign }, { doubled: 0, foreign: 0 })
    assert.ok((await world.received()).includes(numbered(49, 1).trimEnd()))
  }))

/** The writer copies and truncates between its own writes, so that the rotation itself loses nothing. */
for (const [rotateMs, rate] of [
  [200, 10_000],
  [50, 20_000],
] as const) {
  for (const glob of ['a.log', 'a.log*']) {
    test(`${glob === 'a.log' ? 8 : 9}: copytruncate every ${rotateMs} ms at ${rate} lines/s, glob ${glob}: every line once`, () =>
      inWorld([glob], async (world) => {
        await world.start()
        await world.write({ ...task, kind: 'copytruncate', rotateMs, rate })
        assert.deepEqual(await world.receive(LINES), ALL)
      }))
  }
}

test('14: ten lines, read; truncated and a hundred written: exactly 110', () =>
  inWorld(['a.log'], async (world) => {
    await writeFile(world.path('a.log'), numbered(0, 10))
    await world.start()
    await world.receive(10)
    await truncate(world.path('a.log'), 0)
    await appendFile(world.path('a.log'), numbered(10, 100))
    assert.deepEqual(await world.receive(110), ALL)
  }))

test('17: two files with the same first 4 kB are both read', () =>
  inWorld(['*.log'], async (world) => {
    const head = `${'h'.repeat(4096)}\n`
    await writeFile(world.path('a.log'), head + numbered(0, 1000))
    await writeFile(world.path('b.log'), head + numbered(1000, 1000))
    await world.start()
    assert.deepEqual(await world.receive(2000), { lost: 0, doubled: 0, foreign: 2 })
  }))

test('38: rotated three times while stopped, the oldest compressed: every line once', () =>
  inWorld(['a.log*'], async (world) => {
    await writeFile(world.path('a.log'), numbered(0, 500))
    await world.start()
    await world.receive(500)
    await world.stop()
    await writeFile(world.path('a.log.3.gz'), gzipSync(numbered(0, 1000)))
    await unlink(world.path('a.log'))
    await writeFile(world.path('a.log.2'), numbered(1000, 500))
    await writeFile(world.path('a.log.1'), numbered(1500, 500))
    await writeFile(world.path('a.log'), numbered(2000, 500))
    await world.start()
    assert.deepEqual(await world.receive(2500), ALL)
  }))

test('stopped and started every 300 ms under rename every 100 ms: every line once', () =>
  inWorld(['a.log'], async (world) => {
    let isWriting = true
    await writeFile(world.path('a.log'), '')
    await world.start()
    const writing = world.write({ ...task, rotateMs: 100 }).finally(() => (isWriting = false))
    while (isWriting) {
      await world.stop()
      await world.start()
      await Promise.race([writing, new Promise((resolve) => setTimeout(resolve, 300))])
    }
    await writing
    assert.deepEqual(await world.receive(LINES), ALL)
  }))

test('44: deleted and made anew a hundred times: all content, and no deleted file stays open', () =>
  inWorld(['a.log'], async (world) => {
    await world.start()
    for (let turn = 0; turn < 100; turn += 1) {
      await writeFile(world.path('a.log'), numbered(turn, 1))
      // Content that lives shorter than one look can not be seen: each is read before it goes.
      while ((await world.received()).length <= turn) await new Promise((resolve) => setTimeout(resolve, 2))
      await unlink(world.path('a.log'))
    }
    assert.deepEqual(await world.receive(100), ALL)
    assert.deepEqual(await deletedOpenFiles(world.path('')), [])
  }))

test('a rotation that copies by hand: the copy has what was not read', () =>
  inWorld(['a.log'], async (world) => {
    await writeFile(world.path('a.log'), numbered(0, 500))
    await world.start()
    await world.receive(500)
    await world.stop()
    await appendFile(world.path('a.log'), numbered(500, 500))
    await copyFile(world.path('a.log'), world.path('a.log-20260101'))
    await truncate(world.path('a.log'), 0)
    await appendFile(world.path('a.log'), numbered(1000, 10))
    await rename(world.path('a.log-20260101'), world.path('a.log-20260102'))
    await world.start()
    assert.deepEqual(await world.receive(1010), ALL)
  }))

async function deletedOpenFiles(directory: string): Promise<string[]> {
  const links = await readdir('/proc/self/fd').catch(() => [])
  const targets = await Promise.all(links.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  return targets.filter((target) => target.startsWith(directory) && target.endsWith('(deleted)'))
}
