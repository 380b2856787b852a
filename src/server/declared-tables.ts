/** Tables that were declared through Glue or by DDL, as the query room takes them: tables over files, and views. */
import type { GlueColumn, TableInput } from '../base/glue.ts'
import type { Column } from '../base/schema.ts'
import type { GlueTable } from '../catalog/catalog.ts'
import { parseGlueType } from '../format/serde/glue-type.ts'
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
  const problem = refusal(input) ?? problems[0]
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
    if ('type' in parsed) return [{ name: key.toLowerCase(), key, type: parsed.type }]
    problems.push(`HIVE_INVALID_METADATA: column ${key} has the type ${text}: ${parsed.error}`)
    return []
  })
}

function refusal({ Parameters: parameters = {} }: TableInput): string | undefined {
  const type = parameters['table_type']?.toUpperCase()
  return type === 'ICEBERG' ? 'NOT_SUPPORTED: Iceberg tables can not be read' : undefined
}

function isView({ TableType: type, ViewOriginalText: text }: TableInput): boolean {
  return type === 'VIRTUAL_VIEW' || (type === undefined && text !== undefined)
}

const PRESTO_VIEW = /^\s*\/\*\s*Presto View:\s*([A-Za-z0-9+/=\s]+?)\s*\*\/\s*$/

function decodedView(
  input: TableInput,
  named: Omit<View, 'kind' | 'sql' | 'sqlCatalog' | 'sqlDatabase'>,
): View {
  const text = PRESTO_VIEW.exec(input.ViewOriginalText ?? '')?.[1]
  const context = { sqlCatalog: DATA_CATALOG, sqlDatabase: named.database }
  const unreadable = (reason: string): View => ({
    kind: 'view',
    ...named,
    ...context,
    sql: '',
    unreadable: reason,
  })
  if (text === undefined) return unreadable('NOT_SUPPORTED: Hive views are not supported')
  const content = parsedJson(Buffer.from(text, 'base64').toString())
  const sql = content?.['originalSql']
  if (typeof sql !== 'string')
    return unreadable('HIVE_INVALID_VIEW_DATA: the definition of the view can not be read')
  return {
    kind: 'view',
    ...named,
    sql,
    sqlCatalog: lowerText(content?.['catalog']) ?? context.sqlCatalog,
    sqlDatabase: lowerText(content?.['schema']) ?? context.sqlDatabase,
  }
}

function parsedJson(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    // Written by whoever made the view: what it is not is told when it is queried.
    return undefined
  }
}

function lowerText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toLowerCase() : undefined
}
