/**
 * The types of columns as Glue and Hive write them: `bigint`, `decimal(10,2)`, `map<string,array<int>>`,
 * `struct<a:int,b:struct<c:string>>`. Glue keeps any text as a type; what can not be read is refused with its position.
 */
import type { Column, ColumnType, ScalarType } from '../../base/schema.ts'

/** Of Hive. */
const CHAR_LENGTH_MAX = 255
const VARCHAR_LENGTH_MAX = 65_535
const PRECISION_MAX = 38
/** Deeper than tables are; in a recursion the text of 128 KiB that Glue allows would be too deep. */
const DEPTH_MAX = 32

const SIMPLE = new Map<string, ColumnType>([
  ['boolean', 'boolean'],
  ['tinyint', 'tinyint'],
  ['smallint', 'smallint'],
  ['int', 'int'],
  ['integer', 'int'],
  ['bigint', 'bigint'],
  ['float', 'float'],
  ['real', 'float'],
  ['double', 'double'],
  ['string', 'varchar'],
  ['date', 'date'],
  ['timestamp', 'timestamp'],
  ['binary', 'binary'],
  ['decimal', { decimal: { precision: 10, scale: 0 } }],
])

/** What is known, and why it is no column all the same. */
const REFUSED = new Map([
  ['uniontype', 'a uniontype has no place in a file'],
  ['char', 'char needs a length'],
  ['varchar', 'varchar needs a length'],
])

const NAMES: Partial<Record<ScalarType, string>> = { varchar: 'string' }

/** Why a type can not be read, and where (from 0). */
export interface GlueTypeError {
  error: string
  position: number
}

export function parseGlueType(text: string): { type: ColumnType } | GlueTypeError {
  const reader = new TypeReader(text)
  try {
    const type = reader.type(1)
    reader.end()
    return { type }
  } catch (error) {
    if (error instanceof Unreadable) return { error: error.message, position: error.position }
    throw error
  }
}

export function printGlueType(type: ColumnType): string {
  if (typeof type === 'string') return NAMES[type] ?? type
  if ('list' in type) return `array<${printGlueType(type.list)}>`
  if ('map' in type) return `map<${printGlueType(type.map.key)},${printGlueType(type.map.value)}>`
  if ('struct' in type)
    return `struct<${type.struct.map((field) => `${printName(field.name)}:${printGlueType(field.type)}`).join(',')}>`
  if ('decimal' in type) return `decimal(${type.decimal.precision},${type.decimal.scale})`
  return 'char' in type ? `char(${type.char})` : `varchar(${type.varchar})`
}

function printName(name: string): string {
  return /[<>:,`()]|^\s|\s$/.test(name) ? `\`${name.replaceAll('`', '``')}\`` : name
}

class Unreadable extends Error {
  readonly position: number

  constructor(message: string, position: number) {
    super(message)
    this.position = position
  }
}

class TypeReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  type(depth: number): ColumnType {
    this.#space()
    const start = this.#at
    if (depth > DEPTH_MAX) throw new Unreadable(`types nest more than ${DEPTH_MAX} levels deep`, start)
    const word = this.#match(/[A-Za-z_]\w*/y)?.toLowerCase()
    if (word === undefined) throw this.#unexpected('a type')
    if (word === 'array') return this.#array(depth)
    if (word === 'map') return this.#map(depth)
    if (word === 'struct') return this.#struct(depth)
    if (word === 'double') this.#match(/\s+precision\b/iy)
    const sizes = this.#sizes()
    const type = sizes === undefined ? SIMPLE.get(word) : sizedType(word, sizes, start)
    if (type === undefined) throw new Unreadable(REFUSED.get(word) ?? `"${word}" is no type`, start)
    return type
  }

  end(): void {
    this.#space()
    if (this.#at < this.#text.length) throw this.#unexpected('nothing more')
  }

  #array(depth: number): ColumnType {
    this.#expect('<')
    const list = this.type(depth + 1)
    this.#expect('>')
    return { list }
  }

  #map(depth: number): ColumnType {
    this.#expect('<')
    this.#space()
    const start = this.#at
    const key = this.type(depth + 1)
    if (typeof key === 'object' && ('list' in key || 'map' in key || 'struct' in key))
      throw new Unreadable('the key of a map is a simple type', start)
    this.#expect(',')
    const value = this.type(depth + 1)
    this.#expect('>')
    return { map: { key, value } }
  }

  #struct(depth: number): ColumnType {
    this.#expect('<')
    const struct: Column[] = []
    const names = new Set<string>()
    do {
      this.#space()
      const start = this.#at
      const key = this.#fieldName()
      const name = key.toLowerCase()
      if (names.has(name)) throw new Unreadable(`field "${key}" is there twice`, start)
      names.add(name)
      this.#expect(':')
      struct.push({ name, key, type: this.type(depth + 1) })
      this.#space()
    } while (this.#match(/,/y) !== undefined)
    this.#expect('>')
    return { struct }
  }

  /** Back-quoted, or all up to the colon that could not be part of a type. */
  #fieldName(): string {
    const quoted = this.#match(/`(?:[^`]|``)+`/y)
    if (quoted !== undefined) return quoted.slice(1, -1).replaceAll('``', '`')
    const plain = this.#match(/[^<>:,`()]+/y)?.trim()
    if (plain === undefined || plain === '') throw this.#unexpected('the name of a field')
    return plain
  }

  /** `(10)` or `(10, 2)` */
  #sizes(): number[] | undefined {
    this.#space()
    const text = this.#match(/\(\s*\d{1,9}\s*(?:,\s*\d{1,9}\s*)?\)/y)
    return text === undefined ? undefined : text.slice(1, -1).split(',').map(Number)
  }

  #expect(sign: string): void {
    this.#space()
    if (this.#text[this.#at] !== sign) throw this.#unexpected(`"${sign}"`)
    this.#at++
  }

  #space(): void {
    this.#match(/\s+/y)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #unexpected(wanted: string): Unreadable {
    const found = this.#at < this.#text.length ? `"${this.#text[this.#at]}"` : 'the end'
    return new Unreadable(`${wanted} is expected, not ${found}`, this.#at)
  }
}

function sizedType(word: string, sizes: number[], start: number): ColumnType {
  const [first = 0, second] = sizes
  const inRange = (max: number): number => {
    if (first < 1 || first > max) throw new Unreadable(`${word} takes 1 to ${max}, not ${first}`, start)
    return first
  }
  if (word === 'decimal') {
    const [precision, scale] = [inRange(PRECISION_MAX), second ?? 0]
    if (scale > precision)
      throw new Unreadable(`the scale ${scale} is more than the precision ${precision}`, start)
    return { decimal: { precision, scale } }
  }
  if (second === undefined && word === 'char') return { char: inRange(CHAR_LENGTH_MAX) }
  if (second === undefined && word === 'varchar') return { varchar: inRange(VARCHAR_LENGTH_MAX) }
  throw new Unreadable(`${word} has no size`, start)
}
