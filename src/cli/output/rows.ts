/**
 * A query's result as text. Each cell arrives as JSON text, so integers and decimals keep all their digits here.
 *
 *   json    an array of objects by column name
 *   ndjson  an object per line
 *   csv     Athena's: header, every value that is not NULL in double quotes (doubled inside), NULL as nothing between
 *           the commas, the empty string as "", lines end in \n; rows, arrays and maps as JSON
 *   table   for people: aligned; a row that is too wide for the terminal becomes lines of `column  value`
 */
import type { QueryResult } from '../../query/query.ts'
import { COLUMN_WIDTH_MIN, fitWidths, layOut, layOutRow, naturalWidths, type Cell } from './layout.ts'
import { withoutControlCharacters } from './plain-text.ts'

export const ROW_FORMATS = ['table', 'json', 'ndjson', 'csv'] as const
export type RowFormat = (typeof ROW_FORMATS)[number]

type Result = Pick<QueryResult, 'columns' | 'rows'>

export function formatRows(result: Result, format: RowFormat, columns: number | undefined): string {
  switch (format) {
    case 'json':
      return result.rows.length === 0 ? '[]\n' : `[\n${objects(result).join(',\n')}\n]\n`
    case 'ndjson':
      return objects(result)
        .map((object) => `${object}\n`)
        .join('')
    case 'csv':
      return csv(result)
    case 'table':
      return table(result, columns)
  }
}

function objects({ columns, rows }: Result): string[] {
  const names = uniqueNames(columns).map((name) => JSON.stringify(name))
  return rows.map((row) => `{${row.map((cell, index) => `${names[index]}:${cell}`).join(',')}}`)
}

/** SQL allows two columns of one name; a JSON object does not: the second is `name_2`. */
function uniqueNames(columns: Result['columns']): string[] {
  const taken = new Set<string>()
  return columns.map(({ name }) => {
    let unique = name
    for (let count = 2; taken.has(unique); count++) unique = `${name}_${count}`
    taken.add(unique)
    return unique
  })
}

function csv({ columns, rows }: Result): string {
  const header = columns.map(({ name }) => quote(name)).join(',')
  const lines = rows.map((row) =>
    row.map((cell) => (cell === 'null' ? '' : quote(plainCell(cell)))).join(','),
  )
  return [header, ...lines].map((line) => `${line}\n`).join('')
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** Text without its quotes; everything else as it is. */
function plainCell(cell: string): string {
  return cell.startsWith('"') ? (JSON.parse(cell) as string) : cell
}

function table({ columns, rows }: Result, width: number | undefined): string {
  const header = columns.map(({ name, type }) => toCell(name, type))
  const cells = rows.map((row) =>
    row.map((cell, index) =>
      toCell(cell === 'null' ? 'NULL' : plainCell(cell), columns[index]?.type ?? 'varchar'),
    ),
  )
  const isTooWide = width !== undefined && columns.length * (COLUMN_WIDTH_MIN + 2) > width
  if (isTooWide && rows.length > 0)
    return cells.map((row, index) => upright(header, row, index, width)).join('')
  const widths = fitWidths(naturalWidths([header, ...cells]), width)
  const rule = widths.map((columns): Cell => ({ text: '-'.repeat(columns), align: 'left' }))
  return [header, rule, ...cells].map((row) => layOutRow(row, widths)).join('')
}

function upright(header: readonly Cell[], row: readonly Cell[], index: number, width: number): string {
  const pairs = row.map((cell, column): Cell[] => [
    { text: header[column]!.text, align: 'left' },
    { text: cell.text, align: 'left' },
  ])
  return `-- row ${index + 1} ${'-'.repeat(Math.max(0, Math.min(width, 60) - 8 - String(index + 1).length))}\n${layOut(pairs, width)}`
}

function toCell(text: string, type: string): Cell {
  const isNumber = /^(tinyint|smallint|integer|bigint|real|float|double|decimal)/.test(type)
  return { text: withoutControlCharacters(text), align: isNumber ? 'right' : 'left' }
}
