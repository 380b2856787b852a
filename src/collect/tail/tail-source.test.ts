import { deepEqual, equal } from 'node:assert/strict'
import { appendFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { withTail } from './testing/tail-bench.ts'

test('reads what is there and follows what is added', () =>
  withTail({}, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), 'one\ntwo\n')
    await start()
    await buffer.until(() => buffer.lines().length === 2)
    await appendFile(path('a.log'), 'three\nfo')
    await buffer.until(() => buffer.lines().length === 3)
    await appendFile(path('a.log'), 'ur\n')
    await buffer.until(() => buffer.lines().length === 4)
    deepEqual(buffer.lines(), ['one', 'two', 'three', 'four'])
  }))

test('a file that appears is read from its beginning', () =>
  withTail({ from: 'end' }, async ({ path, buffer, start }) => {
    await writeFile(path('old.log'), 'skipped\n')
    await start()
    await writeFile(path('new.log'), 'read\n')
    await buffer.until(() => buffer.lines().length === 1)
    await appendFile(path('old.log'), 'added\n')
    await buffer.until(() => buffer.lines().length === 2)
    deepEqual(buffer.lines(), ['read', 'added'])
  }))

test('goes on where it stopped', () =>
  withTail({}, async ({ path, buffer, start, stop }) => {
    await writeFile(path('a.log'), 'one\ntw')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    await stop()
    await appendFile(path('a.log'), 'o\nthree\n')
    await start()
    await buffer.until(() => buffer.lines().length === 3)
    deepEqual(buffer.lines(), ['one', 'two', 'three'])
    equal(buffer.bytesOf.size, 1)
  }))

test('renamed away and made anew: both are read to their ends', () =>
  withTail({}, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), 'one\n')
    await start()
    for (let turn = 1; turn <= 20; turn += 1) {
      await appendFile(path('a.log'), `before ${turn}\n`)
      await rename(path('a.log'), path(`a.log.${turn}`))
      await appendFile(path(`a.log.${turn}`), `late ${turn}\n`)
      await writeFile(path('a.log'), `after ${turn}\n`)
    }
    await buffer.until(() => buffer.lines().length >= 61)
    equal(new Set(buffer.lines()).size, 61)
    equal(buffer.lines().length, 61)
  }))

test('rotated while stopped', () =>
  withTail({}, async ({ path, buffer, start, stop }) => {
    await writeFile(path('a.log'), 'one\n')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    await stop()
    await appendFile(path('a.log'), 'two\n')
    await rename(path('a.log'), path('a.log.2'))
    await writeFile(path('a.log.1'), 'three\n')
    await writeFile(path('a.log'), 'four\n')
    await start()
    await buffer.until(() => buffer.lines().length === 4)
    deepEqual(buffer.lines().toSorted(), ['four', 'one', 'three', 'two'])
  }))

test('a deleted file is read to its end, the unterminated line too', () =>
  withTail({}, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), 'one\n')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    await appendFile(path('a.log'), 'two\nthree')
    await unlink(path('a.log'))
    await buffer.until(() => buffer.lines().length === 3)
    deepEqual(buffer.lines(), ['one', 'two', 'three'])
    await rm(path('a.log'), { force: true })
  }))

test('what the buffer refuses is read again', () =>
  withTail({}, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), 'one\n')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    buffer.refuse(3)
    for (let line = 2; line <= 100; line += 1) await appendFile(path('a.log'), `${line}\n`)
    await buffer.until(() => buffer.lines().length === 100)
    equal(new Set(buffer.lines()).size, 100)
    equal(buffer.refused, 3)
  }))
