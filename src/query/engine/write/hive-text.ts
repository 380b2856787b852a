/**
 * Values as Hive's text files have them (LazySimpleSerDe): fields, items and keys told apart by control characters, one
 * level of nesting each, and bytes in Base64.
 */
import {
  DuckDBTypeId,
  type DuckDBArrayValue,
  type DuckDBBlobValue,
  type DuckDBListValue,
  type DuckDBMapValue,
  type DuckDBStructValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { HozonError } from '../../../base/errors.ts'
import { athenaText } from '../athena-text.ts'
import type { Cell } from '../cells.ts'
import { scalarText } from '../scalar-text.ts'
import type { TextFormat } from './protocol.ts'

/** A writer of one row's columns, chosen once per file. */
export function hiveRow(types: readonly DuckDBType[], format: TextFormat): (row: DuckDBValue[]) => string {
  const writers = types.map((type) => hiveValue(type, format, 1))
  const separator = format.separators[0]!
  return (row) => `${row.map((value, index) => writers[index]!(value)).join(separator)}\n`
}

function hiveValue(type: DuckDBType, format: TextFormat, level: number): Cell {
  const text = hiveText(type, format, level)
  return (value) => (value === null ? format.nullText : text(value))
}

function hiveText(type: DuckDBType, format: TextFormat, level: number): Cell {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are scalars
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const item = hiveValue(type.valueType, format, level + 1)
      const by = separatorAt(format, level)
      return (value) => (value as DuckDBListValue | DuckDBArrayValue).items.map(item).join(by)
    }
    case DuckDBTypeId.STRUCT: {
      const fields = type.entryTypes.map((entry) => hiveValue(entry, format, level + 1))
      const [names, by] = [type.entryNames, separatorAt(format, level)]
      return (value) => {
        const { entries } = value as DuckDBStructValue
        return names.map((name, index) => fields[index]!(entries[name] ?? null)).join(by)
      }
    }
    case DuckDBTypeId.MAP:
      return mapText(type.keyType, type.valueType, format, level)
    case DuckDBTypeId.BLOB:
      return checkedScalar(
        (value) => Buffer.from((value as DuckDBBlobValue).bytes).toString('base64'),
        format,
      )
    case DuckDBTypeId.VARCHAR: {
      const checked = checkedBy(format)
      return (value) => checked(value as string)
    }
    case DuckDBTypeId.TIMESTAMP:
      return checkedScalar((value) => scalarText(value, 'all'), format)
    default:
      return checkedScalar(athenaText(type), format)
  }
}

/** A map takes two levels: one between its entries, one between a key and its value. */
function mapText(keyType: DuckDBType, valueType: DuckDBType, format: TextFormat, level: number): Cell {
  const key = hiveValue(keyType, format, level + 2)
  const item = hiveValue(valueType, format, level + 2)
  const [between, within] = [separatorAt(format, level), separatorAt(format, level + 1)]
  return (value) => {
    const { entries } = value as DuckDBMapValue
    return entries.map((entry) => `${key(entry.key)}${within}${item(entry.value)}`).join(between)
  }
}

function separatorAt(format: TextFormat, level: number): string {
  const separator = format.separators[level]
  if (separator === undefined)
    throw new HozonError('HOZON_SQL_FAILED', 'NOT_SUPPORTED: the columns nest too deeply for a text file', {
      op: 'write files',
    })
  return separator
}

/**
 * A text that holds a separator or a newline would be read back as other columns and rows. With an escape character it
 * is escaped; without one the statement fails, where Athena writes what nobody can read.
 */
function checkedBy({ escape, special, nullText }: TextFormat): (text: string) => string {
  // Behind an escape, readers take `n` and `r` for a newline and a carriage return.
  const unwritable =
    escape === undefined ? special : special.filter((character) => /[\n\rnr]/.test(character))
  return (text) => {
    if (!special.some((character) => text.includes(character)) && text !== nullText) return text
    if (unwritable.some((character) => text.includes(character)))
      throw notHeld('holds a separator or a newline')
    let escaped = ''
    for (const character of text)
      escaped += escape !== undefined && special.includes(character) ? escape + character : character
    if (escaped === nullText) throw notHeld('stands for NULL')
    return escaped
  }
}

/** What numbers, times and Base64 are made of. */
const OF_SCALARS = /[\w+\-.: /=]/

/** Of all but texts. Most separators are in none of them, and then nobody looks. */
function checkedScalar(text: Cell, format: TextFormat): Cell {
  const special = [...format.special, format.nullText]
  if (!special.some((each) => OF_SCALARS.test(each))) return text
  const checked = checkedBy(format)
  return (value) => checked(text(value))
}

function notHeld(what: string): HozonError {
  return new HozonError(
    'HOZON_SQL_FAILED',
    `HIVE_WRITER_DATA_ERROR: a value ${what}, so that a text file can not hold it`,
    { op: 'write files', hint: 'use the format PARQUET or JSON, or another field_delimiter' },
  )
}
