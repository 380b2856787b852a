/** The one long line of DESCRIBE EXTENDED: Hive prints the objects of its metastore as they are. */
import type { GlueColumn, PartitionInput, StorageDescriptor } from '../../base/glue.ts'
import { keysOf, type ShownTable } from './shown-table.ts'

export function thriftTable({ database, name, input, createdMs }: ShownTable): string {
  return structText('Table', {
    tableName: name,
    dbName: database,
    owner: input.Owner ?? 'hadoop',
    createTime: String(Math.floor((createdMs ?? 0) / 1000)),
    lastAccessTime: '0',
    retention: String(input.Retention ?? 0),
    sd: storageText(input.StorageDescriptor ?? {}),
    partitionKeys: columnsText(keysOf(input)),
    parameters: mapText(input.Parameters),
    viewOriginalText: input.ViewOriginalText ?? 'null',
    viewExpandedText: input.ViewExpandedText ?? 'null',
    tableType: input.TableType ?? 'EXTERNAL_TABLE',
  })
}

export function thriftPartition(
  { database, name }: ShownTable,
  partition: PartitionInput & { createdMs?: number },
): string {
  return structText('Partition', {
    values: `[${partition.Values.join(', ')}]`,
    dbName: database,
    tableName: name,
    createTime: String(Math.floor((partition.createdMs ?? 0) / 1000)),
    lastAccessTime: '0',
    sd: storageText(partition.StorageDescriptor ?? {}),
    parameters: mapText(partition.Parameters),
  })
}

function storageText(storage: StorageDescriptor): string {
  const serde = structText('SerDeInfo', {
    name: storage.SerdeInfo?.Name ?? 'null',
    serializationLib: storage.SerdeInfo?.SerializationLibrary ?? 'null',
    parameters: mapText(storage.SerdeInfo?.Parameters),
  })
  const sorted = (storage.SortColumns ?? []).map(
    ({ Column: column, SortOrder: order }) => `Order(col:${column}, order:${order})`,
  )
  return structText('StorageDescriptor', {
    cols: columnsText(storage.Columns ?? []),
    location: storage.Location ?? 'null',
    inputFormat: storage.InputFormat ?? 'null',
    outputFormat: storage.OutputFormat ?? 'null',
    compressed: String(storage.Compressed ?? false),
    numBuckets: String(storage.NumberOfBuckets ?? -1),
    serdeInfo: serde,
    bucketCols: `[${(storage.BucketColumns ?? []).join(', ')}]`,
    sortCols: `[${sorted.join(', ')}]`,
    parameters: mapText(storage.Parameters),
    storedAsSubDirectories: String(storage.StoredAsSubDirectories ?? false),
  })
}

function columnsText(columns: readonly GlueColumn[]): string {
  const fields = columns.map(({ Name: name, Type: type = 'null', Comment: comment = 'null' }) =>
    structText('FieldSchema', { name, type, comment }),
  )
  return `[${fields.join(', ')}]`
}

function mapText(parameters: Record<string, string> = {}): string {
  return `{${Object.entries(parameters)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}}`
}

function structText(name: string, members: Record<string, string>): string {
  const listed = Object.entries(members).map(([key, value]) => `${key}:${value.replaceAll(/[\t\r\n]/g, ' ')}`)
  return `${name}(${listed.join(', ')})`
}
