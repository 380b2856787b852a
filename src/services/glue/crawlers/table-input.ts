/** A group of folders as Glue's table and partitions: what AWS's crawlers write of them. */
import type { Column } from '../../../base/schema.ts'
import { printGlueType } from '../../../format/serde/glue-type.ts'
import type { GlueColumn, PartitionInput, StorageDescriptor, TableInput } from '../inputs.ts'
import type { FileSchema } from './classify/file-schema.ts'
import type { Group, GroupPartition } from './group-folders.ts'

export interface CrawledTable {
  /** Without Name: that is chosen when it is known what else there is. */
  input: Omit<TableInput, 'Name'>
  /** What its name is made of: the last folder, or the bucket. */
  title: string
  partitions: PartitionInput[]
}

const TEXT_FILES = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
}
const PARQUET_FILES = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
}

export interface CrawlNames {
  bucket: string
  /** Ends in a slash, or is empty. */
  prefix: string
  crawler: string
  crawlId: string
}

/** Undefined: of no file the format is known. */
export function crawledTable(
  group: Group,
  names: CrawlNames,
  inheritsFromTable: boolean,
): CrawledTable | undefined {
  const { schema } = group
  if (schema === undefined) return undefined
  const keys = keyNames(group.keys)
  const columns = columnsBeside(schema, keys)
  const location = locationOf(names, group.path, group.isFile)
  const storage = storageOf(schema, columns, location)
  const parameters = { ...schemaParameters(schema, names), ...countParameters(group) }
  return {
    title: group.path.at(-1) ?? names.prefix.split('/').at(-2) ?? names.bucket,
    input: {
      Owner: 'owner',
      Retention: 0,
      TableType: 'EXTERNAL_TABLE',
      StorageDescriptor: { ...storage, Parameters: parameters },
      PartitionKeys: keys.map((Name) => ({ Name, Type: 'string' })),
      Parameters: { ...parameters, ...(keys.length === 0 ? {} : { 'partition_filtering.enabled': 'true' }) },
    },
    partitions: group.partitions.map((partition) =>
      partitionInput(partition, { schema, storage, keys, names, inheritsFromTable }),
    ),
  }
}

function partitionInput(
  { values, path, schema: own, files, bytes }: GroupPartition,
  of: {
    schema: FileSchema
    storage: StorageDescriptor
    keys: string[]
    names: CrawlNames
    inheritsFromTable: boolean
  },
): PartitionInput {
  // By names the table's columns read all of its files. By places, a file that has others needs its own.
  const differs = own !== undefined && own.isPositional && !of.inheritsFromTable
  const columns = differs ? { Columns: columnsBeside(own, of.keys) } : {}
  const parameters = { ...schemaParameters(of.schema, of.names), ...countParameters({ files, bytes }) }
  return {
    Values: values,
    StorageDescriptor: {
      ...of.storage,
      ...columns,
      Location: locationOf(of.names, path, false),
      Parameters: parameters,
    },
    Parameters: parameters,
  }
}

/** `partition_0` and so on for folders that have no name of a key. */
function keyNames(keys: Group['keys']): string[] {
  let plain = 0
  return keys.map((key) => (key === undefined ? `partition_${plain++}` : columnName(key)))
}

/** No column has the name of a partition key: one of a file that is read by names is left out, else it gets another. */
function columnsBeside(schema: FileSchema, keys: readonly string[]): GlueColumn[] {
  const columns = schema.isPositional
    ? schema.columns.map((column) =>
        keys.includes(column.name) ? { ...column, name: `${column.name}_1` } : column,
      )
    : schema.columns.filter(({ name }) => !keys.includes(name))
  return columns.map(toGlueColumn)
}

function toGlueColumn({ name, type }: Column): GlueColumn {
  return { Name: name, Type: printGlueType(type) }
}

function storageOf(schema: FileSchema, columns: GlueColumn[], location: string): StorageDescriptor {
  return {
    Columns: columns,
    Location: location,
    ...(schema.classification === 'parquet' ? PARQUET_FILES : TEXT_FILES),
    Compressed: schema.compression !== 'none',
    NumberOfBuckets: -1,
    SerdeInfo: { SerializationLibrary: schema.serde.library, Parameters: schema.serde.parameters },
    BucketColumns: [],
    SortColumns: [],
    StoredAsSubDirectories: false,
  }
}

function schemaParameters(schema: FileSchema, { crawler, crawlId }: CrawlNames): Record<string, string> {
  return {
    ...schema.parameters,
    classification: schema.classification,
    compressionType: schema.compression,
    typeOfData: 'file',
    CrawlerSchemaDeserializerVersion: '1.0',
    CrawlerSchemaSerializerVersion: '1.0',
    UPDATED_BY_CRAWLER: crawler,
    CRAWL_RUN_ID: crawlId,
  }
}

/** What changes with every file, and is no change of the table. */
function countParameters({ files, bytes }: { files: number; bytes: number }): Record<string, string> {
  return { objectCount: String(files), sizeKey: String(bytes) }
}

export const COUNTED = ['objectCount', 'sizeKey', 'CRAWL_RUN_ID']

export function locationOf({ bucket, prefix }: CrawlNames, path: readonly string[], isFile: boolean): string {
  const inner = path.length === 0 ? '' : `${path.join('/')}${isFile ? '' : '/'}`
  return `s3://${bucket}/${prefix}${inner}`
}

/** Lower case, and what is neither letter nor digit becomes `_`. */
export function columnName(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '_')
}
