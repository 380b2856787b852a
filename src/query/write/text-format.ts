/** The separators of Hive's text files, from the properties of LazySimpleSerDe. */
import type { FileCompression, TextFormat } from '../engine/write/protocol.ts'
import { refused } from './refusals.ts'

/** By level of nesting; deeper ones than Hive 3 has are not written. */
const SEPARATORS = ['\u0001', '\u0002', '\u0003', '\u0004', '\u0005', '\u0006', '\u0007', '\u0008']

export function textFormat(
  compression: FileCompression,
  properties: Readonly<Record<string, string>>,
): TextFormat {
  const [field, item, key, ...deeper] = SEPARATORS
  const items = properties['collection.delim'] ?? properties['colelction.delim']
  const fields = properties['field.delim'] ?? properties['serialization.format']
  const separators = [
    separator(fields, field!),
    separator(items, item!),
    separator(properties['mapkey.delim'], key!),
    ...deeper,
  ]
  const written = properties['escape.delim']
  const escape = written === undefined || written === '' ? undefined : separator(written, '\\')
  const lines = separator(properties['line.delim'], '\n')
  if (lines !== '\n') throw refused('NOT_SUPPORTED: lines that end in another way than by a newline')
  const special = [...separators, '\n', '\r', ...(escape === undefined ? [] : [escape])]
  const nullText = properties['serialization.null.format'] ?? '\\N'
  return { kind: 'text', compression, separators, nullText, escape, special }
}

const ESCAPES: Record<string, string> = { t: '\t', n: '\n', r: '\r', '\\': '\\' }

/** A character, its number (`1`), or as it is written in SQL (`\t`, `\001`, `\u0001`). */
function separator(text: string | undefined, otherwise: string): string {
  if (text === undefined || text === '') return otherwise
  if (/^\d{2,3}$|^[0-8]$/.test(text)) return String.fromCharCode(Number(text))
  const escape = /^\\(?:(\d{3})|u([0-9a-fA-F]{4})|([tnr\\]))$/.exec(text)
  if (escape !== null) {
    const [, octal, hex, letter] = escape
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8))
    return hex === undefined ? ESCAPES[letter!]! : String.fromCharCode(parseInt(hex, 16))
  }
  if (text.length > 1)
    throw refused(`INVALID_TABLE_PROPERTY: a delimiter is a single character, not '${text}'`)
  return text
}
