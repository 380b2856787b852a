/**
 * OpenCSVSerde: quoted values, read sign by sign as opencsv 2.3 does, with all that is odd about it. No value is NULL but
 * a missing one. Other than Hive, Athena lets columns have types: what does not parse ends the query.
 */
import type { Column } from '../../base/schema.ts'
import { printGlueType } from './glue-type.ts'
import { isSimple } from './scalar-values.ts'
import { BadRow, BadTable, jsonLine, writtenKeys, type SerdeOptions, type TextSerde } from './text-serde.ts'
import { textValue, type TextValue } from './text-values.ts'
import { dateText, microsOfMillis, timestampText } from './time-value.ts'

interface Signs {
  separator: string
  quote: string
  escape: string
}

export function openCsvSerde({ columns, parameters }: SerdeOptions): TextSerde {
  const signs = signsOf(parameters)
  const values = columns.map((column, index) => csvValue(column, index))
  const keys = writtenKeys(columns)
  const nothing = '{}\n'
  return {
    encoding: 'utf8',
    rows(line) {
      // Its reader finds the end of its input where a line is empty.
      if (line === '') return nothing
      const fields = splitCsv(line, signs)
      return jsonLine(
        keys,
        values.map((value, index) => {
          const field = fields[index]
          return field === undefined ? undefined : value(field)
        }),
      )
    },
  }
}

function signsOf(parameters: SerdeOptions['parameters']): Signs {
  const sign = (name: string, fallback: string): string => (parameters[name] || fallback).charAt(0)
  const escape = sign('escapeChar', '"')
  const signs = {
    separator: sign('separatorChar', ','),
    quote: sign('quoteChar', '"'),
    // The double quote stands for "nothing was said", which is the backslash.
    escape: escape === '"' ? '\\' : escape,
  }
  if (new Set(Object.values(signs)).size < 3) {
    throw new BadTable(
      'HIVE_INVALID_METADATA: The separator, quote, and escape characters must be different!',
      'change separatorChar, quoteChar or escapeChar of the table',
    )
  }
  return signs
}

/** The fields of a line; one whose quote is never closed is none. */
export function splitCsv(line: string, signs: Signs): string[] {
  const { separator, quote, escape } = signs
  const hasEscape = line.includes(escape)
  if (!hasEscape && !line.includes(quote)) return line.split(separator)
  const fields: string[] = []
  let field = ''
  let inQuotes = false
  let inField = false
  let start = 0
  for (let at = 0; at < line.length; at++) {
    if (at === start && !hasEscape) {
      const end = plainEnd(line, at, signs)
      if (end > at) {
        fields.push(line[at] === quote ? line.slice(at + 1, end - 1) : line.slice(at, end))
        // The line ends with its last field.
        if (end === line.length) return fields
        start = end + 1
        at = end
        continue
      }
    }
    const sign = line[at]!
    const next = line[at + 1]
    if (sign === escape) {
      if ((inQuotes || inField) && (next === quote || next === escape)) field += line[++at]!
    } else if (sign === quote) {
      if ((inQuotes || inField) && next === quote) field += line[++at]!
      else {
        if (at > 2 && line[at - 1] !== separator && next !== undefined && next !== separator) {
          // A quote inside of a value, unless there were only blanks in front of it.
          if (field !== '' && field.trim() === '') field = ''
          else field += sign
        }
        inQuotes = !inQuotes
      }
      inField = !inField
    } else if (sign === separator && !inQuotes) {
      fields.push(field)
      field = ''
      inField = false
      start = at + 1
    } else {
      field += sign
      inField = true
    }
  }
  if (!inQuotes) fields.push(field)
  return fields
}

/** Where a field that has nothing odd about it ends; -1: it is to be read sign by sign. */
function plainEnd(line: string, at: number, { separator, quote }: Signs): number {
  if (line[at] === quote) {
    const close = line.indexOf(quote, at + 1)
    const next = line[close + 1]
    return close > 0 && (next === undefined || next === separator) ? close + 1 : -1
  }
  const found = line.indexOf(separator, at)
  const end = found < 0 ? line.length : found
  // Looked for in the field only: a quote at the end of a long line is not to be found once per field.
  return end === at || line.slice(at, end).includes(quote) ? -1 : end
}

function csvValue(column: Column, index: number): TextValue {
  const { type } = column
  if (!isSimple(type) || type === 'binary') {
    throw new BadTable(
      `HIVE_INVALID_METADATA: OpenCSVSerde has no columns of type ${printGlueType(type)} (${column.name})`,
      'declare the column as string, and take it apart in the query',
    )
  }
  if (type === 'varchar' || (typeof type === 'object' && !('decimal' in type))) return textValue(type, [])
  const parse = type === 'date' ? dayNumber : type === 'timestamp' ? epochMillis : strict(textValue(type, []))
  return (text) => {
    const value = parse(text)
    if (value !== undefined) return value
    throw new BadRow(
      `HIVE_BAD_DATA: Error parsing field value '${shown(text)}' for field ${index}: For input string: "${shown(text)}"`,
    )
  }
}

/** Integers with a fraction are cut by LazySimpleSerDe only. */
function strict(value: TextValue): TextValue {
  return (text) => {
    const written = value(text)
    return written !== undefined && /^-?\d+$/.test(written) && text.includes('.') ? undefined : written
  }
}

/** Days since 1970. */
function dayNumber(text: string): string | undefined {
  const days = /^[+-]?\d{1,7}$/.test(text) ? Number(text) : undefined
  return days !== undefined && days >= DAYS_MIN && days <= DAYS_MAX ? `"${dateText(days)}"` : undefined
}

/** The years 1 to 9999, as of all dates here. */
const DAYS_MIN = -719_162
const DAYS_MAX = 2_932_896

function epochMillis(text: string): string | undefined {
  const micros = microsOfMillis(text)
  return micros === undefined ? undefined : `"${timestampText(micros)}"`
}

const SHOWN_MAX = 100

function shown(text: string): string {
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`
}
