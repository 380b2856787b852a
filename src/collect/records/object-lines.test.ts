import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import openWabt from 'wabt'
import { COMPILED, countObjectLines } from './object-lines.ts'

const SOURCE = 'object-lines.wat'
const SEED = 20261123
const LINE_BYTES_MAX = 60

/** The same by regular expressions. */
function counted(text: string): number | undefined {
  if (!text.endsWith('\n')) return text === '' ? 0 : undefined
  const lines = text.slice(0, -1).split('\n')
  const isClean = (line: string): boolean =>
    line.length <= LINE_BYTES_MAX && /^\{.*\}\r?$/s.test(line) && !/\}[ \t\r]*\{/.test(line)
  return lines.every(isClean) ? lines.length : undefined
}

test(`what is compiled is ${SOURCE}`, async () => {
  const wabt = await openWabt()
  const source = readFileSync(join(import.meta.dirname, SOURCE), 'utf8')
  const compiled = wabt.parseWat(SOURCE, source, { simd: true }).toBinary({}).buffer
  assert.equal(COMPILED, Buffer.from(compiled).toString('base64'))
})

test('counts what regular expressions count', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '\n',
    '{}\n',
    '}\n',
    '\n{',
    '}\r\n',
    ' ',
    '\t',
    '\r',
    'a',
    '"text"',
    '{"a":1}\n',
    'é',
    '\0',
  )
  const line = fc
    .stringMatching(/^[a-z{} \t\r]{0,40}$/)
    .map((inside) => (inside === '' ? '{}\n' : `{${inside.replaceAll(/\}[ \t\r]*\{/g, '}')}}\n`))
  const text = fc.oneof(
    { weight: 1, arbitrary: fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')) },
    { weight: 3, arbitrary: fc.array(line, { maxLength: 8 }).map((lines) => lines.join('')) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.array(line, { maxLength: 6 }), piece, fc.array(line, { maxLength: 6 }))
        .map(([before, one, after]) => before.join('') + one + after.join('')),
    },
  )
  const found = { clean: 0, other: 0 }
  fc.assert(
    fc.property(text, (text) => {
      const expected = counted(text)
      found[expected === undefined ? 'other' : 'clean']++
      assert.equal(countObjectLines(Buffer.from(text, 'latin1'), LINE_BYTES_MAX), expected)
    }),
    { seed: SEED, numRuns: 3000 },
  )
  assert.ok(found.clean > 500 && found.other > 500, JSON.stringify(found))
})

test('what is left in memory of a longer text is not counted', () => {
  assert.equal(countObjectLines(Buffer.from('{"a":1}\n'.repeat(20_000)), LINE_BYTES_MAX), 20_000)
  for (const text of ['{"a":1', '{', '{}', '{"a":"1234567890"'])
    assert.equal(countObjectLines(Buffer.from(text), LINE_BYTES_MAX), undefined)
  assert.equal(countObjectLines(Buffer.from('{"a":1}\n'), LINE_BYTES_MAX), 1)
})
