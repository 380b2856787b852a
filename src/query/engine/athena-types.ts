/** DuckDB's types by Athena's names: `varchar`, `bigint`, `timestamp(3)`, `row(a bigint)`. */
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api'

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
