/** One partition made, changed or deleted: what the single operations and those on batches have in common. */
import { alreadyExists, invalidInput, partitionNotFound, tableNotFound } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import type { PartitionInput } from '../inputs.ts'
import type { PartitionedTable } from './partitioned-table.ts'

/** Throws AlreadyExistsException and InvalidInputException. */
export function createPartition(
  { catalog }: GlueContext,
  table: PartitionedTable,
  input: Partial<PartitionInput>,
): void {
  const partition = definitionOf(table, input, [])
  const outcome = catalog.glue.partitions.create(table.database, table.name, partition)
  if (outcome === 'exists') throw alreadyExists('Partition')
  if (outcome === 'no table') throw tableNotFound(table.name)
}

/** Throws EntityNotFoundException, AlreadyExistsException and InvalidInputException. */
export function updatePartition(
  { catalog }: GlueContext,
  table: PartitionedTable,
  { PartitionValueList: values, PartitionInput: input }: PartitionUpdate,
): void {
  const partition = definitionOf(table, input, values)
  const outcome = catalog.glue.partitions.update(table.database, table.name, values, partition)
  if (outcome === 'missing') throw partitionNotFound()
  if (outcome === 'exists') throw alreadyExists('Partition')
}

export interface PartitionUpdate {
  PartitionValueList: string[]
  PartitionInput: Partial<PartitionInput>
}

/** Throws EntityNotFoundException. */
export function deletePartition(
  { catalog }: GlueContext,
  table: PartitionedTable,
  values: readonly string[],
): void {
  if (!catalog.glue.partitions.delete(table.database, table.name, values)) throw partitionNotFound()
}

function definitionOf(
  { keys }: PartitionedTable,
  input: Partial<PartitionInput>,
  fallback: string[],
): { values: string[]; definition: string } {
  const values = input.Values ?? fallback
  if (values.length !== keys.length)
    throw invalidInput('The number of partition keys do not match the number of partition values')
  return { values, definition: JSON.stringify({ ...input, Values: values }) }
}
