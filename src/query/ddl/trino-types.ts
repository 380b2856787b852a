/** Types as Athena's queries name them (`row(a bigint)`), and as Hive does in the catalog. */
import type { Column, ColumnType } from '../../base/schema.ts'
import { printGlueType } from '../../format/serde/glue-type.ts'

const SCALARS = new Map<string, ColumnType>([
  ['boolean', 'boolean'],
  ['tinyint', 'tinyint'],
  ['smallint', 'smallint'],
  ['integer', 'int'],
  ['bigint', 'bigint'],
  ['real', 'float'],
  ['double', 'double'],
  ['varchar', 'varchar'],
  ['varbinary', 'binary'],
  ['date', 'date'],
  ['timestamp', 'timestamp'],
])

const NAMES = new Map([...SCALARS].map(([name, type]) => [type, name]))

export function printTrinoType(type: ColumnType): string {
  if (typeof type === 'string') return type === 'timestamp' ? 'timestamp(3)' : NAMES.get(type)!
  if ('list' in type) return `array(${printTrinoType(type.list)})`
  if ('map' in type) return `map(${printTrinoType(type.map.key)}, ${printTrinoType(type.map.value)})`
  if ('struct' in type)
    return `row(${type.struct.map((field) => `${quotedField(field.name)} ${printTrinoType(field.type)}`).join(', ')})`
  if ('decimal' in type) return `decimal(${type.decimal.precision},${type.decimal.scale})`
  return 'char' in type ? `char(${type.char})` : `varchar(${type.varchar})`
}

function quotedField(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** Of the types that glue-type.ts reads. */
const DEPTH_MAX = 32

function depthOf(type: string): number {
  let [depth, depthMax] = [0, 0]
  for (const sign of type) {
    if (sign === '(') depthMax = Math.max(depthMax, ++depth)
    if (sign === ')') depth--
  }
  return depthMax
}

/** What Hive has no type for (`json`, times with a zone) is a text there. */
export function hiveTypeOf(trinoType: string): string {
  if (depthOf(trinoType) > DEPTH_MAX) return 'string'
  const reader = new Reader(trinoType)
  const type = reader.type()
  return type === undefined || !reader.isAtEnd() ? 'string' : printGlueType(type)
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  type(): ColumnType | undefined {
    const word = this.#match(/\s*([a-z]+)/iy)?.[1]?.toLowerCase()
    if (word === 'array') return this.#array()
    if (word === 'map') return this.#map()
    if (word === 'row') return this.#row()
    const [, first, second] = this.#match(/\((\d+)(?:,\s*(\d+))?\)/y) ?? []
    if (this.#match(/ with(out)? time zone/iy) !== undefined) return undefined
    if (word === 'decimal') return { decimal: { precision: Number(first ?? 38), scale: Number(second ?? 0) } }
    if (word === 'char') return { char: Number(first ?? 1) }
    if (word === 'varchar' && first !== undefined) return { varchar: Number(first) }
    return SCALARS.get(word ?? '')
  }

  #array(): ColumnType | undefined {
    if (!this.#sign('(')) return undefined
    const list = this.type()
    return list !== undefined && this.#sign(')') ? { list } : undefined
  }

  #map(): ColumnType | undefined {
    if (!this.#sign('(')) return undefined
    const key = this.type()
    if (key === undefined || !this.#sign(',')) return undefined
    const value = this.type()
    return value !== undefined && this.#sign(')') ? { map: { key, value } } : undefined
  }

  #row(): ColumnType | undefined {
    const struct: Column[] = []
    if (!this.#sign('(')) return undefined
    do {
      const [, quoted, plain] = this.#match(/\s*(?:"((?:[^"]|"")+)"|(\w+))\s+/y) ?? []
      const name = quoted?.replaceAll('""', '"') ?? plain
      const type = this.type()
      if (name === undefined || type === undefined) return undefined
      struct.push({ name: name.toLowerCase(), key: name, type })
    } while (this.#sign(','))
    return this.#sign(')') ? { struct } : undefined
  }

  #sign(sign: string): boolean {
    this.#match(/\s*/y)
    if (this.#text[this.#at] !== sign) return false
    this.#at++
    return true
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return undefined
    this.#at += found[0].length
    return found
  }
}
