/** Runs single queries over one small table through the whole way of a query, and prints the answers as Athena does. */
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import {
  DuckDBArrayType,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTypeId,
} from '@duckdb/node-api'
import type { Column, ColumnType } from '../../../base/schema.ts'
import { cellWriter } from '../../engine/cells.ts'
import { compile } from '../../engine/compile.ts'
import { engineError } from '../../engine/engine-errors.ts'
import { checkStatement } from '../../engine/gate.ts'
import { openEngine } from '../../engine/instance.ts'
import type { ResolvedTable } from '../../engine/protocol.ts'
import { qualifyMacros } from '../../engine/qualify-macros.ts'
import { defineFunctions } from '../define-functions.ts'
import { macroNames } from '../macros.ts'

export interface Dialect {
  /** Cells by `|`, rows by ` / `; `!` and the message of an error. */
  answer(trino: string): Promise<string>
  close(): void
}

const NOW_MS = Date.UTC(2026, 10, 23)

const COLUMNS: [name: string, type: ColumnType, duckDb: string][] = [
  ['id', 'bigint', 'BIGINT'],
  ['at', 'timestamp', 'TIMESTAMP'],
  ['ip', 'varchar', 'VARCHAR'],
  ['method', 'varchar', 'VARCHAR'],
  ['path', 'varchar', 'VARCHAR'],
  ['status', 'int', 'INTEGER'],
  ['bytes', 'bigint', 'BIGINT'],
  ['took', 'double', 'DOUBLE'],
  ['price', { decimal: { precision: 10, scale: 2 } }, 'DECIMAL(10, 2)'],
  ['tags', { list: 'varchar' }, 'VARCHAR[]'],
  ['headers', { map: { key: 'varchar', value: 'varchar' } }, 'MAP(VARCHAR, VARCHAR)'],
  [
    'client',
    { struct: [column('name', 'varchar'), column('age', 'bigint')] },
    'STRUCT("name" VARCHAR, age BIGINT)',
  ],
  ['body', 'varchar', 'VARCHAR'],
]

const ROWS = `
  (1, '2025-07-04 08:00:00', '10.0.0.1', 'GET', '/a', 200, 100, 0.5, 1.50, ['x', 'y'], MAP {'h': '1'}, {'name': 'ann', 'age': 30}, '{"u":"ann","n":[1,2,3],"o":{"k":true}}', '2025-07-04'),
  (2, '2025-07-04 08:30:00', '10.0.0.2', 'GET', '/b', 404, 0, 0.25, 2.25, ['y'], MAP {'h': '2', 'i': '3'}, {'name': 'bob', 'age': NULL}, '{"u":"bob","n":[]}', '2025-07-04'),
  (3, '2025-07-04 09:15:00', '10.0.0.1', 'POST', '/a', 500, 50, 2.0, NULL, [], NULL, NULL, 'not json', '2025-07-04'),
  (4, '2025-07-05 00:00:00', '192.168.1.9', 'GET', '/c', 200, 300, 1.0, 10.00, NULL, MAP {}, {'name': NULL, 'age': 41}, NULL, '2025-07-05'),
  (5, '2025-07-05 23:59:59.999', NULL, 'GET', '/a', 200, NULL, NULL, 0.05, ['z', NULL, 'x'], MAP {'h': NULL}, {'name': 'ann', 'age': 31}, '{"u":null,"d":1.50}', '2025-07-05'),
  (6, NULL, '2001:db8::1', 'PUT', '/b', 301, 7, 4.0, 3.00, ['x'], NULL, NULL, '[1,"two",null]', '2025-07-06')`

const requests: ResolvedTable = {
  reference: { catalog: undefined, database: undefined, name: 'requests' },
  view: 't0',
  columns: COLUMNS.map(([name, type]) => column(name, type)),
  partitionKeys: ['dt'],
  timeColumn: undefined,
}

function column(name: string, type: ColumnType): Column {
  return { name, key: name, type }
}

export async function openDialect(): Promise<Dialect> {
  const engine = await openEngine()
  const names = [...COLUMNS.map(([name]) => `"${name}"`), 'dt'].join(', ')
  const casts = COLUMNS.map(([name, , type]) => `CAST("${name}" AS ${type}) AS "${name}"`).join(', ')
  await engine.connection.run(`CREATE VIEW hozon.t0 AS
    SELECT * REPLACE (${casts}), NULL::VARCHAR AS _extra FROM (VALUES ${ROWS}) AS v(${names})`)
  await defineFunctions(engine.connection, macroNames)
  return {
    async answer(trino) {
      try {
        const { sql } = compile({ sql: trino, tables: [requests], views: [] }, NOW_MS)
        const serialized = await engine.connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [
          sql,
        ])
        const calls = checkStatement(String(serialized.getRows()[0]![0]), new Set(['t0']))
        const result = await engine.connection.runAndReadAll(qualifyMacros(sql, calls).sql)
        const types = result.columnTypes()
        const rows = result.getRows()
        if (rows.length === 0) return '<no row>'
        return rows.map((row) => row.map((value, at) => cell(value, types[at]!)).join('|')).join(' / ')
      } catch (error) {
        return `!${engineError(error).message.replaceAll('\n', ' ')}`
      }
    },
    close: () => engine.close(),
  }
}

function cell(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return 'NULL'
  const text = printed(value, type)
  return text === '' ? '<empty>' : text
}

/** Athena's print, written apart from the engine's own: maps sorted by key, as no order is promised. */
function printed(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return 'null'
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) {
    const items = (value as DuckDBListValue).items
    return `[${items.map((item) => printed(item, type.valueType)).join(', ')}]`
  }
  if (type instanceof DuckDBStructType) {
    const entries = (value as DuckDBStructValue).entries
    const texts = type.entryNames.map(
      (name, at) => `${name === '' ? `field${at}` : name}=${printed(entries[name]!, type.entryTypes[at]!)}`,
    )
    return `{${texts.join(', ')}}`
  }
  if (type instanceof DuckDBMapType) {
    const texts = (value as DuckDBMapValue).entries.map(
      (entry) => `${printed(entry.key, type.keyType)}=${printed(entry.value, type.valueType)}`,
    )
    return `{${texts.sort().join(', ')}}`
  }
  if (type.typeId === DuckDBTypeId.DOUBLE || type.typeId === DuckDBTypeId.FLOAT)
    return javaDouble(value as number)
  const json = cellWriter(type)(value)
  return json.startsWith('"') && type.alias !== 'JSON' ? (JSON.parse(json) as string) : json
}

function javaDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  const size = Math.abs(value)
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}
