/** A table as the operations on partitions see it, whoever made it: declared through Glue, or filled by a stream. */
import { ACCOUNT_ID } from '../../../aws/service.ts'
import type { GluePartition, StreamPartition } from '../../../catalog/catalog.ts'
import { tableNotFound } from '../faults.ts'
import { findTable, STORAGE_DEFAULTS } from '../../data-catalog/tables.ts'
import { databaseNamed, refuseStreamTable, type GlueContext } from '../glue-context.ts'
import type { GlueColumn, PartitionInput, StorageDescriptor, TableNameInput } from '../inputs.ts'
import { streamStorage } from '../../data-catalog/stream-storage.ts'

export interface PartitionOutput extends PartitionInput {
  DatabaseName: string
  TableName: string
  CatalogId: string
  /** Seconds. */
  CreationTime: number
}

/** Its output is worked out for those only that are answered. */
export interface TablePartition {
  values: string[]
  output(): PartitionOutput
}

export interface PartitionedTable {
  database: string
  name: string
  keys: GlueColumn[]
  /** In the order of the catalog, behind `after`; those whose first values are `first`. */
  partitions(after?: readonly string[], first?: readonly string[]): Iterable<TablePartition>
}

/** Throws EntityNotFoundException. */
export function partitionedTable(context: GlueContext, names: TableNameInput): PartitionedTable {
  databaseNamed(context, names.DatabaseName)
  const found = findTable(context, names.DatabaseName, names.TableName)
  if (found === undefined) throw tableNotFound(names.TableName)
  const {
    DatabaseName: database,
    Name: name,
    PartitionKeys: keys = [],
    StorageDescriptor: storage = {},
  } = found
  const { catalog } = context
  if (catalog.table(database, name) === undefined)
    return {
      database,
      name,
      keys,
      partitions: (after, first) =>
        mapped(catalog.glue.partitions.all(database, name, after, first), (partition) =>
          declaredOutput(partition, database, name),
        ),
    }
  return {
    database,
    name,
    keys,
    // A stream's table without keys has one in the catalog, which Glue does not show.
    partitions: (after, first) =>
      keys.length === 0
        ? []
        : mapped(catalog.partitions(database, name, after, first), (partition) =>
            streamOutput(context, partition, { database, name, storage }),
          ),
  }
}

/** Of a table whose partitions may be changed. Throws EntityNotFoundException and InvalidInputException. */
export function writableTable(context: GlueContext, names: TableNameInput): PartitionedTable {
  refuseStreamTable(context, names.DatabaseName, names.TableName)
  return partitionedTable(context, names)
}

export function findPartition(
  table: PartitionedTable,
  values: readonly string[],
): PartitionOutput | undefined {
  for (const partition of table.partitions(undefined, values))
    // With fewer values than keys it is only the first of several.
    if (partition.values.length === values.length) return partition.output()
  return undefined
}

function* mapped<P extends { values: string[] }>(
  partitions: Iterable<P>,
  output: (partition: P) => PartitionOutput,
): Generator<TablePartition> {
  for (const partition of partitions) yield { values: partition.values, output: () => output(partition) }
}

function declaredOutput(partition: GluePartition, database: string, name: string): PartitionOutput {
  const input = JSON.parse(partition.definition) as PartitionInput
  const storage = input.StorageDescriptor
  return {
    ...input,
    ...(storage === undefined ? {} : { StorageDescriptor: { ...STORAGE_DEFAULTS, ...storage } }),
    ...serviceMembers(partition, database, name),
  }
}

function streamOutput(
  { catalog }: GlueContext,
  partition: StreamPartition,
  { database, name, storage }: { database: string; name: string; storage: StorageDescriptor },
): PartitionOutput {
  const place = catalog.storageOf(database, name, partition.values)
  return {
    StorageDescriptor:
      place === undefined
        ? storage
        : {
            ...storage,
            ...streamStorage(place.format, catalog.table(database, name)?.schema.columns ?? []),
            Location: place.location,
          },
    Parameters: {
      numFiles: String(partition.objects),
      numRows: String(partition.rows),
      totalSize: String(partition.bytes),
    },
    ...serviceMembers(partition, database, name),
  }
}

function serviceMembers(
  { values, createdMs }: { values: string[]; createdMs: number },
  database: string,
  name: string,
): Pick<PartitionOutput, 'Values' | 'DatabaseName' | 'TableName' | 'CatalogId' | 'CreationTime'> {
  return {
    Values: values,
    DatabaseName: database,
    TableName: name,
    CatalogId: ACCOUNT_ID,
    CreationTime: createdMs / 1000,
  }
}
