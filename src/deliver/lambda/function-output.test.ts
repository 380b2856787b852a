import assert from 'node:assert/strict'
import { test } from 'node:test'
import { functionOutput } from './function-output.ts'

function open() {
  const lines: string[] = []
  return { lines, output: functionOutput((line) => lines.push(line)) }
}

test('pieces become lines; what has no newline comes at the end', () => {
  const { lines, output } = open()
  output.begin()
  for (const byte of Buffer.from('öne\ntwo\n\n  \nthree')) output.take(Buffer.of(byte))
  assert.deepEqual(lines, ['öne', 'two'])
  output.end()
  assert.deepEqual(lines, ['öne', 'two', 'three'])
})

test('a flood is counted, and the next call prints again', () => {
  const { lines, output } = open()
  output.begin()
  for (let line = 0; line < 1000; line++) output.take(Buffer.from(`${line}\n`))
  assert.equal(lines.length, 100)
  output.begin()
  output.take(Buffer.from('next\n'))
  assert.deepEqual(lines.slice(100), ['… and 900 more lines, which are not logged', 'next'])
})

test('a line without end is cut, and takes no memory', () => {
  const { lines, output } = open()
  output.begin()
  for (let piece = 0; piece < 100; piece++) output.take(Buffer.alloc(10_000, 'x'))
  output.take(Buffer.from('\n'))
  assert.deepEqual(lines, [`${'x'.repeat(2000)}…`])
})
