/** How the files of a partition are read: its own StorageDescriptor, where it has one, against the table's columns. */
import { HozonError } from '../base/errors.ts'
import type { GlueColumn, PartitionInput, StorageDescriptor } from '../base/glue.ts'
import type { Column, ColumnType } from '../base/schema.ts'
import { fileFormat, readsByName, type TextFormat } from '../format/serde/file-format.ts'
import { parseGlueType, printGlueType } from '../format/serde/glue-type.ts'
import { BadTable } from '../format/serde/text-serde.ts'
import type { ExternalPartition, ExternalTable } from '../query/query.ts'

export interface FilePlan {
  format: 'parquet' | TextFormat
  /** Those of the table that the partition has, with the types of its files. */
  columns: Column[]
}

/** Throws HOZON_SQL_FAILED in Athena's words. */
export function planFiles(table: ExternalTable, partition: ExternalPartition): FilePlan {
  try {
    const { storage, parameters } = descriptionOf(table, partition)
    const format = fileFormat(storage, parameters)
    return { format, columns: columnsOf(table, partition, storage.Columns, readsByName(format)) }
  } catch (error) {
    if (!(error instanceof BadTable)) throw error
    throw tableError(table, error.message, error.hint)
  }
}

export function tableError(table: ExternalTable, message: string, hint?: string): HozonError {
  const target = `${table.database}.${table.name}`
  const details = { op: 'read table', target, ...(hint === undefined ? {} : { hint }) }
  return new HozonError('HOZON_SQL_FAILED', `${message} (table ${target})`, details)
}

/** What a partition does not say is as the table has it. */
function descriptionOf(
  table: ExternalTable,
  partition: ExternalPartition,
): { storage: StorageDescriptor; parameters: Record<string, string> } {
  const whole = table.input.StorageDescriptor ?? {}
  const parameters = { ...table.input.Parameters }
  if (partition.definition === undefined) return { storage: whole, parameters }
  const own = JSON.parse(partition.definition) as PartitionInput
  const storage = { ...whole }
  const { SerdeInfo, InputFormat, Columns } = own.StorageDescriptor ?? {}
  if (SerdeInfo?.SerializationLibrary) storage.SerdeInfo = SerdeInfo
  if (InputFormat) storage.InputFormat = InputFormat
  if (Columns !== undefined && Columns.length > 0) storage.Columns = Columns
  for (const name of ['skip.header.line.count', 'skip.footer.line.count']) {
    const value = own.Parameters?.[name]
    if (value !== undefined) parameters[name] = value
  }
  return { storage, parameters }
}

function columnsOf(
  table: ExternalTable,
  partition: ExternalPartition,
  declared: readonly GlueColumn[] | undefined,
  byName: boolean,
): Column[] {
  if (partition.definition === undefined || declared === undefined) return table.columns
  const names = new Map(declared.map((column) => [column.Name.toLowerCase(), column]))
  const columns: Column[] = []
  for (const [index, column] of table.columns.entries()) {
    const found = byName ? names.get(column.name) : declared[index]
    // Of a partition that does not have the column it is NULL.
    if (found === undefined) continue
    columns.push({ ...column, type: typeInFile(table, partition, column, found) })
  }
  return columns
}

/** The type to read by, so that the value is one of the table's type in the end. */
function typeInFile(
  table: ExternalTable,
  partition: ExternalPartition,
  column: Column,
  declared: GlueColumn,
): ColumnType {
  const parsed = parseGlueType(declared.Type ?? 'string')
  if (!('type' in parsed)) {
    throw new BadTable(
      `HIVE_INVALID_METADATA: column ${declared.Name} of partition ${nameOf(table, partition)}: ${parsed.error}`,
      'correct the partition with glue:UpdatePartition',
    )
  }
  const [from, to] = [printGlueType(parsed.type), printGlueType(column.type)]
  if (from === to || canBecome(from, to)) return isKeptAsText(from, to) ? parsed.type : column.type
  throw new BadTable(
    'HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. The types are ' +
      `incompatible and cannot be coerced. The column '${column.name}' in table '${table.database}.${table.name}' is ` +
      `declared as type '${to}', but partition '${nameOf(table, partition)}' declared column '${declared.Name}' as type '${from}'.`,
    'correct the partition with glue:UpdatePartition, or drop it and add it anew',
  )
}

function nameOf(table: ExternalTable, partition: ExternalPartition): string {
  return table.partitionKeys.map(({ name }, index) => `${name}=${partition.values[index]}`).join('/')
}

const INTEGERS = ['tinyint', 'smallint', 'int', 'bigint']
const isText = (type: string): boolean => type === 'string' || type.startsWith('varchar(')

/** As Trino lets a partition's type become the table's. */
function canBecome(from: string, to: string): boolean {
  if (isText(to)) return isText(from) || INTEGERS.includes(from) || from === 'boolean'
  if (isText(from)) return INTEGERS.includes(to)
  if (INTEGERS.includes(from) && INTEGERS.includes(to)) return INTEGERS.indexOf(from) < INTEGERS.indexOf(to)
  if (/^(float|double)$/.test(from)) return /^(float|double)$/.test(to)
  if (from.startsWith('decimal(')) return /^(decimal\(|float$|double$)/.test(to)
  return withFields(from, to)
}

/** Structs may have got more fields at their end, and fields are found by name or are of the same place anyway. */
function withFields(from: string, to: string): boolean {
  return from.startsWith('struct<') && to.startsWith(`${from.slice(0, -1)},`)
}

/** `007` of a bigint is the text 7. */
function isKeptAsText(from: string, to: string): boolean {
  return isText(to) && !isText(from)
}
