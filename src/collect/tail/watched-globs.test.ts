import { deepEqual } from 'node:assert/strict'
import { appendFile, rename, utimes, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { withTail } from './testing/tail-bench.ts'

/** An hour ago: an old rotation is older than the start by more than any clock's tick. */
const OLD = new Date(Date.now() - 3600_000)

test('what was rotated between a start that met no file and the next start is read; an old rotation is not', () =>
  withTail({}, async ({ path, buffer, start, stop }) => {
    await writeFile(path('app.log.9'), 'old\n')
    await utimes(path('app.log.9'), OLD, OLD)
    await start()
    await stop()
    await writeFile(path('app.log'), 'one\n')
    await rename(path('app.log'), path('app.log.1'))
    await writeFile(path('app.log'), 'two\n')
    await rename(path('app.log'), path('app.log.2'))
    await writeFile(path('app.log'), 'three\n')
    await start()
    await buffer.until(() => buffer.lines().length === 3)
    deepEqual(buffer.lines().toSorted(), ['one', 'three', 'two'])
  }))

test('also when no file has the followed name at that start', () =>
  withTail({ paths: ['app.log'] }, async ({ path, buffer, start, stop }) => {
    await start()
    await stop()
    await writeFile(path('app.log.1'), 'rotated\n')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    await appendFile(path('app.log'), 'current\n')
    await buffer.until(() => buffer.lines().length === 2)
    deepEqual(buffer.lines(), ['rotated', 'current'])
  }))

test('at the very first start a rotation is not read, however new it is', () =>
  withTail({}, async ({ path, buffer, start }) => {
    await writeFile(path('app.log.1'), 'rotated\n')
    await writeFile(path('app.log'), 'current\n')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    deepEqual(buffer.lines(), ['current'])
  }))
