/** Types of columns in the catalog, and types as a query names them. */
import type { ColumnType, ScalarType } from '../../../base/schema.ts'
import { isNode, textOf, type Node } from '../ast.ts'
import { listOf, type Kind, type Known } from './known.ts'

const BY_COLUMN_TYPE: Record<ScalarType, Kind> = {
  boolean: 'boolean',
  tinyint: 'integer',
  smallint: 'integer',
  int: 'integer',
  bigint: 'integer',
  float: 'double',
  double: 'double',
  varchar: 'varchar',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
}

export function knownOfColumn(type: ColumnType): Known {
  if (typeof type === 'string') return { kind: BY_COLUMN_TYPE[type] }
  if ('list' in type) return listOf(knownOfColumn(type.list))
  if ('struct' in type)
    return {
      kind: 'struct',
      fields: new Map(type.struct.map((field) => [field.name.toLowerCase(), knownOfColumn(field.type)])),
    }
  if ('map' in type) return { kind: 'map', of: knownOfColumn(type.map.value) }
  return 'decimal' in type ? { kind: 'decimal', scale: type.decimal.scale } : { kind: 'varchar' }
}

const BY_DATA_TYPE: Record<string, Kind> = {
  boolean: 'boolean',
  tiny_int: 'integer',
  small_int: 'integer',
  int: 'integer',
  big_int: 'integer',
  float: 'double',
  double: 'double',
  decimal: 'decimal',
  var_char: 'varchar',
  char: 'varchar',
  text: 'varchar',
  string: 'varchar',
  var_binary: 'binary',
  blob: 'binary',
  binary: 'binary',
  json: 'json',
  date: 'date',
  map: 'map',
  struct: 'struct',
}

export function knownOfDataType(type: unknown): Known | undefined {
  if (!isNode(type)) return undefined
  const name = textOf(type['data_type'])
  if (name === 'timestamp') return { kind: type['timezone'] === true ? 'timestamptz' : 'timestamp' }
  if (name === 'decimal')
    return { kind: 'decimal', scale: typeof type['scale'] === 'number' ? type['scale'] : 0 }
  if (name === 'array' || name === 'list') return listOf(knownOfDataType(type['element_type']))
  if (name === 'custom' && /^ipaddress$/i.test(textOf(type['name']))) return { kind: 'ip' }
  if (name === 'struct') return { kind: 'struct', fields: fieldsOf(type) }
  const sized =
    typeof type['length'] === 'number' && `${name === 'char' ? 'char' : 'varchar'}(${type['length']})`
  const kind = BY_DATA_TYPE[name]
  if (kind === undefined) return undefined
  return kind === 'varchar' && sized !== false ? { kind, sized } : { kind }
}

function fieldsOf(type: Node): Map<string, Known | undefined> {
  const fields = Array.isArray(type['fields']) ? (type['fields'] as Node[]) : []
  return new Map(
    fields.map((field) => [textOf(field['name']).toLowerCase(), knownOfDataType(field['data_type'])]),
  )
}
