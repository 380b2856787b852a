/** ALTER TABLE: columns, properties and the location. */
import type { GlueColumn, StorageDescriptor, TableInput } from '../../base/glue.ts'
import type { DdlStatement, PartitionSpec, TableName } from '../statement/statement.ts'
import type { DdlContext } from './ddl-context.ts'
import { taskFailed } from './ddl-errors.ts'
import {
  ddlTime,
  declaredTable,
  replaceTable,
  requireDistinct,
  requireLocation,
  storageOf,
} from './declared-table.ts'
import { changePartition } from './partitions.ts'

type Of<Kind extends DdlStatement['kind']> = Extract<DdlStatement, { kind: Kind }>

export function setLocation(context: DdlContext, statement: Of<'set location'>): void {
  requireLocation(statement.location)
  changeStorage(context, statement, (storage) => ({ ...storage, Location: statement.location }))
}

export function addColumns(context: DdlContext, statement: Of<'add columns'>): void {
  changeColumns(context, statement, (columns) => [...columns, ...statement.columns])
}

export function replaceColumns(context: DdlContext, statement: Of<'replace columns'>): void {
  changeColumns(context, statement, () => statement.columns)
}

export function changeColumn(context: DdlContext, statement: Of<'change column'>): void {
  const { table, name, column, position } = statement
  changeColumns(context, { table, partition: undefined }, (columns) => {
    const old = columns.find(({ Name }) => Name === name)
    if (old === undefined) throw invalidColumn(name)
    const comment = column.Comment ?? old.Comment
    const changed = { ...column, ...(comment === undefined ? {} : { Comment: comment }) }
    if (position === undefined) return columns.map((each) => (each === old ? changed : each))
    const others = columns.filter((each) => each !== old)
    const index = position === 'first' ? 0 : others.findIndex(({ Name }) => Name === position.after) + 1
    if (position !== 'first' && index === 0) throw invalidColumn(position.after)
    return others.toSpliced(index, 0, changed)
  })
}

export function dropColumn(context: DdlContext, { table, name }: Of<'drop column'>): void {
  changeColumns(context, { table, partition: undefined }, (columns) => {
    const left = columns.filter(({ Name }) => Name !== name)
    if (left.length === columns.length) throw invalidColumn(name)
    if (left.length === 0) throw taskFailed(`Cannot drop all columns of the table ${table.name}`)
    return left
  })
}

function invalidColumn(name: string): Error {
  return taskFailed(`Invalid column reference ${name}`)
}

interface Place {
  table: TableName
  partition: PartitionSpec | undefined
}

function changeColumns(
  context: DdlContext,
  place: Place,
  change: (columns: GlueColumn[]) => GlueColumn[],
): void {
  changeStorage(context, place, (storage, input) => {
    const columns = change(storage.Columns ?? [])
    requireDistinct(columns, input.PartitionKeys ?? [])
    return { ...storage, Columns: columns }
  })
}

/** Of a table, or of one of its partitions. */
function changeStorage(
  context: DdlContext,
  { table, partition }: Place,
  change: (storage: StorageDescriptor, table: TableInput) => StorageDescriptor,
): void {
  const declared = declaredTable(context, table)
  const { input } = declared
  if (partition !== undefined) {
    changePartition(context, declared, partition, (old) => ({
      ...old,
      StorageDescriptor: change(old.StorageDescriptor ?? storageOf(input), input),
    }))
    return
  }
  const parameters = { ...input.Parameters, ...ddlTime(context) }
  const storage = change(storageOf(input), input)
  replaceTable(context, declared, { ...input, Parameters: parameters, StorageDescriptor: storage })
}

export function setTableProperties(
  context: DdlContext,
  { table, properties }: Of<'set table properties'>,
): void {
  const declared = declaredTable(context, table)
  const { input } = declared
  const comment = properties['comment'] === undefined ? {} : { Description: properties['comment'] }
  const parameters = { ...input.Parameters, ...ddlTime(context), ...properties }
  replaceTable(context, declared, { ...input, ...comment, Parameters: parameters })
}

export function unsetTableProperties(context: DdlContext, statement: Of<'unset table properties'>): void {
  const declared = declaredTable(context, statement.table)
  const { input } = declared
  const missing = statement.names.find((name) => input.Parameters?.[name] === undefined)
  if (missing !== undefined && !statement.ifExists)
    throw taskFailed(
      `Please use the following syntax if not sure whether the property ${missing} exists: IF EXISTS`,
    )
  const left = Object.entries(input.Parameters ?? {}).filter(([name]) => !statement.names.includes(name))
  const parameters = { ...Object.fromEntries(left), ...ddlTime(context) }
  const { Description: description, ...others } = input
  const kept =
    statement.names.includes('comment') || description === undefined ? {} : { Description: description }
  replaceTable(context, declared, { ...others, ...kept, Parameters: parameters })
}
