/** The columns of a Parquet file, from its footer: the schema is in front there, so nothing behind it is read. */
import type { Column, ColumnType } from '../../../../base/schema.ts'
import { ThriftReader, type ThriftValue } from './thrift.ts'

/** A footer holds a description of every column of every row group; this is one of 10,000 columns. */
export const FOOTER_BYTES_MAX = 64 * 1024 * 1024
const COLUMNS_MAX = 10_000
const DEPTH_MAX = 32

/** The footer's length and the magic, at the end of a file. */
export const TAIL_BYTES = 8

/** Undefined: this is no end of a Parquet file. */
export function footerBytes(tail: Buffer): number | undefined {
  if (tail.length < TAIL_BYTES || tail.toString('latin1', tail.length - 4) !== 'PAR1') return undefined
  return tail.readUInt32LE(tail.length - TAIL_BYTES)
}

/** Members of a SchemaElement by their ids. */
interface Element {
  type: number | undefined
  repetition: number | undefined
  name: string
  children: number
  converted: number | undefined
  scale: number
  precision: number
  logical: ThriftValue | undefined
}

/** FileMetaData.schema */
const SCHEMA_FIELD = 2

/** Throws where the footer is not one. */
export function parquetColumns(footer: Buffer): Column[] {
  const list = new ThriftReader(footer).field(SCHEMA_FIELD)
  if (!Array.isArray(list) || list.length === 0 || list.length > COLUMNS_MAX)
    throw new Error(`a schema of ${Array.isArray(list) ? list.length : 'no'} elements`)
  const elements = list.map(toElement)
  let at = 1
  const readColumn = (depth: number): Node => {
    const element = elements[at++]
    if (element === undefined || depth > DEPTH_MAX) throw new Error('the tree of columns has no end')
    const children = Array.from({ length: Math.min(element.children, elements.length) }, () =>
      readColumn(depth + 1),
    )
    return { element, children }
  }
  const root = Array.from({ length: elements[0]!.children }, () => readColumn(1))
  return columnsOf(root)
}

interface Node {
  element: Element
  children: Node[]
}

function toElement(value: ThriftValue): Element {
  if (!(value instanceof Map)) throw new Error('a schema element is no structure')
  const number = (id: number): number | undefined => {
    const member = value.get(id)
    return typeof member === 'number' ? member : undefined
  }
  const name = value.get(4)
  return {
    type: number(1),
    repetition: number(3),
    name: Buffer.isBuffer(name) ? name.toString('utf8') : '',
    children: number(5) ?? 0,
    converted: number(6),
    scale: number(7) ?? 0,
    precision: number(8) ?? 0,
    logical: value.get(10),
  }
}

function columnsOf(nodes: readonly Node[]): Column[] {
  return nodes.map((node) => ({
    name: node.element.name.toLowerCase(),
    key: node.element.name,
    type: typeOf(node),
  }))
}

const REPEATED = 2
const CONVERTED_MAPS = [1, 2]
const CONVERTED_LIST = 3
const LOGICAL_MAP = 2
const LOGICAL_LIST = 3

function typeOf(node: Node): ColumnType {
  const { element, children } = node
  // A repeated field outside of a list is a list by itself.
  if (element.repetition === REPEATED)
    return { list: typeOf({ children, element: { ...element, repetition: 0 } }) }
  if (children.length === 0) return leafType(element)
  const [only] = children
  if (isLogical(element, CONVERTED_MAPS, LOGICAL_MAP) && only?.children.length === 2)
    return { map: { key: typeOf(only.children[0]!), value: typeOf(only.children[1]!) } }
  if (isLogical(element, [CONVERTED_LIST], LOGICAL_LIST) && only !== undefined)
    return { list: listElement(only) }
  return { struct: columnsOf(children) }
}

/** The rules of the format for lists as older writers made them. */
function listElement(repeated: Node): ColumnType {
  const { element, children } = repeated
  const plain = { children, element: { ...element, repetition: 0 } }
  const isItself = children.length !== 1 || element.name === 'array' || element.name.endsWith('_tuple')
  return isItself ? typeOf(plain) : typeOf(children[0]!)
}

function isLogical({ converted, logical }: Element, wanted: number[], id: number): boolean {
  return (
    (converted !== undefined && wanted.includes(converted)) || (logical instanceof Map && logical.has(id))
  )
}

/** By the id of the physical type. */
const PHYSICAL: ColumnType[] = [
  'boolean',
  'int',
  'bigint',
  'timestamp',
  'float',
  'double',
  'binary',
  'binary',
]
/** UTF8, ENUM, DATE, TIMESTAMP_MILLIS, TIMESTAMP_MICROS, UINT_8 … INT_64, JSON */
const CONVERTED: Record<number, ColumnType> = {
  0: 'varchar',
  4: 'varchar',
  6: 'date',
  9: 'timestamp',
  10: 'timestamp',
  11: 'smallint',
  12: 'int',
  13: 'bigint',
  14: { decimal: { precision: 20, scale: 0 } },
  15: 'tinyint',
  16: 'smallint',
  17: 'int',
  18: 'bigint',
  19: 'varchar',
}
/** STRING, ENUM, DATE, TIMESTAMP, JSON */
const LOGICAL: Record<number, ColumnType> = {
  1: 'varchar',
  4: 'varchar',
  6: 'date',
  8: 'timestamp',
  12: 'varchar',
}
const DECIMAL = 5

function leafType({ type, converted, scale, precision, logical }: Element): ColumnType {
  if (precision > 0 && (converted === DECIMAL || (logical instanceof Map && logical.has(DECIMAL))))
    return { decimal: { precision: Math.min(precision, 38), scale } }
  if (logical instanceof Map)
    for (const id of logical.keys()) if (LOGICAL[id] !== undefined) return LOGICAL[id]
  const known = converted === undefined ? undefined : CONVERTED[converted]
  return known ?? PHYSICAL[type ?? -1] ?? 'binary'
}
