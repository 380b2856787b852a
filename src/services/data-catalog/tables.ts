/**
 * Databases and tables as Glue shows them, and Athena by them: those that were declared through Glue, and those of streams, which are shown
 * beside them and are read-only. Names are in lower case, as Glue folds them.
 */
import { ACCOUNT_ID } from '../../aws/service.ts'
import type { DatabaseInput, GlueColumn, TableInput } from '../../base/glue.ts'
import { EXTRA_COLUMN } from '../../base/schema.ts'
import type { Catalog, GlueDatabase, GlueTable, Table } from '../../catalog/catalog.ts'
import { printGlueType } from '../../format/serde/glue-type.ts'
import type { DeclaredTable, TableLookup } from '../../format/serde/resolve-conversion.ts'
import { databaseInput } from './saved-database.ts'
import { streamStorage } from './stream-storage.ts'

export interface CatalogContext {
  catalog: Pick<Catalog, 'glue' | 'table' | 'tables' | 'schema' | 'partitions' | 'storageOf'>
}

/** As Glue shows them. */
export type DatabaseOutput = DatabaseInput & { CreateTime: number; CatalogId: string }
export interface TableOutput extends TableInput {
  DatabaseName: string
  VersionId: string
  CatalogId: string
  /** Of tables that were declared. Seconds. */
  CreateTime?: number
  UpdateTime?: number
}

export function databaseOutput(database: GlueDatabase): DatabaseOutput {
  const { Tags: _, ...input } = databaseInput(database)
  return { ...input, Name: database.name, CreateTime: database.createdMs / 1000, CatalogId: ACCOUNT_ID }
}

/** Of the newest version, or of the one that is named; undefined: there is none. */
export function findTable(
  { catalog }: CatalogContext,
  database: string,
  name: string,
  versionId?: string,
): TableOutput | undefined {
  const version = versionId === undefined ? undefined : versionNumber(versionId)
  if (version === NO_VERSION) return undefined
  const [owner, lower] = [database.toLowerCase(), name.toLowerCase()]
  const declared = catalog.glue.table(owner, lower, version)
  if (declared !== undefined) return tableOutput(declared)
  const table = catalog.table(owner, lower)
  if (table === undefined) return undefined
  const schema = version === undefined ? table.schema : catalog.schema(owner, lower, version)
  return schema === undefined ? undefined : streamTableOutput(catalog, { ...table, schema })
}

/** Newest versions, ascending by name. */
export function tablesOf({ catalog }: CatalogContext, database: string): TableOutput[] {
  const owner = database.toLowerCase()
  const streams = catalog.tables().filter((table) => table.database === owner)
  return [
    ...catalog.glue.tables(owner).map(tableOutput),
    ...streams.map((table) => streamTableOutput(catalog, table)),
  ].sort((a, b) => (a.Name < b.Name ? -1 : 1))
}

const NO_VERSION = -1

/** `3`; what is no number names no version. */
export function versionNumber(versionId: string): number {
  return /^\d{1,9}$/.test(versionId) ? Number(versionId) : NO_VERSION
}

/** Members that Glue fills in, and that readers rely on. */
const TABLE_DEFAULTS = { Retention: 0, PartitionKeys: [], IsRegisteredWithLakeFormation: false }
export const STORAGE_DEFAULTS = {
  Compressed: false,
  NumberOfBuckets: 0,
  BucketColumns: [],
  SortColumns: [],
  StoredAsSubDirectories: false,
}

export function tableOutput(table: GlueTable): TableOutput {
  const input = JSON.parse(table.definition) as TableInput
  const storage = input.StorageDescriptor
  return {
    ...TABLE_DEFAULTS,
    ...input,
    ...(storage === undefined ? {} : { StorageDescriptor: { ...STORAGE_DEFAULTS, ...storage } }),
    ...serviceMembers(table.database, table.name, String(table.version)),
    CreateTime: table.createdMs / 1000,
    UpdateTime: table.updatedMs / 1000,
  }
}

function serviceMembers(
  database: string,
  name: string,
  version: string,
): Pick<TableOutput, 'Name' | 'DatabaseName' | 'VersionId' | 'CatalogId'> {
  return { Name: name, DatabaseName: database, VersionId: version, CatalogId: ACCOUNT_ID }
}

function streamTableOutput(catalog: CatalogContext['catalog'], table: Table): TableOutput {
  const columns: GlueColumn[] = table.schema.columns.map(({ name, type }) => ({
    Name: name,
    Type: printGlueType(type),
  }))
  const isOfErrors = table.name.endsWith('_errors')
  const format = catalog.storageOf(table.database, table.name)?.format ?? (isOfErrors ? 'json' : 'parquet')
  return {
    ...TABLE_DEFAULTS,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: format, 'hozon.stream': table.stream },
    PartitionKeys: table.partitionKeys.map((name) => ({ Name: name, Type: 'string' })),
    StorageDescriptor: {
      ...STORAGE_DEFAULTS,
      Columns: isOfErrors ? columns : [...columns, { Name: EXTRA_COLUMN, Type: 'string' }],
      Location: table.location,
      ...streamStorage(format, table.schema.columns),
    },
    ...serviceMembers(table.database, table.name, String(table.schema.version)),
  }
}

/** For format conversion: tables of both kinds; without `_extra`, which holds what no column does. */
export function tableLookup(context: CatalogContext): TableLookup {
  return (database, name, version): DeclaredTable | undefined => {
    const table = findTable(context, database, name, version)
    if (table === undefined) return undefined
    const all = table.StorageDescriptor?.Columns ?? []
    const isOfStream = context.catalog.table(database, name) !== undefined
    const columns = isOfStream ? all.filter(({ Name }) => Name !== EXTRA_COLUMN) : all
    return {
      versionId: table.VersionId,
      columns: columns.map(({ Name, Type = '' }) => ({ name: Name, type: Type })),
    }
  }
}
