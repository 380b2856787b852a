/** Databases and tables of a data catalog, as Athena describes them. */
import { printGlueType } from '../../format/serde/glue-type.ts'
import type { GlueColumn } from '../../base/glue.ts'
import type { QueryColumn, QueryTable } from '../../query/query.ts'
import { databaseOutput, findTable, tablesOf, type TableOutput } from '../data-catalog/tables.ts'
import type { AthenaContext } from './athena-context.ts'
import { dataCatalogNamed } from './data-catalogs.ts'
import { metadataMissing } from './faults.ts'

export interface Database {
  Name: string
  Description?: string
  Parameters?: Record<string, string>
}

export interface TableMetadata {
  Name: string
  /** Seconds. */
  CreateTime: number
  LastAccessTime: number
  TableType: string
  Columns: GlueColumn[]
  PartitionKeys: GlueColumn[]
  Parameters: Record<string, string>
}

/** The context of statements that name none. At AWS it is there always, and clients look for it before they ask. */
const DEFAULT: Database = { Name: 'default', Description: 'Default Hive database', Parameters: {} }

/** Ascending by name. Throws InvalidRequestException. */
export async function databasesOf(context: AthenaContext, catalogName: string): Promise<Database[]> {
  const { Name, Type } = dataCatalogNamed(context, catalogName)
  if (Type !== 'GLUE') return (await context.tables.databases(Name)).map((name) => ({ Name: name }))
  const declared = context.catalog.glue
    .databases()
    .map(databaseOutput)
    .map(({ Name: name, Description, Parameters }) => ({
      Name: name,
      ...(Description === undefined ? {} : { Description }),
      ...(Parameters === undefined ? {} : { Parameters }),
    }))
  if (declared.some(({ Name: name }) => name === DEFAULT.Name)) return declared
  return [...declared, DEFAULT].sort((a, b) => (a.Name < b.Name ? -1 : 1))
}

/** Throws MetadataException. */
export async function databaseNamed(
  context: AthenaContext,
  catalogName: string,
  name: string,
): Promise<Database> {
  const lower = name.toLowerCase()
  const found = (await databasesOf(context, catalogName)).find(({ Name }) => Name === lower)
  if (found === undefined) throw metadataMissing(`Database ${name} not found.`)
  return found
}

interface TablePlace {
  CatalogName: string
  DatabaseName: string
}

/** Ascending by name. Throws MetadataException. */
export async function tableMetadataOf(context: AthenaContext, place: TablePlace): Promise<TableMetadata[]> {
  const { Name: database } = await databaseNamed(context, place.CatalogName, place.DatabaseName)
  const { Name: catalog, Type } = dataCatalogNamed(context, place.CatalogName)
  if (Type === 'GLUE') return tablesOf(context, database).map(ofGlue)
  return (await context.tables.tables(catalog, database)).map(ofOther)
}

/** Throws MetadataException. */
export async function tableMetadataNamed(
  context: AthenaContext,
  place: TablePlace,
  name: string,
): Promise<TableMetadata> {
  const { Name: database } = await databaseNamed(context, place.CatalogName, place.DatabaseName)
  const { Name: catalog, Type } = dataCatalogNamed(context, place.CatalogName)
  if (Type === 'GLUE') {
    const table = findTable(context, database, name)
    if (table !== undefined) return ofGlue(table)
  } else {
    const table = await context.tables.table(catalog, database, name.toLowerCase())
    if (table !== undefined) return ofOther(table)
  }
  throw metadataMissing(`Table ${name} not found.`)
}

/** Parameters also hold what Glue has of the storage: clients read location and format there. */
function ofGlue(table: TableOutput): TableMetadata {
  const storage = table.StorageDescriptor
  const serde = storage?.SerdeInfo
  const flattened = {
    inputformat: storage?.InputFormat,
    location: storage?.Location,
    outputformat: storage?.OutputFormat,
    'serde.serialization.lib': serde?.SerializationLibrary,
  }
  const ofSerde = Object.entries(serde?.Parameters ?? {}).map(([key, value]) => [`serde.param.${key}`, value])
  return {
    Name: table.Name,
    CreateTime: table.CreateTime ?? 0,
    LastAccessTime: 0,
    TableType: table.TableType ?? 'EXTERNAL_TABLE',
    Columns: (storage?.Columns ?? []).map(column),
    PartitionKeys: (table.PartitionKeys ?? []).map(column),
    Parameters: {
      ...table.Parameters,
      ...Object.fromEntries(Object.entries(flattened).filter(([, value]) => value !== undefined)),
      ...Object.fromEntries(ofSerde),
    },
  }
}

function column({ Name, Type, Comment }: GlueColumn): GlueColumn {
  return {
    Name,
    ...(Type === undefined ? {} : { Type }),
    ...(Comment === undefined ? {} : { Comment }),
  }
}

function ofOther({ name, columns, partitionKeys }: QueryTable): TableMetadata {
  const typed = (of: QueryColumn): GlueColumn => ({ Name: of.name, Type: printGlueType(of.type) })
  return {
    Name: name,
    CreateTime: 0,
    LastAccessTime: 0,
    TableType: 'EXTERNAL_TABLE',
    Columns: columns.map(typed),
    PartitionKeys: partitionKeys.map(typed),
    Parameters: {},
  }
}
