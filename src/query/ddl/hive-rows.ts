/** Lines of DESCRIBE as Hive lays them out: three fields, most of them filled with blanks to a width. */

const WIDTH = 20

export function padded(text: string): string {
  return text.padEnd(WIDTH)
}

/** A column: Hive ends a line where a comment has a tab. */
export function columnRow(name: string, type: string, comment: string): string[] {
  const [text] = padded(comment.replaceAll(/[\r\n]+/g, ' ')).split('\t')
  return [padded(name), padded(type), text!]
}

export const BLANK_ROW = ['', ' ', ' ']

export function headingRow(text: string): string[] {
  return [text, ' ', ' ']
}

export const COLUMNS_HEADING = [padded('# col_name'), padded('data_type'), padded('comment')]

/** `Database:           \tlogs                \t ` */
export function factRow(label: string, value: string): string[] {
  return [padded(label), padded(value), ' ']
}

/** Under a heading, by key. */
export function parameterRows(heading: string, parameters: Record<string, string> = {}): string[][] {
  const rows = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ['', padded(key), padded(escaped(value))])
  return [headingRow(heading), ...rows]
}

/** One row stays one line. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Thu Apr 23 02:55:21 UTC 2020` */
export function hiveTime(ms: number | undefined): string {
  if (ms === undefined) return 'UNKNOWN'
  const date = new Date(ms)
  const iso = date.toISOString()
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${iso.slice(8, 10)} ${iso.slice(11, 19)} UTC ${date.getUTCFullYear()}`
}
