/** Rows of cells as aligned columns, cut to the width of the terminal where there is one. */
import { fitText, textWidth } from './text-width.ts'

export interface Cell {
  text: string
  align: 'left' | 'right'
}

const GAP = '  '
/** A column is not cut below this; when that is not enough, lines are longer than the terminal. */
export const COLUMN_WIDTH_MIN = 8

export function layOut(rows: readonly Cell[][], columns: number | undefined): string {
  const widths = fitWidths(naturalWidths(rows), columns)
  return rows.map((row) => layOutRow(row, widths)).join('')
}

export function naturalWidths(rows: readonly Cell[][]): number[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach(({ text }, index) => {
      widths[index] = Math.max(widths[index] ?? 0, textWidth(text))
    })
  }
  return widths
}

/** The widest columns give way first, down to the minimum. */
export function fitWidths(natural: readonly number[], columns: number | undefined): number[] {
  const widths = [...natural]
  if (columns === undefined) return widths
  const available = columns - GAP.length * (widths.length - 1)
  let total = widths.reduce((sum, width) => sum + width, 0)
  while (total > available) {
    const widest = widths.indexOf(Math.max(...widths))
    if (widths[widest]! <= COLUMN_WIDTH_MIN) break
    widths[widest]!--
    total--
  }
  return widths
}

export function layOutRow(row: readonly Cell[], widths: readonly number[]): string {
  const cells = row.map(({ text, align }, index) => {
    const fitted = fitText(text, widths[index]!)
    const padding = ' '.repeat(Math.max(0, widths[index]! - textWidth(fitted)))
    return align === 'right' ? padding + fitted : fitted + padding
  })
  return `${cells.join(GAP).trimEnd()}\n`
}
