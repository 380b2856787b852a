import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatRows, type RowFormat } from './rows.ts'
import { fitText, textWidth } from './text-width.ts'

const RESULT = {
  columns: [
    { name: 'n', type: 'bigint' },
    { name: 'text', type: 'varchar' },
    { name: 'n', type: 'decimal(38,2)' },
    { name: 'o', type: 'row(a bigint)' },
  ],
  rows: [
    ['9223372036854775807', '"say \\"hi\\", 茶\\n"', '12345678901234567890.10', '{"a":1}'],
    ['null', '""', 'null', 'null'],
  ],
}

function gives(format: RowFormat, text: string, columns?: number): void {
  assert.equal(formatRows(RESULT, format, columns), text)
}

test('json keeps all digits, and both columns of one name', () => {
  gives(
    'json',
    `[
{"n":9223372036854775807,"text":"say \\"hi\\", 茶\\n","n_2":12345678901234567890.10,"o":{"a":1}},
{"n":null,"text":"","n_2":null,"o":null}
]
`,
  )
  assert.equal(formatRows({ columns: RESULT.columns, rows: [] }, 'json', undefined), '[]\n')
})

test('ndjson', () => {
  gives(
    'ndjson',
    `{"n":9223372036854775807,"text":"say \\"hi\\", 茶\\n","n_2":12345678901234567890.10,"o":{"a":1}}
{"n":null,"text":"","n_2":null,"o":null}
`,
  )
})

test('csv tells NULL from the empty string, as Athena does', () => {
  gives(
    'csv',
    `"n","text","n","o"
"9223372036854775807","say ""hi"", 茶
","12345678901234567890.10","{""a"":1}"
,"",,
`,
  )
})

test('table aligns wide characters and numbers, a cell is one line', () => {
  gives(
    'table',
    `                  n  text                                  n  o
-------------------  --------------  -----------------------  -------
9223372036854775807  say "hi", 茶\\n  12345678901234567890.10  {"a":1}
               NULL                                     NULL  NULL
`,
  )
})

test('a table is cut to the terminal, the widest columns first', () => {
  const lines = formatRows(RESULT, 'table', 50).trimEnd().split('\n')
  for (const line of lines) assert.ok(textWidth(line) <= 50, line)
  assert.match(lines.join('\n'), /…/)
})

test('too many columns stand upright', () => {
  const columns = Array.from({ length: 12 }, (_, index) => ({ name: `c${index}`, type: 'bigint' }))
  const text = formatRows({ columns, rows: [columns.map((_, index) => `${index}`)] }, 'table', 60)
  assert.match(text, /^-- row 1 -+\nc0 {3}0\nc1 {3}1\n/)
})

test('fitText never gives more columns than asked', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      (text, columns) => {
        const fitted = fitText(text, columns)
        assert.ok(textWidth(fitted) <= Math.max(columns, 1))
        if (textWidth(text) <= columns) assert.equal(fitted, text)
      },
    ),
  )
})
