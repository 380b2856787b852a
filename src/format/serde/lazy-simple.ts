/**
 * LazySimpleSerDe: fields between delimiters, lists, maps and structs inside of them between further ones, each a byte.
 * What does not parse is NULL, fields past the columns are dropped, missing ones are NULL, and no line is ever wrong.
 */
import type { Column, ColumnType } from '../../base/schema.ts'
import { isSimple } from './scalar-values.ts'
import { BadTable, jsonLine, writtenKeys, type SerdeOptions, type TextSerde } from './text-serde.ts'
import { textValue, timestampFormats, type TextValue } from './text-values.ts'

interface Rules {
  /** One character per level of nesting, those of the fields first. */
  delimiters: readonly string[]
  escape: string | undefined
  nullText: string
  timestampFormats: readonly string[]
  lastTakesRest: boolean
  decode: (text: string) => string
}

export function lazySimpleSerde({ columns, parameters }: SerdeOptions): TextSerde {
  const codes = delimiterBytes(parameters)
  const isText = codes.every((code) => code < 0x80)
  const rules = rulesOf(parameters, codes, isText)
  const values = columns.map(({ type }) => fieldValue(type, rules, 1))
  const keys = writtenKeys(columns)
  const split = splitter(rules, rules.delimiters[0]!, columns.length)
  return {
    encoding: isText ? 'utf8' : 'latin1',
    rows(line) {
      const fields = split(line)
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

function rulesOf(parameters: SerdeOptions['parameters'], codes: readonly number[], isText: boolean): Rules {
  checkEncoding(parameters)
  const escape = parameters['escape.delim']
  const encode = (text: string): string => (isText ? text : Buffer.from(text).toString('latin1'))
  return {
    delimiters: codes.map((code) => String.fromCharCode(code)),
    escape: escape === undefined ? undefined : String.fromCharCode(byteOf(escape, ESCAPE)),
    nullText: encode(parameters['serialization.null.format'] ?? '\\N'),
    timestampFormats: timestampFormats(parameters),
    lastTakesRest: parameters['serialization.last.column.takes.rest']?.toLowerCase() === 'true',
    decode: isText ? (text) => text : (text) => Buffer.from(text, 'latin1').toString(),
  }
}

/** Where the table says that there is one, and not which. */
export const ESCAPE = 0x5c

const ESCAPES = new Map([
  ['\\t', 9],
  ['\\n', 10],
  ['\\r', 13],
])

/**
 * Of Hive: a number is the byte's value, from -128; of all else the first character counts. Escapes that SQL or another
 * language has left as they are mean what they would have meant: nobody wants the backslash.
 */
export function byteOf(text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback
  const code = /^\\(?:([0-3][0-7]{2})|u00([0-9a-fA-F]{2}))$/.exec(text)
  if (code !== null) return code[1] === undefined ? parseInt(code[2]!, 16) : parseInt(code[1], 8)
  const escape = ESCAPES.get(text)
  if (escape !== undefined) return escape
  if (/^[+-]?\d{1,3}$/.test(text) && Number(text) >= -128 && Number(text) <= 127) return Number(text) & 0xff
  return text.charCodeAt(0) & 0xff
}

/** Eight levels, as many as Hive has without an option. */
export function delimiterBytes(parameters: SerdeOptions['parameters']): number[] {
  const field = parameters['field.delim'] ?? parameters['serialization.format']
  // Hive before version 3 has its letters in another order.
  const items = parameters['collection.delim'] ?? parameters['colelction.delim']
  return [byteOf(field, 1), byteOf(items, 2), byteOf(parameters['mapkey.delim'], 3), 4, 5, 6, 7, 8]
}

function checkEncoding(parameters: SerdeOptions['parameters']): void {
  const encoding = parameters['serialization.encoding']
  if (encoding === undefined || /^utf-?8$/i.test(encoding)) return
  throw new BadTable(
    `HIVE_UNSUPPORTED_FORMAT: serialization.encoding ${encoding} is not supported`,
    'convert the files to UTF-8',
  )
}

/** The most that String.split takes; Infinity would mean none. */
const ALL_PIECES = 2 ** 32 - 1

/** Up to `most` pieces; what follows is dropped, or part of the last one. */
function splitter(rules: Rules, delimiter: string, most: number): (text: string) => string[] {
  const { escape, lastTakesRest } = rules
  if (escape === undefined && !lastTakesRest) return (text) => text.split(delimiter, most)
  return (text) => {
    const pieces: string[] = []
    let start = 0
    for (let at = 0; at < text.length; at++) {
      if (lastTakesRest && pieces.length === most - 1) break
      const sign = text[at]
      if (sign === escape) at++
      else if (sign === delimiter) {
        pieces.push(text.slice(start, at))
        start = at + 1
      }
    }
    pieces.push(text.slice(start))
    return pieces
  }
}

/** `level`: of the delimiter between the items of a list, a map or a struct here. */
function fieldValue(type: ColumnType, rules: Rules, level: number): TextValue {
  const value = valueOf(type, rules, level)
  return (text) => (text === rules.nullText ? undefined : value(text))
}

function valueOf(type: ColumnType, rules: Rules, level: number): TextValue {
  if (isSimple(type)) {
    const simple = textValue(type, rules.timestampFormats)
    return (text) => simple(rules.decode(unescaped(text, rules.escape)))
  }
  const delimiter = delimiterAt(rules, level)
  if ('list' in type) return listValue(fieldValue(type.list, rules, level + 1), rules, delimiter)
  if ('struct' in type) return structValue(type.struct, rules, level, delimiter)
  return mapValue(type.map, rules, level, delimiter)
}

function delimiterAt(rules: Rules, level: number): string {
  const delimiter = rules.delimiters[level]
  if (delimiter !== undefined) return delimiter
  throw new BadTable(
    'HIVE_INVALID_METADATA: LazySimpleSerDe has delimiters for 8 levels of nesting',
    'make the columns flatter, or keep the data as JSON',
  )
}

function unescaped(text: string, escape: string | undefined): string {
  if (escape === undefined || !text.includes(escape)) return text
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== escape || at + 1 === text.length) plain += text[at]
    else {
      const sign = text[++at]!
      plain += sign === 'r' ? '\r' : sign === 'n' ? '\n' : sign
    }
  }
  return plain
}

function listValue(item: TextValue, rules: Rules, delimiter: string): TextValue {
  const split = splitter({ ...rules, lastTakesRest: false }, delimiter, ALL_PIECES)
  return (text) =>
    text === ''
      ? '[]'
      : `[${split(text)
          .map((piece) => item(piece) ?? 'null')
          .join(',')}]`
}

function structValue(members: readonly Column[], rules: Rules, level: number, delimiter: string): TextValue {
  const values = members.map(({ type }) => fieldValue(type, rules, level + 1))
  const keys = writtenKeys(members)
  const split = splitter({ ...rules, lastTakesRest: false }, delimiter, ALL_PIECES)
  return (text) => {
    const pieces = split(text)
    const written = values.map((value, index) =>
      pieces[index] === undefined ? undefined : value(pieces[index]),
    )
    return jsonLine(keys, written).trimEnd()
  }
}

/** Of equal keys the first counts; an entry without a key that can be read is none. */
function mapValue(
  type: { key: ColumnType; value: ColumnType },
  rules: Rules,
  level: number,
  delimiter: string,
): TextValue {
  const plain = { ...rules, lastTakesRest: false }
  const entriesOf = splitter(plain, delimiter, ALL_PIECES)
  const pairOf = splitter({ ...rules, lastTakesRest: true }, delimiterAt(rules, level + 1), 2)
  const key = fieldValue(type.key, rules, level + 2)
  const value = fieldValue(type.value, rules, level + 2)
  return (text) => {
    if (text === '') return '{}'
    const entries = new Map<string, string>()
    for (const entry of entriesOf(text)) {
      const [keyText, valueText] = pairOf(entry)
      const written = key(keyText!)
      if (written === undefined) continue
      const name = written.startsWith('"') ? written : `"${written}"`
      if (!entries.has(name))
        entries.set(name, (valueText === undefined ? undefined : value(valueText)) ?? 'null')
    }
    return `{${[...entries].map(([name, item]) => `${name}:${item}`).join(',')}}`
  }
}
