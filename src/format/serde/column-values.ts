/** Values of all types, arrays, maps and structs included, and where in a JSON object a column finds its own. */
import type { Column, ColumnType } from '../../base/schema.ts'
import { printGlueType } from './glue-type.ts'
import { JsonNumber, type JsonObject, type JsonTree } from './json-tree.ts'
import { Malformed, mismatch } from './malformed.ts'
import type { SerdeRules } from './rules.ts'
import { isSimple, scalarValue, type Value } from './scalar-values.ts'

/** The members of a row or struct, as the canonical JSON object. */
export function rowValue(
  columns: readonly Column[],
  rules: SerdeRules,
  path: string,
): (tree: JsonObject) => string {
  const members = columns.map(({ key, type }) => ({
    key: keyOf(key, rules, path),
    written: `${JSON.stringify(key)}:`,
    value: valueOf(type, rules, path === '' ? key : `${path}.${key}`),
  }))
  const keys = [...new Set(members.map(({ key }) => key))]
  const slots = members.map(({ key }) => keys.indexOf(key))
  const placeOf = placesOf(keys, rules)
  return (tree) => {
    const values: JsonTree[] = keys.map(() => null)
    const isFound = new Uint8Array(keys.length)
    for (const [key, value] of tree) {
      const place = placeOf(key)
      if (place === undefined || (isFound[place.slot] === 1 && !place.isExact)) continue
      isFound[place.slot] = 1
      values[place.slot] = value
    }
    let written = ''
    for (const [index, member] of members.entries()) {
      const value = values[slots[index]!]!
      if (value === null) continue
      try {
        written += `${written === '' ? '' : ','}${member.written}${member.value(value)}`
      } catch (error) {
        if (error instanceof Malformed) error.column = index
        throw error
      }
    }
    return `{${written}}`
  }
}

/** The key in records that a column or field is found by. */
function keyOf(key: string, rules: SerdeRules, path: string): string {
  const mapped = path === '' || rules.mapsFields ? rules.keyMappings.get(key.toLowerCase()) : undefined
  return lookupKey(mapped ?? key, rules)
}

/** A row or struct that is written as an array, by position. */
export function objectOf(
  columns: readonly Column[],
  rules: SerdeRules,
  path: string,
): (items: readonly JsonTree[]) => JsonObject {
  // The names are as the table has them, whatever a key would have to look like.
  const keys = columns.map(({ key }) => keyOf(key, rules, path))
  return (items) => new Map(keys.slice(0, items.length).map((key, at) => [key, items[at]!]))
}

/** Keys of which is known what they are: records write the same few, but may write any number of any length. */
const KEYS_KNOWN_MAX = 4096
const KEY_LENGTH_MAX = 255

interface KeyPlace {
  slot: number
  isExact: boolean
}

/** Which of `keys` a key of a record is. Of several the one that needed no change counts, else the first. */
function placesOf(keys: readonly string[], rules: SerdeRules): (key: string) => KeyPlace | undefined {
  const slots = new Map(keys.map((key, slot) => [key, slot]))
  const known = new Map<string, KeyPlace | undefined>()
  return (key) => {
    const place = known.get(key)
    if (place !== undefined || known.has(key)) return place
    const name = lookupKey(key, rules)
    const slot = slots.get(name)
    const found = slot === undefined ? undefined : { slot, isExact: name === key }
    if (key.length > KEY_LENGTH_MAX) return found
    if (known.size >= KEYS_KNOWN_MAX) known.clear()
    // A copy: the key is a slice of the record's text, and would keep all of it in memory.
    known.set(Buffer.from(key, 'utf16le').toString('utf16le'), found)
    return found
  }
}

function lookupKey(key: string, rules: SerdeRules): string {
  const plain = rules.dotsToUnderscores ? key.replaceAll('.', '_') : key
  return rules.caseInsensitive ? plain.toLowerCase() : plain
}

function valueOf(type: ColumnType, rules: SerdeRules, path: string): Value {
  if (isSimple(type)) return scalarValue(type, rules, { path, type: printGlueType(type) })
  if ('list' in type) return listValue(type.list, rules, path)
  if ('map' in type) return mapValue(type.map, rules, path)
  return structValue(type.struct, rules, path)
}

function listValue(type: ColumnType, rules: SerdeRules, path: string): Value {
  const element = valueOf(type, rules, `${path}.element`)
  return (tree) => {
    if (!Array.isArray(tree)) {
      if (!rules.isLenient) throw mismatch('java.io.IOException: Start of Array expected')
      return `[${element(tree)}]`
    }
    return `[${tree.map((item) => (item === null ? 'null' : element(item))).join(',')}]`
  }
}

function mapValue(
  { key, value }: { key: ColumnType; value: ColumnType },
  rules: SerdeRules,
  path: string,
): Value {
  const [keyOf, valueIn] = [valueOf(key, rules, `${path}.key`), valueOf(value, rules, `${path}.value`)]
  return (tree) => {
    if (!(tree instanceof Map)) {
      if (!rules.isLenient) throw mismatch('java.io.IOException: Start of Object expected')
      throw mismatch(
        `Column ${path} of type map cannot hold a JSON ${Array.isArray(tree) ? 'array' : 'scalar'}.`,
      )
    }
    // Keys that are equal as values of their type are one key, of which the last counts: DuckDB refuses it twice.
    const entries = new Map<string, string>()
    for (const [name, item] of tree) {
      const text = rules.lowercasesKeys ? name.toLowerCase() : name
      entries.set(keyText(keyOf, key, text), item === null ? 'null' : valueIn(item))
    }
    return `{${[...entries].map(([name, item]) => `${name}:${item}`).join(',')}}`
  }
}

/** A key is always text in JSON; Hive reads numbers from it all the same. */
function keyText(keyOf: Value, type: ColumnType, name: string): string {
  const written = keyOf(isNumeric(type) ? new JsonNumber(name.trim()) : name)
  return written.startsWith('"') ? written : `"${written}"`
}

const NUMERIC = new Set<ColumnType>(['tinyint', 'smallint', 'int', 'bigint', 'float', 'double'])

function isNumeric(type: ColumnType): boolean {
  return NUMERIC.has(type) || (typeof type === 'object' && 'decimal' in type)
}

function structValue(columns: readonly Column[], rules: SerdeRules, path: string): Value {
  const object = rowValue(columns, rules, path)
  const objectFrom = objectOf(columns, rules, path)
  return (tree) => {
    if (tree instanceof Map) return object(tree)
    if (!rules.isLenient) throw mismatch('java.io.IOException: Start of Object expected')
    if (!Array.isArray(tree)) throw mismatch(noObject(tree))
    return object(objectFrom(tree))
  }
}

/** As seen of AWS, with its two spaces and Java's classes. */
function noObject(tree: boolean | string | JsonNumber): string {
  const value = tree instanceof JsonNumber ? tree.text : String(tree)
  return `Data is not JSONObject  but ${javaClass(tree)} with value ${value}`
}

function javaClass(tree: boolean | string | JsonNumber): string {
  if (typeof tree === 'boolean') return 'java.lang.Boolean'
  if (typeof tree === 'string') return 'java.lang.String'
  return /^-?\d+$/.test(tree.text) ? 'java.lang.Long' : 'java.lang.Double'
}
