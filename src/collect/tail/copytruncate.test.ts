import { deepEqual, equal } from 'node:assert/strict'
import { appendFile, copyFile, open, rename, truncate, unlink, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { eachOnce, numbered, withTail } from './testing/tail-bench.ts'

test('copytruncate inside the glob: the copy is not read again', () =>
  withTail({ paths: ['a.log*'] }, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), '')
    await start()
    for (let turn = 0; turn < 10; turn += 1) {
      await appendFile(path('a.log'), numbered(turn * 100, 100))
      await copyFile(path('a.log'), path(`a.log.${turn}`))
      await truncate(path('a.log'), 0)
    }
    await appendFile(path('a.log'), 'last\n')
    await buffer.until(() => buffer.lines().includes('last') && buffer.lines().length >= 1001)
    eachOnce(buffer.lines(), 1001)
  }))

test('copytruncate with the copy outside the glob: the unread rest is read in the copy', () =>
  withTail({ paths: ['a.log'] }, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), numbered(0, 10))
    await start()
    await buffer.until(() => buffer.lines().length === 10)
    for (let turn = 1; turn <= 5; turn += 1) {
      await appendFile(path('a.log'), numbered(turn * 10, 10))
      await copyFile(path('a.log'), path(`a.log.${turn}`))
      await truncate(path('a.log'), 0)
    }
    await buffer.until(() => buffer.lines().length >= 60)
    eachOnce(buffer.lines(), 60)
  }))

test('copytruncate while stopped: the unread rest of the old content is read in the copy', () =>
  withTail({ paths: ['a.log*'] }, async ({ path, buffer, start, stop }) => {
    await writeFile(path('a.log'), numbered(0, 10))
    await start()
    await buffer.until(() => buffer.lines().length === 10)
    await stop()
    await appendFile(path('a.log'), numbered(10, 10))
    await copyFile(path('a.log'), path('a.log.1'))
    await writeFile(path('a.log'), numbered(20, 30))
    await start()
    await buffer.until(() => buffer.lines().length >= 50)
    eachOnce(buffer.lines(), 50)
  }))

test('truncated and at once rewritten to more, or to the very same size', () =>
  withTail({}, async ({ path, buffer, start }) => {
    const header = 'h'.repeat(1500)
    await writeFile(path('a.log'), `${header}\nfirst\n`)
    await start()
    await buffer.until(() => buffer.lines().length === 2)
    await writeFile(path('a.log'), `${header}\nother\n`)
    await buffer.until(() => buffer.lines().length === 4)
    await writeFile(path('a.log'), `${header}\nlarge\n${header}\n`)
    await buffer.until(() => buffer.lines().length === 7)
    deepEqual(
      buffer.lines().filter((line) => line !== header),
      ['first', 'other', 'large'],
    )
  }))

test('truncated while stopped with from: end: the new content is read', () =>
  withTail({ from: 'end' }, async ({ path, buffer, start, stop }) => {
    await writeFile(path('a.log'), 'old\n')
    await start()
    await appendFile(path('a.log'), 'one\n')
    await buffer.until(() => buffer.lines().length === 1)
    await stop()
    await writeFile(path('a.log'), 'two\n')
    await start()
    await buffer.until(() => buffer.lines().length === 2)
    deepEqual(buffer.lines(), ['one', 'two'])
  }))

test('a stale writer leaves a hole after truncation: it is passed over and counted in the range', () =>
  withTail({}, async ({ path, buffer, start }) => {
    const writer = await open(path('a.log'), 'w')
    await writer.write(numbered(0, 100), 0)
    const size = numbered(0, 100).length
    await start()
    await buffer.until(() => buffer.lines().length === 100)
    await truncate(path('a.log'), 0)
    await writer.write(numbered(100, 100), size)
    await buffer.until(() => buffer.lines().length === 200)
    eachOnce(buffer.lines(), 200)
    const last = buffer.savedSources().find(({ offset }) => offset > size)
    equal(last?.offset, (await writer.stat()).size)
    await writer.close()
  }))

test('two files with the same beginning are both read, copies or not', () =>
  withTail({ paths: ['*.log*'] }, async ({ path, buffer, start }) => {
    const header = `${'h'.repeat(4096)}\n`
    await writeFile(path('a.log'), `${header}a\n`)
    await writeFile(path('b.log'), `${header}b\n`)
    await writeFile(path('a.log.1'), `${header}old\n`)
    await start()
    await buffer.until(() => buffer.lines().length === 6)
    deepEqual(
      buffer
        .lines()
        .filter((line) => line.length < 9)
        .toSorted(),
      ['a', 'b', 'old'],
    )
  }))

test('a file that was like another one until it went its own way is read wholly', () =>
  withTail({ paths: ['a.log*'] }, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), 'same\n')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    await writeFile(path('a.log.1'), 'same\n')
    await appendFile(path('a.log'), 'a goes on\n')
    await buffer.until(() => buffer.lines().length === 2)
    await appendFile(path('a.log.1'), 'and the other differently\n')
    await buffer.until(() => buffer.lines().length === 4)
    deepEqual(buffer.lines().slice(2), ['same', 'and the other differently'])
  }))

test('deleted and made anew in the same inode, running and stopped: read from its beginning', () =>
  withTail({}, async ({ path, buffer, start, stop }) => {
    await start()
    let count = 0
    for (let turn = 0; turn < 100; turn += 1) {
      await writeFile(path('a.log'), 'always the same line\n')
      count += 1
      await buffer.until(() => buffer.lines().length === count)
      if (turn % 10 === 0) await stop()
      await unlink(path('a.log'))
      if (turn % 10 === 0) await start()
    }
    equal(buffer.lines().length, 100)
  }))

test('moved, truncated and moved back', () =>
  withTail({ paths: ['a.log'] }, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), 'one\n')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    await rename(path('a.log'), path('elsewhere'))
    await truncate(path('elsewhere'), 0)
    await rename(path('elsewhere'), path('a.log'))
    await appendFile(path('a.log'), 'two\n')
    await buffer.until(() => buffer.lines().length === 2)
    deepEqual(buffer.lines(), ['one', 'two'])
  }))

test('rewritten with lines of the same width that end alike', () =>
  withTail({}, async ({ path, buffer, start }) => {
    const lines = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => `${1000 + from + at} ${'suffix '.repeat(30)}\n`).join('')
    await writeFile(path('a.log'), lines(0, 50))
    await start()
    await buffer.until(() => buffer.lines().length === 50)
    await writeFile(path('a.log'), lines(50, 80))
    await buffer.until(() => buffer.lines().length === 130)
    eachOnce(buffer.lines(), 130)
  }))
