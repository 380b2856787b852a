/**
 * Tables that tell about the others: information_schema of each catalog, and `"web$partitions"` and `"web$properties"`
 * beside each table of files. Their rows are texts; the engine casts them.
 */
import { EXTRA_COLUMN, type Column, type ColumnType } from '../../base/schema.ts'
import type { ExternalTable, QueryTable, StreamTable, TableSource } from '../query.ts'
import { rangeOf } from './key-range.ts'
import type { PartitionPredicate } from './predicate.ts'
import { printTrinoType } from '../ddl/trino-types.ts'
import { throwIfCancelled, type Turns } from '../ddl/turns.ts'

export interface SystemTable {
  kind: 'system'
  catalog: string
  database: string
  name: string
  columns: Column[]
  partitionKeys: []
  content:
    | { of: 'schemata' | 'tables' | 'columns' | 'views' }
    | { of: 'partitions' | 'properties'; table: StreamTable | ExternalTable }
}

export type Cells = (string | null)[]

const SCHEMA = 'information_schema'
const varchars = (names: string): Column[] => names.split(' ').map((name) => column(name, 'varchar'))

const TABLES: Record<string, Column[]> = {
  schemata: varchars('catalog_name schema_name'),
  tables: varchars('table_catalog table_schema table_name table_type'),
  columns: [
    ...varchars('table_catalog table_schema table_name column_name'),
    column('ordinal_position', 'bigint'),
    ...varchars('column_default is_nullable data_type comment extra_info'),
  ],
  views: varchars('table_catalog table_schema table_name view_definition'),
}

export async function systemTable(
  source: TableSource,
  catalog: string,
  database: string,
  name: string,
): Promise<SystemTable | undefined> {
  const made = { kind: 'system' as const, catalog, database, name, partitionKeys: [] as [] }
  if (database === SCHEMA) {
    const columns = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined
    if (columns === undefined) return undefined
    return { ...made, columns, content: { of: name as 'schemata' } }
  }
  const found = /^(.+)\$(partitions|properties)$/.exec(name)
  if (found === null) return undefined
  const table = await source.table(catalog, database, found[1]!)
  if (table === undefined || (table.kind !== 'stream' && table.kind !== 'external')) return undefined
  if (found[2] === 'properties') {
    const columns = Object.keys(propertiesOf(table)).map((key) => column(key, 'varchar'))
    return { ...made, columns, content: { of: 'properties', table } }
  }
  if (table.partitionKeys.length === 0) return undefined
  const columns = table.partitionKeys.map((key) => column(key.name, key.type))
  return { ...made, columns, content: { of: 'partitions', table } }
}

/** All but `t$partitions`, whose rows are the planner's partitions. */
export async function systemRows(
  source: TableSource,
  { catalog, content }: SystemTable,
  { predicate, turns }: { predicate: PartitionPredicate; turns: Turns },
): Promise<Cells[]> {
  if (content.of === 'properties') return [Object.values(propertiesOf(content.table))]
  const key = content.of === 'schemata' ? 'schema_name' : 'table_schema'
  const databases = [...(await source.databases(catalog)), SCHEMA].sort().filter(within(predicate, key))
  if (content.of === 'schemata') return databases.map((database) => [catalog, database])
  const rows: Cells[] = []
  for (const database of databases) {
    const tables = database === SCHEMA ? ownTables(catalog) : await source.tables(catalog, database)
    throwIfCancelled(turns)
    for (const table of tables.filter(({ name }) => within(predicate, 'table_name')(name)))
      rows.push(...rowsOf(content.of, [catalog, database, table.name], table))
  }
  return rows
}

function within(predicate: PartitionPredicate, key: string): (value: string) => boolean {
  const range = rangeOf(predicate, key)
  return (value) => !('values' in range) || range.values.includes(value)
}

type Listed = Pick<QueryTable, 'name' | 'columns' | 'partitionKeys'> & { kind: string; sql?: string }

function ownTables(catalog: string): Listed[] {
  return Object.entries(TABLES).map(([name, columns]) => ({
    kind: 'system',
    catalog,
    database: SCHEMA,
    name,
    columns,
    partitionKeys: [],
  }))
}

function rowsOf(of: string, name: Cells, table: Listed): Cells[] {
  if (of === 'tables') return [[...name, table.kind === 'view' ? 'VIEW' : 'BASE TABLE']]
  if (of === 'views') return table.kind === 'view' ? [[...name, table.sql ?? '']] : []
  const keys = new Set(table.partitionKeys.map((key) => key.name))
  return shownColumns(table).map((shown, index) => {
    const extraInfo = keys.has(shown.name) ? 'partition key' : null
    return [...name, shown.name, String(index + 1), null, 'YES', printTrinoType(shown.type), null, extraInfo]
  })
}

function shownColumns(table: Listed): { name: string; type: ColumnType }[] {
  const extra =
    table.kind === 'stream' && !table.name.endsWith('_errors') ? [column(EXTRA_COLUMN, 'varchar')] : []
  return [...table.columns, ...extra, ...table.partitionKeys]
}

function propertiesOf(table: StreamTable | ExternalTable): Record<string, string> {
  if (table.kind === 'stream') return { external: 'TRUE', 'hozon.stream': table.table.stream }
  const parameters = Object.entries(table.input.Parameters ?? {})
  return Object.fromEntries([
    ['external', 'TRUE'],
    ...parameters.map(([key, value]) => [key.toLowerCase(), value]),
  ])
}

function column(name: string, type: ColumnType): Column {
  return { name, key: name, type }
}
