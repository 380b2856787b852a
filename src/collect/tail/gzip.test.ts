import { deepEqual, equal, match } from 'node:assert/strict'
import { appendFile, rename, unlink, utimes, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { eachOnce, numbered, withTail } from './testing/tail-bench.ts'

test('a gzip file is read decompressed, all its members, and its unterminated last line', () =>
  withTail({ paths: ['*.gz'] }, async ({ path, buffer, start }) => {
    await writeFile(
      path('a.gz'),
      Buffer.concat([gzipSync(numbered(0, 50)), gzipSync(`${numbered(50, 50)}last`)]),
    )
    await start()
    await buffer.until(() => buffer.lines().length === 101)
    eachOnce(buffer.lines(), 101)
    equal(buffer.lines().at(-1), 'last')
  }))

test('rotated three times while stopped, the oldest compressed: its unread rest is read, and only that', () =>
  withTail({ paths: ['a.log'] }, async ({ path, buffer, start, stop }) => {
    await writeFile(path('a.log'), numbered(0, 10))
    await start()
    await buffer.until(() => buffer.lines().length === 10)
    await stop()
    await writeFile(path('a.log.3.gz'), gzipSync(numbered(0, 20)))
    await unlink(path('a.log'))
    await writeFile(path('a.log.2'), numbered(20, 10))
    await writeFile(path('a.log.1'), numbered(30, 10))
    await writeFile(path('a.log'), numbered(40, 10))
    await start()
    await buffer.until(() => buffer.lines().length >= 50)
    eachOnce(buffer.lines(), 50)
  }))

test('41: rotated, compressed, all matching the glob', () =>
  withTail({ paths: ['a.log*'] }, async ({ path, buffer, start, restart }) => {
    await start()
    for (let turn = 0; turn < 5; turn += 1) {
      await writeFile(path('a.log'), numbered(turn * 10, 10))
      await buffer.until(() => buffer.lines().length === turn * 10 + 10)
      await rename(path('a.log'), path('a.log.1'))
      await writeFile(path(`a.log.${turn + 2}.gz`), gzipSync(numbered(turn * 10, 10)))
      await unlink(path('a.log.1'))
      if (turn === 2) await restart()
    }
    await writeFile(path('a.log'), 'last\n')
    await buffer.until(() => buffer.lines().length >= 51)
    await restart()
    await appendFile(path('a.log'), 'really last\n')
    await buffer.until(() => buffer.lines().length >= 52)
    eachOnce(buffer.lines(), 52)
  }))

test('42: cut short: what is whole is read once, the rest when it comes', () =>
  withTail(
    { paths: ['*.gz'], limits: { gzipStableMs: 0 } },
    async ({ path, buffer, source, start, restart }) => {
      void source
      const whole = gzipSync(numbered(0, 100_000))
      await writeFile(path('a.gz'), whole.subarray(0, whole.length / 2))
      await start()
      await buffer.until(() => buffer.lines().length > 40_000)
      await restart()
      await writeFile(path('a.gz'), whole)
      await buffer.until(() => buffer.lines().length === 100_000)
      eachOnce(buffer.lines(), 100_000)
    },
  ))

test('a damaged gzip file: the error is told', () =>
  withTail({ paths: ['*.gz'] }, async (bench) => {
    const whole = gzipSync(numbered(0, 1000))
    await writeFile(bench.path('a.gz'), whole.subarray(0, whole.length - 20))
    const old = new Date(0)
    await utimes(bench.path('a.gz'), old, old)
    await bench.start()
    await bench.until(() => bench.source.status().some(({ message }) => message !== undefined))
    match(bench.source.status()[0]?.message ?? '', /gzip: unexpected end of file/)
  }))

test('43: stopped in the middle of a gzip file, goes on at the decompressed offset', () =>
  withTail({ paths: ['*.gz'], limits: { lineBytesMax: 1000 } }, async ({ path, buffer, start, stop }) => {
    await writeFile(path('a.gz'), gzipSync(numbered(0, 20_000)))
    await start()
    await buffer.until(() => buffer.lines().length > 5000)
    await stop()
    const before = buffer.lines().length
    await start()
    await buffer.until(() => buffer.lines().length === 20_000)
    deepEqual([before < 20_000, buffer.bytesOf.size], [true, 1])
    eachOnce(buffer.lines(), 20_000)
  }))
