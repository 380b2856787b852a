/** `('key' = 'value', …)` of Hive, and `(key = value, …)` of Trino. */
import type { Cursor } from './cursor.ts'
import type { Properties, PropertyValue } from './statement.ts'
import { syntaxError } from './syntax-error.ts'

/** Keys as they are written: those of SerDes differ in case. The last of equal keys counts, as in Hive. */
export function parseTextProperties(cursor: Cursor): Record<string, string> {
  const pairs = cursor.list((): [string, string] => {
    const key = cursor.text()
    cursor.expectSign('=')
    return [key, cursor.text()]
  })
  return Object.fromEntries(pairs)
}

export function parseTypedProperties(cursor: Cursor): Properties {
  const properties = new Map<string, PropertyValue>()
  cursor.list(() => {
    const at = cursor.here()
    const key = cursor.name()
    if (properties.has(key)) throw syntaxError(at, `Duplicate property: ${key}`)
    cursor.expectSign('=')
    properties.set(key, propertyValue(cursor))
  })
  return Object.fromEntries(properties)
}

function propertyValue(cursor: Cursor): PropertyValue {
  if (cursor.isText()) return cursor.text()
  if (cursor.isNumber()) return Number(cursor.number())
  if (cursor.accept('TRUE')) return true
  if (cursor.accept('FALSE')) return false
  if (!cursor.accept('ARRAY')) throw cursor.wrong()
  cursor.expectSign('[')
  const items = cursor.isSign(']') ? [] : cursor.series(() => cursor.text())
  cursor.expectSign(']')
  return items
}
