/** The columns of a file of JSON: objects one after the other, on lines of their own or over several. */
import type { Column, ColumnType } from '../../../../base/schema.ts'
import type { Guess } from './file-schema.ts'
import { mergeColumns, mergeTypes } from './merge-types.ts'

const RECORDS_MAX = 1000
const DEPTH_MAX = 20
const INT_MAX = 2 ** 31 - 1

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** `isWhole`: the text is all of the file; else its last record may be cut. Undefined: this is not JSON. */
export function guessJson(text: string, isWhole: boolean, path = '$'): Guess | undefined {
  const steps = pathSteps(path)
  if (steps === undefined) return undefined
  const { documents, failures } = readDocuments(text, isWhole)
  const records = documents.flatMap((document) => select(document, steps)).filter(isObject)
  if (records.length === 0) return undefined
  let columns: Column[] = []
  for (const record of records.slice(0, RECORDS_MAX)) columns = mergeColumns(columns, columnsOf(record, 1))
  return {
    certainty: records.length / (records.length + failures),
    schema: {
      classification: 'json',
      // A name of which only null is known.
      columns: columns.map((column) => ({ ...column, type: withoutNull(column.type) })),
      serde: {
        library: 'org.openx.data.jsonserde.JsonSerDe',
        parameters: { paths: columns.map(({ key }) => key).join(',') },
      },
      parameters: {},
      isPositional: false,
    },
  }
}

function readDocuments(text: string, isWhole: boolean): { documents: Json[]; failures: number } {
  const lines = text.split('\n')
  // One that was cut off is no failure.
  if (!isWhole) lines.pop()
  const documents: Json[] = []
  let failures = 0
  for (const line of lines.slice(0, RECORDS_MAX)) {
    if (line.trim() === '') continue
    const document = parse(line)
    if (document === undefined) failures++
    else documents.push(document)
  }
  if (documents.some((document) => Array.isArray(document) || isObject(document)))
    return { documents, failures }
  const whole = parse(text)
  return whole === undefined
    ? { documents: objectsOver(text), failures: 0 }
    : { documents: [whole], failures: 0 }
}

/** Objects over several lines, as far as their braces tell. */
function objectsOver(text: string): Json[] {
  const documents: Json[] = []
  let [depth, start, inText] = [0, 0, false]
  for (let at = 0; at < text.length && documents.length < RECORDS_MAX; at++) {
    const sign = text[at]
    if (inText) {
      if (sign === '\\') at++
      else if (sign === '"') inText = false
    } else if (sign === '"') inText = true
    else if (sign === '{' && depth++ === 0) start = at
    else if (sign === '}' && --depth === 0) {
      const document = parse(text.slice(start, at + 1))
      if (document === undefined) return []
      documents.push(document)
    }
    if (depth < 0) return []
  }
  return documents
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    // The question was whether it is JSON.
    return undefined
  }
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `$.records[*]`: names and `[*]`. Undefined: another kind of path. */
export function pathSteps(path: string): string[] | undefined {
  if (!/^\$(?:\.[^.[\]*]+|\[\*\]|\.\*|\['[^']+'\])*$/.test(path)) return undefined
  return [...path.matchAll(/\.([^.[\]]+)|\[(\*)\]|\['([^']+)'\]/g)].map(
    (match) => (match[1] ?? match[2] ?? match[3])!,
  )
}

function select(value: Json, steps: readonly string[]): Json[] {
  const [step, ...rest] = steps
  if (step === undefined) return [value]
  if (step === '*') {
    const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []
    return inner.flatMap((one) => select(one, rest))
  }
  return isObject(value) && Object.hasOwn(value, step) ? select(value[step]!, rest) : []
}

/** Stands for null: any other type takes its place. */
const NULL: ColumnType = { struct: [] }

function columnsOf(record: { [key: string]: Json }, depth: number): Column[] {
  const columns = Object.entries(record).map(([key, value]) => ({
    name: key.toLowerCase(),
    key,
    type: typeOf(value, depth),
  }))
  return mergeColumns([], columns)
}

function typeOf(value: Json, depth: number): ColumnType {
  if (value === null) return NULL
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string' || depth > DEPTH_MAX) return 'varchar'
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return 'double'
    if (Math.abs(value) <= INT_MAX) return 'int'
    return Math.abs(value) < 2 ** 63 ? 'bigint' : 'double'
  }
  if (!Array.isArray(value)) return { struct: columnsOf(value, depth + 1) }
  return { list: value.map((one) => typeOf(one, depth + 1)).reduce(mergeTypes, NULL) }
}

function withoutNull(type: ColumnType): ColumnType {
  if (typeof type === 'string') return type
  if ('list' in type) return { list: withoutNull(type.list) }
  if (!('struct' in type)) return type
  if (type.struct.length === 0) return 'varchar'
  return { struct: type.struct.map((column) => ({ ...column, type: withoutNull(column.type) })) }
}
