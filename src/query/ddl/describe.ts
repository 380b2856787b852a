/** DESCRIBE [EXTENDED | FORMATTED] of tables, views, partitions and columns. */
import { isView, type GlueColumn, type PartitionInput, type StorageDescriptor } from '../../base/glue.ts'
import type { ShowStatement } from '../statement/statement.ts'
import { textColumns, type DdlContext, type TextAnswer } from './ddl-context.ts'
import { partitionNotFound, taskFailed } from './ddl-errors.ts'
import {
  BLANK_ROW,
  columnRow,
  COLUMNS_HEADING,
  factRow,
  headingRow,
  hiveTime,
  parameterRows,
} from './hive-rows.ts'
import { specText, wholeValues } from './partitions.ts'
import { viewColumns } from './show-columns.ts'
import { columnsOf, keysOf, partitionInput, shownTable, type ShownTable } from './shown-table.ts'
import { thriftPartition, thriftTable } from './thrift-text.ts'

type Describe = Extract<ShowStatement, { kind: 'describe' }>

interface Subject {
  table: ShownTable
  /** Of the table or of the partition. */
  storage: StorageDescriptor
  partition: (PartitionInput & { createdMs?: number }) | undefined
}

export async function describe(context: DdlContext, statement: Describe): Promise<TextAnswer> {
  const table = await shownTable(context, statement.table)
  if (statement.detail === 'plain' && isView(table.input) && statement.column === undefined)
    return viewColumns(table)
  const partition =
    statement.partition === undefined ? undefined : describedPartition(context, table, statement)
  const storage = partition?.StorageDescriptor ?? table.input.StorageDescriptor ?? {}
  const subject = { table, storage, partition }
  const rows =
    statement.column === undefined
      ? rowsOf(subject, statement.detail)
      : [oneColumn(subject, statement.column)]
  return { columns: textColumns(['col_name', 'data_type', 'comment']), rows }
}

function describedPartition(
  { catalog }: DdlContext,
  table: ShownTable,
  { partition: spec = [] }: Describe,
): Subject['partition'] {
  const values = wholeValues(table, spec)
  const { database, name } = table
  const found = catalog.glue.partitions.find(database, name, values)
  if (found !== undefined) return { ...partitionInput(found.definition), createdMs: found.createdMs }
  const storage = table.stream === undefined ? undefined : catalog.storageOf(database, name, values)
  if (storage === undefined) throw partitionNotFound(specText(spec))
  return {
    Values: values,
    StorageDescriptor: { ...table.input.StorageDescriptor, Location: storage.location },
  }
}

function rowsOf(subject: Subject, detail: Describe['detail']): string[][] {
  const { table, storage } = subject
  const keys = keysOf(table.input).map(row)
  const columns = (storage.Columns ?? columnsOf(table.input)).map(row)
  const partitionSection =
    keys.length === 0
      ? []
      : [BLANK_ROW, headingRow('# Partition Information'), COLUMNS_HEADING, BLANK_ROW, ...keys]
  if (detail === 'formatted')
    return [COLUMNS_HEADING, BLANK_ROW, ...columns, ...partitionSection, ...formatted(subject)]
  const plain = [...columns, ...keys, ...partitionSection]
  if (detail === 'plain') return plain
  const extended =
    subject.partition === undefined
      ? ['Detailed Table Information', thriftTable(table), '']
      : ['Detailed Partition Information', thriftPartition(table, subject.partition), '']
  return [...plain, BLANK_ROW, extended]
}

function row({ Name: name, Type: type = '', Comment: comment = '' }: GlueColumn): string[] {
  return columnRow(name, type, comment)
}

function oneColumn({ table, storage }: Subject, wanted: string): string[] {
  const columns = [...(storage.Columns ?? []), ...keysOf(table.input)]
  const found = columns.find(({ Name }) => Name === wanted)
  if (found !== undefined) return row(found)
  const names = columns.map(({ Name }, index) => `${index}:${Name}`)
  throw taskFailed(`cannot find field ${wanted} from [${names.join(', ')}]`)
}

function formatted({ table, storage, partition }: Subject): string[][] {
  const rows =
    partition === undefined ? tableFacts(table, storage) : partitionFacts(table, storage, partition)
  return [BLANK_ROW, ...rows, BLANK_ROW, ...(isView(table.input) ? viewFacts(table) : storageFacts(storage))]
}

function tableFacts({ database, input, createdMs }: ShownTable, storage: StorageDescriptor): string[][] {
  return [
    headingRow('# Detailed Table Information'),
    factRow('Database:', database),
    factRow('Owner:', input.Owner ?? 'hadoop'),
    factRow('CreateTime:', hiveTime(createdMs)),
    factRow('LastAccessTime:', 'UNKNOWN'),
    factRow('Protect Mode:', 'None'),
    factRow('Retention:', String(input.Retention ?? 0)),
    ...(isView(input) ? [] : [factRow('Location:', storage.Location ?? '')]),
    factRow('Table Type:', input.TableType ?? 'EXTERNAL_TABLE'),
    ...parameterRows('Table Parameters:', input.Parameters),
  ]
}

function partitionFacts(
  { database, name }: ShownTable,
  storage: StorageDescriptor,
  partition: NonNullable<Subject['partition']>,
): string[][] {
  return [
    headingRow('# Detailed Partition Information'),
    factRow('Partition Value:', `[${partition.Values.join(', ')}]`),
    factRow('Database:', database),
    factRow('Table:', name),
    factRow('CreateTime:', hiveTime(partition.createdMs)),
    factRow('LastAccessTime:', 'UNKNOWN'),
    factRow('Protect Mode:', 'None'),
    factRow('Location:', storage.Location ?? ''),
    ...parameterRows('Partition Parameters:', partition.Parameters),
  ]
}

function viewFacts({ input }: ShownTable): string[][] {
  return [
    headingRow('# View Information'),
    factRow('View Original Text:', input.ViewOriginalText ?? ''),
    factRow('View Expanded Text:', input.ViewExpandedText ?? ''),
  ]
}

function storageFacts(storage: StorageDescriptor): string[][] {
  const sorted = (storage.SortColumns ?? []).map(
    ({ Column: column, SortOrder: order }) => `Order(col:${column}, order:${order})`,
  )
  return [
    headingRow('# Storage Information'),
    factRow('SerDe Library:', storage.SerdeInfo?.SerializationLibrary ?? ''),
    factRow('InputFormat:', storage.InputFormat ?? ''),
    factRow('OutputFormat:', storage.OutputFormat ?? ''),
    factRow('Compressed:', storage.Compressed === true ? 'Yes' : 'No'),
    factRow('Num Buckets:', String(storage.NumberOfBuckets ?? -1)),
    factRow('Bucket Columns:', `[${(storage.BucketColumns ?? []).join(', ')}]`),
    factRow('Sort Columns:', `[${sorted.join(', ')}]`),
    ...parameterRows('Storage Desc Params:', storage.SerdeInfo?.Parameters),
  ]
}
