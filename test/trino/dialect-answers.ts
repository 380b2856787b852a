/**
 * The same statements in Trino and in Hozon's dialect: dialect-corpus.txt has those that both answer (an expression a line, or
 * a whole query), dialect-accepted.txt those that are known to differ, under their reasons.
 */
import { readFileSync } from 'node:fs'
import { openDialect } from '../../src/query/dialect/held-back/dialect.ts'
import { cellText } from './trino-text.ts'
import type { Trino } from './trino.ts'

/** So many expressions are one SELECT: a query costs more than they do. */
const BATCH = 40

export interface Difference {
  statement: string
  trino: string
  hozon: string
}

export function linesOf(name: 'corpus' | 'accepted'): string[] {
  const text = readFileSync(new URL(`dialect-${name}.txt`, import.meta.url), 'utf8')
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('# '))
}

export async function differences(trino: Trino, statements: string[]): Promise<Difference[]> {
  const dialect = await openDialect()
  try {
    const found: Difference[] = []
    for (const [statement, text] of await trinoTexts(trino, statements)) {
      const own = await dialect.answer(isQuery(statement) ? statement : `SELECT ${statement}`)
      if (comparable(text, statement) !== comparable(own, statement))
        found.push({ statement, trino: text, hozon: own })
    }
    return found
  } finally {
    dialect.close()
  }
}

function isQuery(statement: string): boolean {
  return /^\(?(SELECT|WITH|VALUES|TABLE)\b/.test(statement)
}

/** A literal of a time without milliseconds has none in Trino; and rows come in any order where none is asked for. */
function comparable(text: string, statement: string): string {
  const plain = text.replaceAll(/(\d\d:\d\d:\d\d)\.000/g, '$1')
  return isQuery(statement) && !statement.includes('ORDER BY') ? plain.split(' / ').sort().join(' / ') : plain
}

async function trinoTexts(trino: Trino, statements: string[]): Promise<[statement: string, text: string][]> {
  const texts: [string, string][] = []
  const expressions = statements.filter((statement) => !isQuery(statement))
  for (let from = 0; from < expressions.length; from += BATCH) {
    const batch = expressions.slice(from, from + BATCH)
    const { types, rows } = await trino.values(`SELECT ${batch.join(',\n')}`)
    for (const [index, statement] of batch.entries())
      texts.push([statement, cellText(rows[0]![index], types[index]!)])
  }
  for (const statement of statements.filter(isQuery)) {
    const { types, rows } = await trino.values(statement)
    const lines = rows.map((row) => row.map((value, index) => cellText(value, types[index]!)).join('|'))
    texts.push([statement, lines.length === 0 ? '<no row>' : lines.join(' / ')])
  }
  return texts
}
