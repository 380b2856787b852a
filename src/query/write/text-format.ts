/** The separators of Hive's text files, from the properties of LazySimpleSerDe: those that its reader takes from them. */
import { byteOf, delimiterBytes, ESCAPE } from '../../format/serde/lazy-simple.ts'
import type { FileCompression, TextFormat } from '../engine/write/protocol.ts'
import { refused } from './refusals.ts'

type Properties = Readonly<Record<string, string>>

export function textFormat(compression: FileCompression, properties: Properties): TextFormat {
  const separators = delimiterBytes(properties).map(character)
  const written = properties['escape.delim']
  const escape = written === undefined ? undefined : character(byteOf(written, ESCAPE))
  const special = [...separators, '\n', '\r', ...(escape === undefined ? [] : [escape])]
  const nullText = properties['serialization.null.format'] ?? '\\N'
  // What stands for NULL is written as it is.
  const splitsNull = [...separators, '\n', '\r'].some((sign) => nullText.includes(sign))
  if (splitsNull || (escape !== undefined && (separators.includes(escape) || nullText.endsWith(escape))))
    throw refused(
      'NOT_SUPPORTED: text whose delimiters, escape character and sign for NULL are not told apart can not be written',
    )
  return { kind: 'text', compression, separators, nullText, escape, special }
}

/** Readers split bytes: other ones are a part of what UTF-8 writes for a letter. */
function character(byte: number): string {
  if (byte >= 0x80) throw refused(`NOT_SUPPORTED: text with the delimiter ${byte} can not be written`)
  return String.fromCharCode(byte)
}

/** One character, its number, or as it is written in SQL (`\t`, `\001`, `\u0001`): of more the reader takes the first. */
const DELIMITER = /^(?:.|\\[tnr\\]|\\[0-3][0-7]{2}|\\u00[\da-f]{2}|\d{2}|0\d\d|1[01]\d|12[0-7])$/is

/** Of a new table. */
export function delimited(compression: FileCompression, fieldDelimiter: string | undefined): TextFormat {
  if (fieldDelimiter === undefined) return textFormat(compression, {})
  if (!DELIMITER.test(fieldDelimiter))
    throw refused(`INVALID_TABLE_PROPERTY: a delimiter is a single character, not '${fieldDelimiter}'`)
  return textFormat(compression, { 'field.delim': fieldDelimiter })
}

/** How a table names its delimiter: a digit would be taken for the number of another. */
export function delimiterProperty(separator: string): string {
  return /\d/.test(separator) ? String(separator.charCodeAt(0)) : separator
}
