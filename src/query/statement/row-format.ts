/** ROW FORMAT, STORED AS and SERDEPROPERTIES. */
import type { StorageDescriptor } from '../../base/glue.ts'
import type { Cursor } from './cursor.ts'
import { FORMATS, storageOf, type FormatClasses, type Storage } from './formats.ts'
import { parseTextProperties } from './properties.ts'

export function parseStorage(cursor: Cursor): StorageDescriptor {
  const row = cursor.accept('ROW', 'FORMAT') ? rowFormat(cursor) : { serdeParameters: {} }
  const format = cursor.accept('STORED', 'AS') ? storedAs(cursor) : {}
  const late = cursor.accept('WITH', 'SERDEPROPERTIES') ? parseTextProperties(cursor) : {}
  return storageOf({ ...format, ...row, serdeParameters: { ...row.serdeParameters, ...late } })
}

function rowFormat(cursor: Cursor): Storage {
  if (cursor.accept('DELIMITED')) return { serdeParameters: delimiters(cursor) }
  cursor.expect('SERDE')
  const serde = cursor.text()
  const serdeParameters = cursor.accept('WITH', 'SERDEPROPERTIES') ? parseTextProperties(cursor) : {}
  return { serde, serdeParameters }
}

/** In Hive's order; each may be left out. */
function delimiters(cursor: Cursor): Record<string, string> {
  const parameters: Record<string, string> = {}
  if (cursor.accept('FIELDS', 'TERMINATED', 'BY')) {
    const delimiter = cursor.text()
    parameters['field.delim'] = delimiter
    parameters['serialization.format'] = delimiter
    if (cursor.accept('ESCAPED', 'BY')) parameters['escape.delim'] = cursor.text()
  }
  // Hive's own spelling.
  if (cursor.accept('COLLECTION', 'ITEMS', 'TERMINATED', 'BY')) parameters['colelction.delim'] = cursor.text()
  if (cursor.accept('MAP', 'KEYS', 'TERMINATED', 'BY')) parameters['mapkey.delim'] = cursor.text()
  if (cursor.accept('LINES', 'TERMINATED', 'BY')) parameters['line.delim'] = cursor.text()
  if (cursor.accept('NULL', 'DEFINED', 'AS')) parameters['serialization.null.format'] = cursor.text()
  return parameters
}

function storedAs(cursor: Cursor): Partial<FormatClasses> {
  if (cursor.accept('INPUTFORMAT')) {
    const input = cursor.text()
    cursor.expect('OUTPUTFORMAT')
    return { input, output: cursor.text() }
  }
  const found = Object.keys(FORMATS).find((word) => cursor.accept(word))
  if (found === undefined) throw cursor.wrong()
  return FORMATS[found]!
}
