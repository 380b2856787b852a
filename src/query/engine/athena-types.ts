/** DuckDB's types by Athena's names: `varchar`, `bigint`, `timestamp(3)`, `row(a bigint)`. */
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api'
import type { ResultColumn } from '../query.ts'

const SCALARS: Partial<Record<DuckDBTypeId, string>> = {
  [DuckDBTypeId.BOOLEAN]: 'boolean',
  [DuckDBTypeId.TINYINT]: 'tinyint',
  [DuckDBTypeId.SMALLINT]: 'smallint',
  [DuckDBTypeId.INTEGER]: 'integer',
  [DuckDBTypeId.BIGINT]: 'bigint',
  [DuckDBTypeId.UTINYINT]: 'smallint',
  [DuckDBTypeId.USMALLINT]: 'integer',
  [DuckDBTypeId.UINTEGER]: 'bigint',
  [DuckDBTypeId.UBIGINT]: 'bigint',
  [DuckDBTypeId.HUGEINT]: 'bigint',
  [DuckDBTypeId.UHUGEINT]: 'bigint',
  [DuckDBTypeId.FLOAT]: 'real',
  [DuckDBTypeId.DOUBLE]: 'double',
  [DuckDBTypeId.DATE]: 'date',
  [DuckDBTypeId.TIME]: 'time(3)',
  [DuckDBTypeId.TIMESTAMP]: 'timestamp(3)',
  [DuckDBTypeId.TIMESTAMP_S]: 'timestamp(3)',
  [DuckDBTypeId.TIMESTAMP_MS]: 'timestamp(3)',
  [DuckDBTypeId.TIMESTAMP_NS]: 'timestamp(3)',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'timestamp(3) with time zone',
  [DuckDBTypeId.TIME_TZ]: 'time(3) with time zone',
  [DuckDBTypeId.TIME_NS]: 'time(3)',
  [DuckDBTypeId.BLOB]: 'varbinary',
  [DuckDBTypeId.UUID]: 'uuid',
  [DuckDBTypeId.SQLNULL]: 'unknown',
}

export function athenaType(type: DuckDBType): string {
  if (type.alias === 'JSON') return 'json'
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are in SCALARS
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL:
      return `decimal(${type.width},${type.scale})`
    case DuckDBTypeId.INTERVAL:
      return 'interval day to second'
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return `array(${athenaType(type.valueType)})`
    case DuckDBTypeId.MAP:
      return `map(${athenaType(type.keyType)}, ${athenaType(type.valueType)})`
    case DuckDBTypeId.STRUCT:
      return `row(${type.entryNames.map((name, index) => rowField(name, type.entryTypes[index]!)).join(', ')})`
    default:
      return SCALARS[type.typeId] ?? 'varchar'
  }
}

function rowField(name: string, type: DuckDBType): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? `${name} ${athenaType(type)}` : `"${name}" ${athenaType(type)}`
}

/** Precision and scale as ColumnInfo has them, by the name of the type. All others have 0 and 0. */
const PRECISIONS: Record<string, number> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  float: 17,
  double: 17,
  varchar: 2_147_483_647,
  timestamp: 3,
  'timestamp with time zone': 3,
  time: 3,
  varbinary: 1_073_741_824,
}

/** Of a column of an answer: the type without its parameters. */
export function resultColumn(name: string, type: DuckDBType): ResultColumn {
  if (type.typeId === DuckDBTypeId.DECIMAL)
    return { name, type: 'decimal', precision: type.width, scale: type.scale }
  // Columns of type float are called so; what is CAST AS real would be real, which the engine does not tell apart.
  const bare = type.typeId === DuckDBTypeId.FLOAT ? 'float' : athenaType(type).replace(/\(.*\)/s, '')
  return { name, type: bare, precision: PRECISIONS[bare] ?? 0, scale: 0 }
}
