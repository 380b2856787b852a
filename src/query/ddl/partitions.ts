/** ALTER TABLE … ADD, DROP and RENAME PARTITION. */
import type { PartitionInput, TableInput } from '../../base/glue.ts'
import { partitionName } from '../../base/hive-folder.ts'
import { holds } from '../planner/predicate.ts'
import type { DdlStatement, PartitionSpec, PartitionTerm } from '../statement/statement.ts'
import type { DdlContext, Declared } from './ddl-context.ts'
import { partitionNotFound, queryError, taskFailed } from './ddl-errors.ts'
import { ddlTime, declaredTable, requireLocation, storageOf } from './declared-table.ts'
import { checkStorage } from './glue-limits.ts'
import { inTurns } from './turns.ts'

type Of<Kind extends DdlStatement['kind']> = Extract<DdlStatement, { kind: Kind }>

export function addPartitions(context: DdlContext, statement: Of<'add partitions'>): void {
  const declared = declaredTable(context, statement.table)
  const partitions = statement.partitions.map(({ spec, location }) => {
    if (location !== undefined) requireLocation(location)
    return { values: wholeValues(declared, spec), location }
  })
  context.catalog.glue.atOnce(() => {
    for (const { values, location } of partitions) {
      const made = addPartition(context, declared, values, location)
      if (!made && !statement.ifNotExists)
        throw taskFailed(
          `AlreadyExistsException(message:Partition already exists: ${declared.name} ${folderOf(declared, values)})`,
        )
    }
  })
}

/** False: it is there. */
export function addPartition(
  context: DdlContext,
  { database, name, input }: Declared,
  values: string[],
  location: string | undefined,
): boolean {
  const table = storageOf(input)
  const folder = `${(table.Location ?? '').replace(/\/?$/, '/')}${folderOf({ input }, values)}`
  const partition: PartitionInput = {
    Values: values,
    StorageDescriptor: { ...table, Location: location ?? folder },
    Parameters: ddlTime(context),
  }
  checkStorage(partition.StorageDescriptor ?? {})
  const definition = JSON.stringify(partition)
  return context.catalog.glue.partitions.create(database, name, { values, definition }) === 'created'
}

export async function dropPartitions(context: DdlContext, statement: Of<'drop partitions'>): Promise<void> {
  const declared = declaredTable(context, statement.table)
  const { glue } = context.catalog
  for (const spec of statement.specs) requireKeys(declared, spec)
  const all: string[][] = []
  for (const spec of statement.specs) {
    const found = await matching(context, declared, spec)
    if (found.length === 0 && !statement.ifExists) throw partitionNotFound(specText(spec))
    all.push(...found)
  }
  await inTurns(context, all, (piece) => {
    glue.atOnce(() => {
      for (const values of piece) glue.partitions.delete(declared.database, declared.name, values)
    })
  })
}

async function matching(context: DdlContext, declared: Declared, spec: PartitionSpec): Promise<string[][]> {
  const { partitions } = context.catalog.glue
  const keys = declared.input.PartitionKeys ?? []
  if (keys.length === spec.length && spec.every(({ operator }) => operator === '=')) {
    const values = wholeValues(declared, spec)
    const isThere = partitions.find(declared.database, declared.name, values) !== undefined
    return isThere ? [values] : []
  }
  const terms = spec.map((term) => {
    const index = keys.findIndex(({ Name }) => Name === term.key)
    return { ...term, index, isNumber: NUMBERS.test(keys[index]?.Type ?? '') }
  })
  const found: string[][] = []
  await inTurns(context, partitions.all(declared.database, declared.name), (piece) => {
    for (const { values } of piece)
      if (terms.every((term) => fulfils(term, values[term.index] ?? '', term.isNumber))) found.push(values)
  })
  return found
}

const NUMBERS = /^(tinyint|smallint|int|integer|bigint|float|double|decimal)/i

function fulfils({ operator, value }: PartitionTerm, actual: string, isNumber: boolean): boolean {
  return holds(isNumber ? Number(actual) - Number(value) : compareText(actual, value), operator)
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

export function renamePartition(context: DdlContext, { table, from, to }: Of<'rename partition'>): void {
  const declared = declaredTable(context, table)
  const values = wholeValues(declared, to)
  changePartition(context, declared, from, (old) => ({ ...old, Values: values }))
}

/** Of one partition that is named by all its keys. */
export function changePartition(
  { catalog }: DdlContext,
  declared: Declared,
  spec: PartitionSpec,
  change: (old: PartitionInput) => PartitionInput,
): void {
  const { partitions } = catalog.glue
  const values = wholeValues(declared, spec)
  const found = partitions.find(declared.database, declared.name, values)
  if (found === undefined) throw partitionNotFound(specText(spec))
  const changed = change(JSON.parse(found.definition) as PartitionInput)
  checkStorage(changed.StorageDescriptor ?? {})
  const partition = { values: changed.Values, definition: JSON.stringify(changed) }
  const outcome = partitions.update(declared.database, declared.name, values, partition)
  if (outcome === 'exists')
    throw taskFailed(
      `AlreadyExistsException(message:Partition already exists: ${declared.name} ${folderOf(declared, changed.Values)})`,
    )
}

/** In the order of the keys. */
export function wholeValues(declared: Declared, spec: PartitionSpec): string[] {
  requireKeys(declared, spec)
  const keys = declared.input.PartitionKeys ?? []
  if (keys.length !== spec.length)
    throw queryError(
      `FAILED: ValidationFailureSemanticException table is partitioned but partition spec is not specified or does not fully match table partitioning: ${specText(spec)}`,
      `the keys are ${keys.map(({ Name }) => Name).join(', ')}`,
    )
  return keys.map(({ Name: key }) => spec.find((term) => term.key === key)!.value)
}

function requireKeys({ input }: Declared, spec: PartitionSpec): void {
  const keys = new Set((input.PartitionKeys ?? []).map(({ Name }) => Name))
  if (keys.size === 0)
    throw queryError(
      `FAILED: ValidationFailureSemanticException table is not partitioned but partition spec exists: ${specText(spec)}`,
    )
  const names = new Set(spec.map(({ key }) => key))
  const unknown = spec.find(({ key }) => !keys.has(key))
  if (unknown === undefined && names.size === spec.length) return
  throw queryError(
    `FAILED: ValidationFailureSemanticException Partition spec ${specText(spec)} contains non-partition columns`,
    `the keys are ${[...keys].join(', ')}`,
  )
}

export function folderOf({ input }: { input: TableInput }, values: readonly string[]): string {
  return partitionName(
    (input.PartitionKeys ?? []).map(({ Name }) => Name),
    values,
  )
}

export function specText(spec: PartitionSpec): string {
  return `{${spec.map(({ key, operator, value }) => `${key}${operator}${value}`).join(', ')}}`
}
