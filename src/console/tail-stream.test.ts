import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tailFeed } from './tail-stream.ts'

function sink() {
  const written: unknown[] = []
  return {
    written,
    writableLength: 0,
    write(text: string) {
      for (const line of text.trimEnd().split('\n')) written.push(JSON.parse(line))
      return true
    },
  }
}

test('a slow reader is told how many lines it did not see', () => {
  const to = sink()
  const feed = tailFeed(to as never)
  feed.onLines(Buffer.from('a\n'))
  to.writableLength = 2 * 1024 * 1024
  feed.onLines(Buffer.from('b\nc\n'))
  feed.onLines(Buffer.from('d\n'))
  assert.deepEqual(to.written, [{ line: 'a' }])
  to.writableLength = 0
  feed.onDrain()
  feed.onDrain()
  feed.onLines(Buffer.from('e\n'))
  assert.deepEqual(to.written, [{ line: 'a' }, { dropped: 3 }, { line: 'e' }])
})

test('of a block larger than the budget only the end is sent', () => {
  const to = sink()
  const line = 'x'.repeat(1000)
  tailFeed(to as never).onLines(Buffer.from(`${line}\n`.repeat(3000)))
  const [first, ...lines] = to.written as [{ dropped: number }, ...unknown[]]
  assert.equal(first.dropped + lines.length, 3000)
  assert.ok(lines.length > 1000 && lines.length < 1100)
})

test('characters that are split between blocks stay whole', () => {
  const to = sink()
  const feed = tailFeed(to as never)
  const bytes = Buffer.from('茶\n')
  feed.onLines(bytes.subarray(0, 2))
  feed.onLines(bytes.subarray(2))
  assert.deepEqual(to.written, [{ line: '茶' }])
})
