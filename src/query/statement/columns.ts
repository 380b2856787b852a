/** `(name type [COMMENT 'text'], …)` */
import type { GlueColumn } from '../../base/glue.ts'
import { parseGlueType, printGlueType } from '../../format/serde/glue-type.ts'
import type { Cursor } from './cursor.ts'
import { syntaxError } from './syntax-error.ts'
import { blankComments } from './tokens.ts'

export function parseColumns(cursor: Cursor): GlueColumn[] {
  return cursor.list(() => parseColumn(cursor))
}

export function parseColumn(cursor: Cursor): GlueColumn {
  const column: GlueColumn = { Name: cursor.name(), Type: parseType(cursor) }
  if (cursor.accept('COMMENT')) column.Comment = cursor.text()
  return column
}

/** As Hive writes it into the catalog: lower case, without blanks. */
function parseType(cursor: Cursor): string {
  if (cursor.token.kind !== 'word') throw cursor.wrong('type')
  const at = cursor.here()
  passType(cursor)
  const found = parseGlueType(blankComments(cursor.sql, at.index, cursor.passed))
  if ('type' in found) return printGlueType(found.type).toLowerCase()
  const mistake = { ...at, index: at.index + found.position }
  throw syntaxError(mistake, `cannot recognize the type: ${found.error}`)
}

/** A word, and what belongs to it in `<…>` or `(…)`. */
function passType(cursor: Cursor): void {
  const word = cursor.next().text.toUpperCase()
  if (word === 'DOUBLE') cursor.accept('PRECISION')
  if (!cursor.isSign('<') && !cursor.isSign('(')) return
  let depth = 0
  do {
    const { kind, text } = cursor.token
    if (kind === 'end' || kind === 'broken' || text === ';') throw cursor.wrong("'>'")
    if (text === '<' || text === '(') depth++
    if (text === '>' || text === ')') depth--
    cursor.next()
  } while (depth > 0)
}
