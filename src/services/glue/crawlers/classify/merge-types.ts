/**
 * One type for what two files or two records have under one name. Integers widen to the larger one, numbers to double;
 * structs have the fields of both; what does not go together becomes a text.
 */
import type { Column, ColumnType } from '../../../../base/schema.ts'

const INTEGERS: readonly ColumnType[] = ['tinyint', 'smallint', 'int', 'bigint']

export function mergeTypes(a: ColumnType, b: ColumnType): ColumnType {
  // Of nulls alone nothing is known.
  if (isEmptyStruct(a)) return b
  if (isEmptyStruct(b)) return a
  if (typeof a === 'string' && typeof b === 'string') return mergeScalars(a, b)
  if (typeof a === 'object' && typeof b === 'object') {
    if ('struct' in a && 'struct' in b) return { struct: mergeColumns(a.struct, b.struct) }
    if ('list' in a && 'list' in b) return { list: mergeTypes(a.list, b.list) }
    if ('map' in a && 'map' in b)
      return { map: { key: mergeTypes(a.map.key, b.map.key), value: mergeTypes(a.map.value, b.map.value) } }
    if ('decimal' in a && 'decimal' in b) return mergeDecimals(a.decimal, b.decimal)
    return JSON.stringify(a) === JSON.stringify(b) ? a : 'varchar'
  }
  const [scalar, other] = typeof a === 'string' ? [a, b] : [b, a]
  return typeof other === 'object' && 'decimal' in other && isNumber(scalar) ? 'double' : 'varchar'
}

function isEmptyStruct(type: ColumnType): boolean {
  return typeof type === 'object' && 'struct' in type && type.struct.length === 0
}

function mergeScalars(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a
  const [left, right] = [INTEGERS.indexOf(a), INTEGERS.indexOf(b)]
  if (left >= 0 && right >= 0) return INTEGERS[Math.max(left, right)]!
  return isNumber(a) && isNumber(b) ? 'double' : 'varchar'
}

function isNumber(type: ColumnType): boolean {
  return INTEGERS.includes(type) || type === 'float' || type === 'double'
}

function mergeDecimals(
  a: { precision: number; scale: number },
  b: { precision: number; scale: number },
): ColumnType {
  const scale = Math.max(a.scale, b.scale)
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale
  return precision <= 38 ? { decimal: { precision, scale } } : 'double'
}

/** Those of both, in the order in which they came. */
export function mergeColumns(a: readonly Column[], b: readonly Column[]): Column[] {
  const merged = new Map(a.map((column) => [column.name, column]))
  for (const column of b) {
    const present = merged.get(column.name)
    merged.set(
      column.name,
      present === undefined ? column : { ...present, type: mergeTypes(present.type, column.type) },
    )
  }
  return [...merged.values()]
}
