/** What the operations on statistics of columns speak of: a table, or a partition of it. Those of streams have none. */
import type { GlueDetailPlace } from '../../../catalog/glue.ts'
import { partitionNotFound } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import type { TableNameInput } from '../inputs.ts'
import { findPartition, partitionedTable, writableTable } from '../partitions/partitioned-table.ts'

export interface StatisticsInput extends TableNameInput {
  /** Of a partition. */
  PartitionValues?: string[]
}

/** Throws EntityNotFoundException. */
export function statisticsPlace(context: GlueContext, input: StatisticsInput): GlueDetailPlace {
  return placeIn(partitionedTable(context, input), input)
}

/** Throws EntityNotFoundException, and InvalidInputException for tables of streams. */
export function writableStatistics(context: GlueContext, input: StatisticsInput): GlueDetailPlace {
  return placeIn(writableTable(context, input), input)
}

function placeIn(
  table: ReturnType<typeof partitionedTable>,
  { PartitionValues: values }: StatisticsInput,
): GlueDetailPlace {
  if (values !== undefined && findPartition(table, values) === undefined) throw partitionNotFound()
  const place: GlueDetailPlace = { database: table.database, table: table.name, kind: 'statistics' }
  return values === undefined ? place : { ...place, values }
}
