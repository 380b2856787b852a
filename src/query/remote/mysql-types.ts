/** Types of MySQL and MariaDB, and how their values are read as text. */
import type { ColumnType } from '../../base/schema.ts'
import type { Comparable, RemoteColumn, TextForm } from './driver.ts'

export interface MysqlType {
  /** `int` */
  name: string
  /** `int(10) unsigned` */
  declared: string
  precision: number
  scale: number
}

interface Mapping {
  type: ColumnType
  form: TextForm
  takes?: Comparable['takes']
  /** SQL of the text; the column itself where undefined. */
  text?: (sql: string) => string
}

const asText = (sql: string): string => `CONVERT(${sql} USING utf8mb4)`
const TEXT: Mapping = { type: 'varchar', form: 'text', takes: 'text', text: asText }
const BYTES: Mapping = { type: 'binary', form: 'hex', text: (sql) => `HEX(${sql})` }
const integer = (type: ColumnType): Mapping => ({ type, form: 'number', takes: 'integer' })

/** A day that MySQL can hold and no calendar has. */
const realDay = (sql: string): string =>
  `CASE WHEN MONTH(${sql}) = 0 OR DAYOFMONTH(${sql}) = 0 THEN NULL ELSE CAST(${sql} AS CHAR) END`

const MAPPINGS: Readonly<Record<string, Mapping>> = {
  tinyint: integer('tinyint'),
  smallint: integer('smallint'),
  mediumint: integer('int'),
  int: integer('int'),
  bigint: integer('bigint'),
  year: integer('int'),
  // Printed as float it would lose digits.
  float: { type: 'float', form: 'number', text: (sql) => `CAST(${sql} AS DOUBLE)` },
  double: { type: 'double', form: 'number', takes: 'number' },
  date: { type: 'date', form: 'text', takes: 'date', text: realDay },
  datetime: { type: 'timestamp', form: 'text', takes: 'timestamp', text: realDay },
  timestamp: { type: 'timestamp', form: 'text', takes: 'timestamp', text: realDay },
  time: { type: 'varchar', form: 'text', text: (sql) => `CAST(${sql} AS CHAR)` },
  char: TEXT,
  varchar: TEXT,
  tinytext: TEXT,
  text: TEXT,
  mediumtext: TEXT,
  longtext: TEXT,
  enum: TEXT,
  set: TEXT,
  json: { type: 'varchar', form: 'text', text: asText },
  bit: {
    type: { decimal: { precision: 20, scale: 0 } },
    form: 'text',
    text: (sql) => `CAST(${sql} + 0 AS CHAR)`,
  },
  binary: BYTES,
  varbinary: BYTES,
  tinyblob: BYTES,
  blob: BYTES,
  mediumblob: BYTES,
  longblob: BYTES,
}

const UNSIGNED: Readonly<Record<string, ColumnType>> = {
  tinyint: 'smallint',
  smallint: 'int',
  mediumint: 'int',
  int: 'bigint',
  bigint: { decimal: { precision: 20, scale: 0 } },
}

const PRECISION_MAX = 38

export function mysqlColumn(column: string, type: MysqlType): RemoteColumn {
  const sql = quoteMysqlName(column)
  const { type: columnType, form, takes, text = (plain: string) => plain } = mappingOf(type)
  return {
    name: column.toLowerCase(),
    type: columnType,
    form: typeof columnType === 'object' ? 'text' : form,
    text: text(sql),
    // Its collations ignore case and accents, and sort otherwise than statements do.
    compare: takes === undefined ? undefined : { sql, ordered: takes === 'text' ? undefined : sql, takes },
  }
}

function mappingOf({ name, declared, precision, scale }: MysqlType): Mapping {
  if (name === 'decimal' && precision <= PRECISION_MAX)
    return { type: { decimal: { precision, scale } }, form: 'text', takes: 'number' }
  // Everything else (inet, uuid, geometry …) is read as the text that the database prints.
  const known = MAPPINGS[name] ?? {
    type: 'varchar',
    form: 'text',
    text: (sql: string) => `CAST(${sql} AS CHAR)`,
  }
  const unsigned = declared.includes('unsigned') ? UNSIGNED[name] : undefined
  return unsigned === undefined ? known : { ...known, type: unsigned }
}

export function quoteMysqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
