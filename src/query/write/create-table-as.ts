/** CREATE TABLE … AS: the files of a query become a new table. */
import type { GlueColumn, PartitionInput, TableInput } from '../../base/glue.ts'
import { partitionFolder } from '../../base/hive-folder.ts'
import { printS3Location, type S3Location } from '../../base/s3-location.ts'
import { hiveType } from '../engine/column-types.ts'
import type { FileFormat, WriteAnswer } from '../engine/write/protocol.ts'
import { DATA_CATALOG, type QueryColumn } from '../query.ts'
import type { TableName, WriteStatement } from '../statement/statement.ts'
import { below, writableLocation } from './location.ts'
import { tableProperties } from './properties.ts'
import { refused } from './refusals.ts'
import { storageOf } from './storage.ts'
import type { WriteTarget } from './write-target.ts'
import { PARTITIONS_MAX, type WriteContext, type WriteJob } from './write-job.ts'

type CreateTableAs = Extract<WriteStatement, { kind: 'create table as' }>

/** Undefined: IF NOT EXISTS, and it exists. */
export async function planCreateTableAs(
  statement: CreateTableAs,
  context: WriteContext,
): Promise<WriteJob | undefined> {
  const { database, name } = writableName(statement.table, context)
  const taken = `TABLE_ALREADY_EXISTS: line 1:1: Table '${DATA_CATALOG}.${database}.${name}' already exists`
  if ((await context.source.table(DATA_CATALOG, database, name)) !== undefined) {
    if (statement.ifNotExists) return undefined
    throw refused(taken)
  }
  const missing = `SCHEMA_NOT_FOUND: line 1:1: Schema '${database}' does not exist`
  if (!context.target.hasDatabase(database)) throw refused(missing)
  const { format, partitionedBy, externalLocation } = tableProperties(statement.properties)
  const location = await newLocation(externalLocation, context)
  await checkEmpty(context.target, location, `table '${database}.${name}'`)
  return {
    request: {
      query: statement.query,
      format,
      partitionedBy,
      partitionsMax: PARTITIONS_MAX,
      into: undefined,
      namesColumns: false,
      withData: statement.withData,
    },
    folderOf: (values) => below(location, partitionFolder(partitionedBy, values)),
    claim: printS3Location(location),
    change: (answer) => ({
      kind: 'create table',
      database,
      table: tableInput(name, location, format, partitionedBy, answer),
      partitions: partitionsOf(answer, context.nowMs, (values) =>
        partitionInput(
          values,
          format,
          dataColumns(answer, partitionedBy),
          below(location, partitionFolder(partitionedBy, values)),
        ),
      ),
    }),
    refusals: { exists: taken, 'no database': missing },
    countsRows: true,
  }
}

/** A table that statements may make or fill: those of other catalogs are only read. */
export function writableName(
  { catalog, database, name }: TableName,
  { names }: Pick<WriteContext, 'names'>,
): { database: string; name: string } {
  const of = catalog ?? names.catalog
  if (of !== DATA_CATALOG) throw refused(`NOT_SUPPORTED: the catalog ${of} can only be read`)
  return { database: database ?? names.database, name }
}

async function newLocation(
  given: string | undefined,
  { target, options }: WriteContext,
): Promise<S3Location> {
  if (given !== undefined) return writableLocation(given)
  const location = below(writableLocation(options.outputLocation), `tables/${options.executionId}/`)
  await target.openBucket(location.bucket)
  return location
}

export async function checkEmpty(target: WriteTarget, location: S3Location, of: string): Promise<void> {
  if (await target.isEmpty(location)) return
  const place = printS3Location(location)
  throw refused(
    `HIVE_PATH_ALREADY_EXISTS: Target directory for ${of} already exists: ${place}. You may need to manually clean ` +
      `the data at location '${place}' before retrying.`,
  )
}

function tableInput(
  name: string,
  location: S3Location,
  format: FileFormat,
  partitionedBy: readonly string[],
  answer: WriteAnswer,
): TableInput {
  const data = dataColumns(answer, partitionedBy)
  const keys = answer.columns.slice(data.length).map(glueColumn)
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      EXTERNAL: 'TRUE',
      has_encrypted_data: 'false',
      // What INSERT INTO goes by.
      'write.compression': format.compression.toUpperCase(),
    },
    PartitionKeys: keys,
    StorageDescriptor: {
      ...storageOf(format),
      Columns: data,
      Location: printS3Location(location),
      Compressed: false,
      NumberOfBuckets: -1,
    },
  }
}

function dataColumns({ columns }: WriteAnswer, partitionedBy: readonly string[]): GlueColumn[] {
  return columns.slice(0, columns.length - partitionedBy.length).map(glueColumn)
}

function glueColumn({ name, type }: QueryColumn): GlueColumn {
  return { Name: name, Type: hiveType(type) }
}

function partitionInput(
  values: readonly string[],
  format: FileFormat,
  columns: GlueColumn[],
  location: S3Location,
): PartitionInput {
  return {
    Values: [...values],
    StorageDescriptor: { ...storageOf(format), Columns: columns, Location: printS3Location(location) },
  }
}

/** One for each that files were written to. Each has parameters, as AWS's have: dbt takes them for granted. */
export function partitionsOf(
  { files }: WriteAnswer,
  nowMs: number,
  input: (values: readonly string[]) => PartitionInput,
): PartitionInput[] {
  const distinct = new Map(files.map(({ partition }) => [partition.join('\0'), partition]))
  const parameters = { transient_lastDdlTime: String(Math.floor(nowMs / 1000)) }
  return [...distinct.values()]
    .filter((values) => values.length > 0)
    .map((values) => ({ ...input(values), Parameters: parameters }))
}
