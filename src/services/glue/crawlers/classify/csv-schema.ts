/** The columns of a file of separated values: the sign that separates them, whether the first line names them, their types. */
import type { Column, ColumnType } from '../../../../base/schema.ts'
import { parseGlueType } from '../../../../format/serde/glue-type.ts'
import { splitCsv } from '../../../../format/serde/open-csv.ts'
import type { CustomClassifier, Guess } from './file-schema.ts'
import { mergeTypes } from './merge-types.ts'

const DELIMITERS = [',', '|', '\t', ';', '\x01']
const ROWS_MAX = 1000
const HEADER_LENGTH_MAX = 150
/** Of the lines that have as many fields as most: below it this is some other text. */
const CERTAINTY_MIN = 0.7

type CsvOptions = Extract<CustomClassifier, { kind: 'csv' }>

const BUILT_IN: CsvOptions = {
  kind: 'csv',
  delimiter: undefined,
  quote: undefined,
  header: 'UNKNOWN',
  names: [],
  types: [],
  allowsSingleColumn: false,
  serde: 'None',
}

/** Undefined: these are no separated values. */
export function guessCsv(text: string, isWhole: boolean, options: CsvOptions = BUILT_IN): Guess | undefined {
  const lines = text.split(/\r?\n/)
  if (!isWhole) lines.pop()
  const filled = lines.filter((line) => line !== '').slice(0, ROWS_MAX + 1)
  const quote = options.quote ?? '"'
  const tables = (options.delimiter === undefined ? DELIMITERS : [options.delimiter])
    .map((delimiter) => tableOf(filled, delimiter, quote, options))
    .filter((table) => table !== undefined)
  const best = tables.sort((a, b) => b.certainty - a.certainty || b.width - a.width)[0]
  return best === undefined ? undefined : guessOf(best, options)
}

interface SeparatedTable {
  delimiter: string
  certainty: number
  width: number
  rows: string[][]
  isQuoted: boolean
}

function tableOf(
  lines: readonly string[],
  delimiter: string,
  quote: string,
  { allowsSingleColumn, names, header }: CsvOptions,
): SeparatedTable | undefined {
  const rows = lines.map((line) => splitCsv(line, { separator: delimiter, quote, escape: '\\' }))
  const width = commonest(rows.map((row) => row.length))
  const rowsMin = names.length > 0 || header !== 'UNKNOWN' ? 1 : 2
  if (rows.length < rowsMin || width < (allowsSingleColumn ? 1 : 2)) return undefined
  const certainty = rows.filter((row) => row.length === width).length / rows.length
  if (certainty < CERTAINTY_MIN) return undefined
  const isQuoted = lines.some((line) => line.includes(quote))
  return { delimiter, certainty, width, rows, isQuoted }
}

function commonest(numbers: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

function guessOf(table: SeparatedTable, options: CsvOptions): Guess | undefined {
  const { rows, width, delimiter, isQuoted, certainty } = table
  const hasHeader =
    options.header === 'PRESENT' ||
    (options.header === 'UNKNOWN' && options.names.length === 0 && isHeader(rows, width))
  const names = options.names.length > 0 ? options.names : hasHeader ? rows[0]! : []
  const values = hasHeader ? rows.slice(1) : rows
  // OpenCSVSerde takes quotes off; LazySimpleSerDe reads faster, and reads what is empty as NULL.
  const usesOpenCsv = options.serde === 'OpenCSVSerDe' || (options.serde === 'None' && isQuoted)
  const columns = columnNames(names, width).map((name, place): Column => {
    const seen = usesOpenCsv ? 'varchar' : typeOf(values.map((row) => row[place] ?? ''))
    return { name, key: name, type: declaredType(options.types[place]) ?? seen }
  })
  return {
    certainty: certainty < 1 ? certainty * 0.9 : 1,
    schema: {
      classification: 'csv',
      columns,
      serde: usesOpenCsv ? openCsv(delimiter, options.quote ?? '"') : lazySimple(delimiter),
      parameters: {
        delimiter,
        columnsOrdered: 'true',
        areColumnsQuoted: String(isQuoted),
        ...(hasHeader ? { 'skip.header.line.count': '1' } : {}),
      },
      isPositional: true,
    },
  }
}

function openCsv(
  separatorChar: string,
  quoteChar: string,
): { library: string; parameters: Record<string, string> } {
  return {
    library: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
    parameters: { separatorChar, quoteChar, 'serialization.format': '1' },
  }
}

function lazySimple(delimiter: string): { library: string; parameters: Record<string, string> } {
  return {
    library: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
    parameters: { 'field.delim': delimiter, 'serialization.format': delimiter },
  }
}

/** As AWS finds one: names only in the first line, and something else than texts below it. */
function isHeader(rows: readonly string[][], width: number): boolean {
  const [first, ...others] = rows
  if (first === undefined || first.length !== width || others.length === 0) return false
  const areNames = first.every((field, place) =>
    field === '' ? place === width - 1 : field.length <= HEADER_LENGTH_MAX && typeOf([field]) === 'varchar',
  )
  const lower = first.map((field) => field.toLowerCase())
  if (!areNames || new Set(lower).size < width) return false
  return others.some((row) => row.some((field) => field !== '' && typeOf([field]) !== 'varchar'))
}

/** `col0` where there is no name, and none twice. */
function columnNames(given: readonly string[], width: number): string[] {
  const taken = new Set<string>()
  return Array.from({ length: width }, (_, place) => {
    const wanted = (given[place] ?? '').trim().toLowerCase() || `col${place}`
    let name = wanted
    for (let number = 1; taken.has(name); number++) name = `${wanted}_${number}`
    taken.add(name)
    return name
  })
}

function typeOf(values: readonly string[]): ColumnType {
  const types = values
    .map((value) => value.trim())
    .filter((value) => value !== '')
    .map(valueType)
  return types.length === 0 ? 'varchar' : types.reduce(mergeTypes)
}

function valueType(value: string): ColumnType {
  if (/^[+-]?\d{1,18}$/.test(value)) return 'bigint'
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? 'double' : 'varchar'
}

const TYPE_NAMES: Record<string, string> = { LONG: 'bigint', SHORT: 'smallint' }

function declaredType(name: string | undefined): ColumnType | undefined {
  if (name === undefined) return undefined
  const parsed = parseGlueType(TYPE_NAMES[name.toUpperCase()] ?? name.toLowerCase())
  return 'type' in parsed ? parsed.type : undefined
}
