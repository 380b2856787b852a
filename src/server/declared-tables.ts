/** Tables that were declared through Glue or by DDL, as the query room takes them: tables over files, and views. */
import { isView, type GlueColumn, type TableInput } from '../base/glue.ts'
import type { Column } from '../base/schema.ts'
import type { GlueTable } from '../catalog/catalog.ts'
import { parseGlueType } from '../format/serde/glue-type.ts'
import { parsePrestoView, type PrestoView } from '../query/ddl/presto-view.ts'
import { hiveTypeOf } from '../query/ddl/trino-types.ts'
import { isKeyType } from '../query/planner/key-value.ts'
import { DATA_CATALOG, type ExternalTable, type QueryColumn, type View } from '../query/query.ts'

export function declaredTable(table: GlueTable): ExternalTable | View {
  const input = JSON.parse(table.definition) as TableInput
  const problems: string[] = []
  const typed = (columns: GlueColumn[] = []): Column[] => typedColumns(columns, problems)
  const named = {
    catalog: DATA_CATALOG,
    database: table.database,
    name: table.name,
    columns: typed(input.StorageDescriptor?.Columns),
  }
  const keys = typed(input.PartitionKeys).map(({ name, type }): QueryColumn => ({ name, type }))
  if (isView(input)) return decodedView(input, { ...named, partitionKeys: [] })
  const repeated = repeatedName([...named.columns, ...keys])
  if (repeated !== undefined) problems.push(`column ${repeated} is there twice`)
  const noKey = keys.find(({ type }) => !isKeyType(type))
  if (noKey !== undefined) problems.push(`the partition key ${noKey.name} has a type that no folder can name`)
  const invalid = problems.map(
    (problem) => `HIVE_INVALID_METADATA: table ${table.database}.${table.name}: ${problem}`,
  )
  const problem = refusal(input) ?? invalid[0]
  return {
    kind: 'external',
    ...named,
    partitionKeys: keys,
    input,
    version: table.version,
    ...(problem === undefined ? {} : { unreadable: problem }),
  }
}

/** Columns of a type that can not be read are left out: the table is refused where it is read, not where it is listed. */
function typedColumns(columns: GlueColumn[], problems: string[]): Column[] {
  return columns.flatMap(({ Name: key, Type: text = 'string' }) => {
    const parsed = parseGlueType(text)
    const name = key.toLowerCase()
    // The keys of lines that files are rewritten to.
    if ('type' in parsed) return [{ name, key: name, type: parsed.type }]
    problems.push(`column ${key} has the type ${text}: ${parsed.error}`)
    return []
  })
}

function repeatedName(columns: { name: string }[]): string | undefined {
  const names = columns.map(({ name }) => name)
  return names.find((name, index) => names.indexOf(name) !== index)
}

function refusal({ Parameters: parameters = {} }: TableInput): string | undefined {
  const type = parameters['table_type']?.toUpperCase()
  return type === 'ICEBERG' ? 'NOT_SUPPORTED: Iceberg tables can not be read' : undefined
}

function decodedView(
  input: TableInput,
  named: Omit<View, 'kind' | 'sql' | 'sqlCatalog' | 'sqlDatabase'>,
): View {
  const view = parsePrestoView(input.ViewOriginalText ?? '')
  if (view === undefined) {
    const unreadable = `NOT_SUPPORTED: view ${named.database}.${named.name} is a Hive view`
    const context = { sqlCatalog: DATA_CATALOG, sqlDatabase: named.database }
    return { kind: 'view', ...named, ...context, sql: '', unreadable }
  }
  return {
    kind: 'view',
    ...named,
    sql: view.originalSql,
    sqlCatalog: view.catalog,
    sqlDatabase: view.schema,
    columns: columnsOf(view) ?? named.columns,
  }
}

/** What the storage names is less: of a view that Trino made, a dummy. */
function columnsOf({ columns }: PrestoView): Column[] | undefined {
  if (columns.length === 0) return undefined
  return typedColumns(
    columns.map(({ name, type }) => ({ Name: name, Type: hiveTypeOf(type) })),
    [],
  )
}
