import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import openWabt from 'wabt'
import { COMPILED, openTexts, setBetween } from './base64-texts.ts'

const SOURCE = 'base64-texts.wat'
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const memory = { take: (bytes: number) => Buffer.allocUnsafe(bytes) }

/** One text behind another, as clients write them that leave out spaces. */
function bodyOf(texts: readonly string[]): Buffer {
  return Buffer.from(`${texts.join('"},{"Data":"')}"}]}`)
}

function decoded(texts: readonly string[]): Buffer[] | undefined {
  const body = bodyOf(texts)
  const opened = openTexts(body)
  const behind = opened.decode(0)
  if (behind === undefined) return undefined
  assert.equal(behind, body.length - ']}}'.length)
  const { bytes, ends } = opened.block(memory)
  return Array.from(ends, (end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1]!, end))
}

test(`what is compiled is ${SOURCE}`, async () => {
  const wabt = await openWabt()
  const source = readFileSync(join(import.meta.dirname, SOURCE), 'utf8')
  const compiled = wabt.parseWat(SOURCE, source, { simd: true }).toBinary({}).buffer
  assert.equal(COMPILED, Buffer.from(compiled).toString('base64'))
})

test('texts of every length, with every byte in every place of a group', () => {
  const records: Buffer[] = []
  for (let length = 0; length < 100; length++)
    records.push(Buffer.from(Array.from({ length }, (_, index) => (index * 7 + length * 3) & 0xff)))
  for (let byte = 0; byte < 256; byte++) records.push(Buffer.from([byte, 255 - byte, byte, byte ^ 0x55]))
  assert.deepEqual(decoded(records.map((record) => record.toString('base64'))), records)
})

test('a byte that is no letter is found wherever it stands', () => {
  const text = Buffer.alloc(50, 'letters').toString('base64')
  for (let byte = 0; byte < 256; byte++) {
    const letter = String.fromCharCode(byte)
    if (LETTERS.includes(letter) || letter === '"') continue
    for (let at = 0; at < 36; at++) {
      const wrong = Buffer.from(`${text}"`)
      wrong[at] = byte
      assert.equal(openTexts(wrong).decode(0), undefined, `byte ${byte} at ${at}`)
    }
  }
})

test('padding is as long as it must be, and the letter before it has no bits too many', () => {
  for (const head of ['', 'QUJD', 'QUJDQUJDQUJD', 'QUJDQUJDQUJDQUJD'])
    for (const letter of LETTERS)
      for (const end of [
        letter,
        `${letter}=`,
        `Q${letter}==`,
        `Q${letter}=`,
        `QU${letter}=`,
        `Q${letter}`,
        '=',
      ]) {
        const text = head + end
        const bytes = Buffer.from(text, 'base64')
        const isStrict = bytes.toString('base64') === text
        assert.deepEqual(decoded([text]), isStrict ? [bytes] : undefined, text)
      }
})

test('what is left in memory of a longer body is not read', () => {
  assert.equal(decoded([Buffer.alloc(3000, 'x').toString('base64')])?.[0]?.length, 3000)
  for (const text of ['', 'QUJD', 'QUJDQUJDQUJDQUJD'])
    assert.equal(openTexts(Buffer.from(text)).decode(0), undefined)
})

test('other bytes between texts, once they are known', (context) => {
  context.after(() => setBetween(Buffer.from('},{"Data":"')))
  const body = Buffer.from('QUJD"}, {"Data": "REVG"}, {"Data": "R0hJ"}]')
  const opened = openTexts(body)
  assert.equal(opened.decode(0), 'QUJD"'.length)
  setBetween(Buffer.from('}, {"Data": "'))
  assert.equal(opened.decode(body.indexOf('REVG')), body.length - 2)
  assert.equal(opened.block(memory).bytes.toString(), 'ABCDEFGHI')
  assert.deepEqual([...opened.block(memory).ends], [3, 6, 9])
})
