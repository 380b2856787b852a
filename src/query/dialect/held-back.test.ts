/**
 * Sets of queries that were written down with Trino's answers before they were ever run here, to measure the dialect
 * by what it was not made for. The cells are compared as Athena prints them, so that a wrong type shows: `8.0` is
 * a double, `8` an integer. `=> !` stands for an error.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { openDialect, type Dialect } from './held-back/dialect.ts'

describe('held-back queries', () => {
  let dialect: Dialect
  /** What is known to be wrong, or refused where Trino has an answer. */
  const open = new Set(textOf('open').split('\n').filter(Boolean))
  before(async () => {
    dialect = await openDialect()
  })
  after(() => dialect.close())

  for (const set of ['first', 'second']) {
    it(`${set}.txt`, async (test) => {
      const score = new Map<string, { right: number; all: number }>()
      const wrong = new Map<string, string>()
      const cases = casesOf(set)
      for (const { category, input, expected } of cases) {
        const count = score.get(category) ?? { right: 0, all: 0 }
        score.set(category, count)
        const got = await dialect.answer(
          /^\(?(SELECT|WITH|VALUES|TABLE) /.test(input) ? input : `SELECT ${input}`,
        )
        count.all++
        if (isExpected(expected, got)) count.right++
        else wrong.set(input, `${category}: ${input}\n    expected ${expected}\n    got      ${got}`)
      }
      for (const [category, { right, all }] of score) test.diagnostic(`${category}: ${right} of ${all}`)
      const surprising = [...wrong].filter(([input]) => !open.has(input)).map(([, text]) => text)
      assert.equal(surprising.length, 0, `\n${surprising.join('\n')}`)
      const mended = cases.filter(({ input }) => open.has(input) && !wrong.has(input))
      assert.deepEqual(mended, [], 'these are right now: out of open.txt')
    })
  }
})

interface Case {
  category: string
  input: string
  expected: string
}

function textOf(name: string): string {
  return readFileSync(new URL(`held-back/${name}.txt`, import.meta.url), 'utf8')
}

function casesOf(set: string): Case[] {
  const cases: Case[] = []
  let category = ''
  for (const line of textOf(set).split('\n')) {
    if (line.startsWith('# ')) category = line.slice(2)
    else if (line !== '') {
      const at = line.lastIndexOf(' => ')
      cases.push({ category, input: line.slice(0, at), expected: line.slice(at + 4) })
    }
  }
  return cases
}

function isExpected(expected: string, got: string): boolean {
  return expected.startsWith('!') ? got.startsWith(expected) : got === expected
}
