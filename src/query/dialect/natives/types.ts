/** typeof(): DuckDB's names of types as Trino's. */
import type { Natives } from './native.ts'

const NAMES: Record<string, string> = {
  FLOAT: 'real',
  BLOB: 'varbinary',
  '"NULL"': 'unknown',
  NULL: 'unknown',
  HUGEINT: 'bigint',
  UBIGINT: 'bigint',
  UINTEGER: 'bigint',
  TIMESTAMP: 'timestamp(3)',
  'TIMESTAMP WITH TIME ZONE': 'timestamp(3) with time zone',
  TIME: 'time(3)',
  INTERVAL: 'interval day to second',
}

export const typeNatives: Natives = {
  __type_name: { takes: ['varchar'], gives: 'varchar', compute: typeName },
}

function typeName(type: string): string {
  if (type.endsWith('[]')) return `array(${typeName(type.slice(0, -2))})`
  const nested = /^(MAP|STRUCT)\((.*)\)$/s.exec(type)
  if (nested === null) return NAMES[type] ?? type.toLowerCase()
  const parts = splitParts(nested[2]!)
  if (nested[1] === 'MAP') return `map(${parts.map(typeName).join(', ')})`
  return `row(${parts.map(fieldName).join(', ')})`
}

function fieldName(field: string): string {
  const [, name = '', type = ''] = /^("(?:[^"]|"")*"|\w+) (.*)$/s.exec(field) ?? []
  // Fields that the query gives no name: rules/rows.ts.
  if (/^field\d+$/.test(name)) return typeName(type)
  return type === '' ? typeName(field) : `${name} ${typeName(type)}`
}

/** By the commas that are in no parentheses and no quotes. */
function splitParts(text: string): string[] {
  const parts = ['']
  let depth = 0
  let isQuoted = false
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted
    if (!isQuoted && letter === '(') depth++
    if (!isQuoted && letter === ')') depth--
    if (letter === ',' && depth === 0 && !isQuoted) parts.push('')
    else parts[parts.length - 1] += letter
  }
  return parts.map((part) => part.trim())
}
