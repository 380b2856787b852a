import { deepEqual, equal } from 'node:assert/strict'
import { appendFile, rename, unlink, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { numbered, passthrough, withTail } from './testing/tail-bench.ts'

test('34: a 10 MB line among others is cut, its neighbours are whole, one is counted', () =>
  withTail({}, async (bench) => {
    const { path, buffer, start } = bench
    await writeFile(path('a.log'), `before\n${'x'.repeat(10_000_000)}\nafter\n`)
    await start()
    await buffer.until(() => buffer.lines().length === 3)
    const [before, cut, after] = buffer.lines()
    deepEqual([before, after], ['before', 'after'])
    equal(cut, `${'x'.repeat(1024 * 1024)}[cut 10000000]`)
    await bench.until(() => bench.source.status()[0]?.cutLines === 1)
    await bench.until(() => bench.source.status()[0]?.offset === 10_000_014)
  }))

test('a line of exactly the limit is whole, one byte more is cut', () =>
  withTail({ limits: { lineBytesMax: 1000 } }, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), `${'a'.repeat(1000)}\n${'b'.repeat(1001)}\nc\n`)
    await start()
    await buffer.until(() => buffer.lines().length === 3)
    deepEqual(buffer.lines(), ['a'.repeat(1000), `${'b'.repeat(1000)}[cut 1001]`, 'c'])
  }))

test('a long line that comes in pieces, over a restart', () =>
  withTail({ limits: { lineBytesMax: 1000 } }, async ({ path, buffer, start, restart }) => {
    await writeFile(path('a.log'), 'one\n')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    for (let piece = 0; piece < 10; piece += 1) {
      await appendFile(path('a.log'), 'x'.repeat(700))
      if (piece === 5) await restart()
    }
    await appendFile(path('a.log'), '\ntwo\n')
    await buffer.until(() => buffer.lines().length === 3)
    deepEqual(buffer.lines(), ['one', `${'x'.repeat(1000)}[cut 7000]`, 'two'])
  }))

test('35: a file of nothing but too long lines goes on', () =>
  withTail({ limits: { lineBytesMax: 100 } }, async (bench) => {
    const { path, buffer, start } = bench
    await writeFile(path('a.log'), `${'x'.repeat(500)}\n`.repeat(200))
    await start()
    await buffer.until(() => buffer.lines().length === 200)
    await bench.until(() => bench.source.status()[0]?.offset === 200 * 501)
  }))

test('a deleted file that ends in a long line without newline', () =>
  withTail({ limits: { lineBytesMax: 100 } }, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), 'one\n')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    await appendFile(path('a.log'), 'x'.repeat(5000))
    await unlink(path('a.log'))
    await buffer.until(() => buffer.lines().length === 2)
    equal(buffer.lines()[1], `${'x'.repeat(100)}[cut 5000]`)
  }))

test('bytes are kept: CRLF, NUL, invalid UTF-8; a byte order mark goes, but not from a raw stream', async () => {
  const odd = Buffer.from([0xff, 0xfe, 0, 0x61, 0x0d, 0x0a, 0x0a, 0x80, 0x0a])
  const bom = Buffer.from([0xef, 0xbb, 0xbf])
  for (const isRaw of [false, true]) {
    await withTail({ isRaw }, async (bench) => {
      const { path, buffer, start } = bench
      await writeFile(path('a.log'), Buffer.concat([bom, odd]))
      await start()
      await buffer.until(() => buffer.bytes().length >= odd.length)
      deepEqual(buffer.bytes(), isRaw ? Buffer.concat([bom, odd]) : odd)
      await bench.until(() => bench.source.status()[0]?.offset === odd.length + 3)
    })
  }
})

test('33: written in two parts, split at every byte', () =>
  withTail({}, async ({ path, buffer, start }) => {
    const text = Buffer.from('a\r\n😀é\nz\n')
    await start()
    for (let split = 0; split <= text.length; split += 1) {
      await writeFile(path(`${split}.log`), text.subarray(0, split))
      await appendFile(path(`${split}.log`), text.subarray(split))
    }
    await buffer.until(() => buffer.lines().length === 3 * (text.length + 1))
    for (const chunks of buffer.bytesOf.values()) deepEqual(Buffer.concat(chunks), text)
  }))

test('a parser that changes the bytes: ranges are those of the file', () => {
  const parser = {
    ...passthrough,
    passthrough: false,
    parseBlock: (block: Buffer) => Buffer.from(block.toString().toUpperCase()),
  }
  return withTail({ parser }, async (bench) => {
    await writeFile(bench.path('a.log'), 'abc\n')
    await bench.start()
    await bench.buffer.until(() => bench.buffer.lines().length === 1)
    equal(bench.buffer.text(), 'ABC\n')
    await bench.until(() => bench.source.status()[0]?.offset === 4)
  })
})

test('27: a rotated file without final newline: handed over when it stays silent; what comes then is right too', () =>
  withTail({}, async ({ path, buffer, start, restart }) => {
    await writeFile(path('a.log'), 'one\ntwo')
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    await rename(path('a.log'), path('a.log.1'))
    await writeFile(path('a.log'), numbered(0, 1))
    await buffer.until(() => buffer.lines().length === 3)
    await restart()
    await appendFile(path('a.log.1'), '\nthree\n')
    await buffer.until(() => buffer.lines().length === 4)
    deepEqual(buffer.lines().toSorted(), [numbered(0, 1).trim(), 'one', 'three', 'two'].toSorted())
  }))
