/** Partition indexes are kept and shown; partitions are found without them, by an index that every table has. */
import type { GlueDetailPlace } from '../../../catalog/glue.ts'
import { alreadyExists, invalidInput, tooMany } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import type { GlueColumn } from '../inputs.ts'

/** AWS's quota for a table. */
const INDEXES_MAX = 3

export interface PartitionIndex {
  IndexName: string
  /** Partition keys, in the order of the index. */
  Keys: string[]
}

export function indexPlace({ database, name }: { database: string; name: string }): GlueDetailPlace {
  return { database, table: name, kind: 'index' }
}

/** Throws AlreadyExistsException, InvalidInputException and ResourceNumberLimitExceededException. */
export function saveIndex(
  { catalog }: GlueContext,
  table: { database: string; name: string; keys: readonly GlueColumn[] },
  { IndexName: name, Keys: keys }: PartitionIndex,
): void {
  checkKeys(keys, table.keys)
  const place = indexPlace(table)
  const present = catalog.glue.details.all(place)
  if (present.some((index) => index.name === name)) throw alreadyExists('Index with the given indexName')
  if (present.length >= INDEXES_MAX)
    throw tooMany(`A table can not have more than ${INDEXES_MAX} partition indexes.`)
  catalog.glue.details.save(place, name, JSON.stringify(keys))
}

export function checkKeys(keys: readonly string[], of: readonly GlueColumn[]): void {
  const unknown = keys.find((key) => !of.some(({ Name }) => Name.toLowerCase() === key.toLowerCase()))
  if (unknown !== undefined) throw invalidInput(`Index key ${unknown} is not a partition key of the table.`)
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length)
    throw invalidInput('The keys of an index can not be there twice.')
}
