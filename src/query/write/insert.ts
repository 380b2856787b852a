/**
 * INSERT INTO: the rows of a query become more files of a table. They are written as the table declares, so that whoever
 * reads it reads them too.
 */
import type { PartitionInput } from '../../base/glue.ts'
import { partitionFolder } from '../../base/hive-folder.ts'
import { printS3Location, type S3Location } from '../../base/s3-location.ts'
import type { ExternalTable, QueryColumn, QueryTable } from '../query.ts'
import { DATA_CATALOG } from '../query.ts'
import type { WriteStatement } from '../statement/statement.ts'
import { partitionsOf, writableName } from './create-table-as.ts'
import { projectedPlaces } from '../planner/projection/project.ts'
import { isProjected } from '../planner/projection/rules.ts'
import { below, writableLocation } from './location.ts'
import { refused } from './refusals.ts'
import { formatOfTable } from './storage.ts'
import { PARTITIONS_MAX, type WriteContext, type WriteJob } from './write-job.ts'

type Insert = Extract<WriteStatement, { kind: 'insert' }>

export async function planInsert(statement: Insert, context: WriteContext): Promise<WriteJob> {
  const { nowMs } = context
  const { database, name } = writableName(statement.table, context)
  const missing = `TABLE_NOT_FOUND: line 1:1: Table '${DATA_CATALOG}.${database}.${name}' does not exist`
  const table = externalTable(await context.source.table(DATA_CATALOG, database, name), missing)
  const format = formatOfTable(table.input)
  const keys = table.partitionKeys.map((key) => key.name)
  const columns = [
    ...table.columns.map((column): QueryColumn => ({ name: column.name, type: column.type })),
    ...table.partitionKeys,
  ]
  const folders = partitionFolders(table, context)
  return {
    request: {
      query: statement.query,
      format,
      partitionedBy: keys,
      partitionsMax: PARTITIONS_MAX,
      into: { columns, given: givenColumns(statement.columns, columns) },
      namesColumns: true,
      withData: true,
    },
    folderOf: (values) => folders(values).location,
    claim: undefined,
    change: (answer) => {
      const partitions = partitionsOf(answer, nowMs, (values) =>
        newPartition(table, values, folders(values).location),
      )
      const added = partitions.filter(({ Values }) => !folders(Values).isKnown)
      return added.length === 0
        ? { kind: 'none' }
        : { kind: 'add partitions', database, table: name, partitions: added }
    },
    refusals: { 'no table': missing },
    countsRows: true,
  }
}

function externalTable(table: QueryTable | undefined, missing: string): ExternalTable {
  if (table === undefined) throw refused(missing)
  const name = `${table.database}.${table.name}`
  if (table.kind === 'view') throw refused('NOT_SUPPORTED: Inserting into views is not supported')
  if (table.kind === 'stream')
    throw refused(`NOT_SUPPORTED: ${name} is filled by its stream`, 'send the rows to the stream instead')
  if (table.kind === 'remote') throw refused(`NOT_SUPPORTED: ${name} can only be read`)
  if (table.unreadable !== undefined) throw refused(table.unreadable)
  return table
}

function givenColumns(written: readonly string[] | undefined, columns: readonly QueryColumn[]): string[] {
  const names = columns.map(({ name }) => name)
  if (written === undefined) return names
  const given = written.map((name) => name.toLowerCase())
  for (const [index, name] of given.entries()) {
    if (!names.includes(name))
      throw refused(`COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: ${name}`)
    if (given.indexOf(name) < index)
      throw refused(
        `DUPLICATE_COLUMN_NAME: line 1:1: Insert column name is specified more than once: ${name}`,
      )
  }
  return given
}

interface PartitionFolder {
  location: S3Location
  /** The catalog has it, or needs not have it. */
  isKnown: boolean
}

/** Partitions stay where the catalog says they are; new ones go below the table, as Hive names them. Projected ones are computed. */
function partitionFolders(
  table: ExternalTable,
  { target, nowMs }: WriteContext,
): (values: readonly string[]) => PartitionFolder {
  if (table.partitionKeys.length > 0 && isProjected(table.input.Parameters)) {
    const place = projectedPlaces(table, nowMs)
    return (values) => ({ location: writableLocation(place(values)), isKnown: true })
  }
  const { Location: written } = table.input.StorageDescriptor ?? {}
  if (written === undefined || written === '')
    throw refused(`HIVE_INVALID_METADATA: table ${table.database}.${table.name} has no location`)
  const location = writableLocation(written)
  const keys = table.partitionKeys.map(({ name }) => name)
  const folder = (values: readonly string[]): S3Location => below(location, partitionFolder(keys, values))
  return (values) => {
    if (values.length === 0) return { location, isKnown: true }
    const known = target.partition(table.database, table.name, values)
    checkSerde(table, known)
    const place = known?.StorageDescriptor?.Location
    return {
      location: place === undefined ? folder(values) : writableLocation(place),
      isKnown: known !== undefined,
    }
  }
}

/** A partition may have been declared in another format than its table. */
function checkSerde({ input }: ExternalTable, partition: PartitionInput | undefined): void {
  const own = partition?.StorageDescriptor?.SerdeInfo?.SerializationLibrary
  if (own !== undefined && own !== input.StorageDescriptor?.SerdeInfo?.SerializationLibrary)
    throw refused(`NOT_SUPPORTED: a partition has the SerDe ${own}, which is not the table's`)
}

function newPartition(
  { input }: ExternalTable,
  values: readonly string[],
  location: S3Location,
): PartitionInput {
  return {
    Values: [...values],
    StorageDescriptor: { ...input.StorageDescriptor, Location: printS3Location(location) },
  }
}
