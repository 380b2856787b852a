/**
 * Rows as Athena's result files have them: every value quoted, quotes doubled, NULL as nothing, an empty text as `""`.
 * A row whose only value is NULL is an empty line, as at Athena.
 */
import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { Cell } from './cells.ts'

export function csvHeader(names: readonly string[]): string {
  return `${names.map(quotedCsv).join(',')}\n`
}

/** The first `rows` rows of a chunk, column by column: that is how the engine holds them. */
export function csvRows(chunk: DuckDBDataChunk, writers: readonly Cell[], rows: number): string {
  const columns = writers.map((writer, index) => {
    const vector = chunk.getColumnVector(index)
    const texts: string[] = []
    for (let row = 0; row < rows; row++) {
      const value = vector.getItem(row)
      texts.push(value === null ? '' : quotedCsv(writer(value)))
    }
    return texts
  })
  let text = ''
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns.length; column++)
      text += column === 0 ? columns[column]![row]! : `,${columns[column]![row]!}`
    text += '\n'
  }
  return text
}

function quotedCsv(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`
}
