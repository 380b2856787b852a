/** Types of PostgreSQL, and how their values are read as text. */
import type { ColumnType } from '../../base/schema.ts'
import { quoteName } from '../../format/json-columns.ts'
import type { Comparable, RemoteColumn, TextForm } from './driver.ts'

export interface PostgresType {
  /** `int4`; of a domain the type beneath it. */
  name: string
  /** Precision and scale of numeric, else -1. */
  modifier: number
  /** Of an array. */
  element: string | null | undefined
}

interface Mapping {
  type: ColumnType
  form: TextForm
  takes?: Comparable['takes']
}

const MAPPINGS: Readonly<Record<string, Mapping>> = {
  bool: { type: 'boolean', form: 'boolean', takes: 'boolean' },
  int2: { type: 'smallint', form: 'number', takes: 'integer' },
  int4: { type: 'int', form: 'number', takes: 'integer' },
  int8: { type: 'bigint', form: 'number', takes: 'integer' },
  oid: { type: 'bigint', form: 'number' },
  float4: { type: 'float', form: 'number' },
  float8: { type: 'double', form: 'number', takes: 'number' },
  date: { type: 'date', form: 'text', takes: 'date' },
  timestamp: { type: 'timestamp', form: 'text', takes: 'timestamp' },
  timestamptz: { type: 'timestamp', form: 'text', takes: 'timestamp' },
  bytea: { type: 'binary', form: 'hex' },
  text: { type: 'varchar', form: 'text', takes: 'text' },
  varchar: { type: 'varchar', form: 'text', takes: 'text' },
}

/** Their arrays are arrays here; those of other types are text. */
const ELEMENTS = new Set(['bool', 'int2', 'int4', 'int8', 'float8', 'text', 'varchar'])

/** Everything else (uuid, json, inet, enum, interval …) is read as the text that the database prints. */
const AS_TEXT: Mapping = { type: 'varchar', form: 'text' }

/** Of decimals here; a numeric without a precision, or with more digits, is text, so that no digit is lost. */
const PRECISION_MAX = 38

export function postgresColumn(column: string, type: PostgresType): RemoteColumn {
  const sql = quoteName(column)
  const { type: columnType, form, takes } = mappingOf(type)
  return {
    name: column.toLowerCase(),
    type: columnType,
    form,
    text: textSql(sql, form),
    compare: takes === undefined ? undefined : comparable(sql, takes),
  }
}

function mappingOf({ name, modifier, element }: PostgresType): Mapping {
  if (element !== null && element !== undefined) {
    const of = ELEMENTS.has(element) ? MAPPINGS[element] : undefined
    return of === undefined ? AS_TEXT : { type: { list: of.type }, form: 'json' }
  }
  if (name !== 'numeric') return MAPPINGS[name] ?? AS_TEXT
  // Kept as (precision << 16 | scale) + 4.
  const [precision, scale] = [(modifier - 4) >> 16, (modifier - 4) & 0xffff]
  const fits = modifier >= 0 && precision <= PRECISION_MAX && scale <= precision
  return fits ? { type: { decimal: { precision, scale } }, form: 'text', takes: 'number' } : AS_TEXT
}

function textSql(sql: string, form: TextForm): string {
  if (form === 'json') return `pg_catalog.to_json(${sql})::text`
  if (form === 'hex') return `pg_catalog.encode(${sql}, 'hex')`
  return `${sql}::text`
}

/** Statements compare text by its bytes; the column's own collation may sort otherwise, and has the index. */
function comparable(sql: string, takes: Comparable['takes']): Comparable {
  return { sql, ordered: takes === 'text' ? `${sql} COLLATE "C"` : sql, takes }
}
