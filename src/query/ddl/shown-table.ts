/** Tables and views of all kinds as SHOW and DESCRIBE describe them: in the words of Glue. */
import type { GlueColumn, PartitionInput, TableInput } from '../../base/glue.ts'
import { EXTRA_COLUMN, type ColumnType } from '../../base/schema.ts'
import type { StreamStorage } from '../../catalog/catalog.ts'
import { printGlueType } from '../../format/serde/glue-type.ts'
import { DATA_CATALOG, type QueryTable, type StreamTable } from '../query.ts'
import { FORMATS, storageOf } from '../statement/formats.ts'
import type { TableName } from '../statement/statement.ts'
import type { DdlContext } from './ddl-context.ts'
import { databaseNotFound, tableNotFound } from './ddl-errors.ts'
import { fullName, requireCatalog, type FullName } from './full-names.ts'

export interface ShownTable {
  catalog: string
  database: string
  name: string
  input: TableInput
  /** Where it is known. */
  createdMs?: number
  /** Where it is filled by a stream. */
  stream?: StreamTable
}

export async function shownTable(context: DdlContext, table: TableName): Promise<ShownTable> {
  const name = fullName(context, table)
  requireCatalog(context, name.catalog)
  return declaredShown(context, name) ?? (await otherShown(context, name)) ?? (await refuse(context, name))
}

function declaredShown({ catalog }: DdlContext, name: FullName): ShownTable | undefined {
  if (name.catalog !== DATA_CATALOG) return undefined
  const found = catalog.glue.table(name.database, name.name)
  if (found === undefined) return undefined
  return { ...name, input: JSON.parse(found.definition) as TableInput, createdMs: found.createdMs }
}

async function otherShown({ catalog, source }: DdlContext, name: FullName): Promise<ShownTable | undefined> {
  const find = (): Promise<QueryTable | undefined> => source.table(name.catalog, name.database, name.name)
  let table = await find()
  if (table?.kind === 'stream') {
    // What is in the buffer may bring columns that the table did not have a moment ago.
    await source.refresh([table.table])
    table = await find()
  }
  if (table === undefined) return undefined
  if (table.kind === 'external') return { ...name, input: table.input }
  if (table.kind !== 'stream') return { ...name, input: inputOf(table) }
  const storage = catalog.storageOf(name.database, name.name)
  return { ...name, input: streamInput(table, storage), stream: table }
}

/** Of what has no definition of its own. */
function inputOf(table: QueryTable): TableInput {
  const columns = table.columns.map(({ name, type }) => glueColumn(name, type))
  return {
    Name: table.name,
    TableType: table.kind === 'view' ? 'VIRTUAL_VIEW' : 'EXTERNAL_TABLE',
    StorageDescriptor: { Columns: columns },
    PartitionKeys: table.partitionKeys.map(({ name, type }) => glueColumn(name, type)),
    Parameters: {},
  }
}

function glueColumn(name: string, type: ColumnType): GlueColumn {
  return { Name: name, Type: printGlueType(type) }
}

const OF_FORMAT: Record<StreamStorage['format'], keyof typeof FORMATS> = {
  parquet: 'PARQUET',
  json: 'JSON',
  raw: 'TEXTFILE',
}

/** As if it had been declared over the folder that the stream fills. */
function streamInput(table: StreamTable, storage: StreamStorage | undefined): TableInput {
  const input = inputOf(table)
  const columns = input.StorageDescriptor?.Columns ?? []
  const isOfErrors = table.name.endsWith('_errors')
  const format = FORMATS[OF_FORMAT[storage?.format ?? 'parquet']]!
  return {
    ...input,
    Parameters: { EXTERNAL: 'TRUE', 'hozon.stream': table.table.stream },
    StorageDescriptor: {
      ...storageOf({ ...format, serdeParameters: {} }),
      Columns: isOfErrors ? columns : [...columns, { Name: EXTRA_COLUMN, Type: 'string' }],
      Location: table.table.location,
    },
  }
}

async function refuse({ source }: DdlContext, { catalog, database, name }: FullName): Promise<never> {
  const databases = await source.databases(catalog)
  throw databases.includes(database) ? tableNotFound(database, name) : databaseNotFound(database)
}

export function columnsOf(input: TableInput): GlueColumn[] {
  return input.StorageDescriptor?.Columns ?? []
}

export function keysOf(input: TableInput): GlueColumn[] {
  return input.PartitionKeys ?? []
}

export function partitionInput(definition: string): PartitionInput {
  return JSON.parse(definition) as PartitionInput
}
