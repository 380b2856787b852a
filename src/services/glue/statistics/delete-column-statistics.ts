import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { writableStatistics, type StatisticsInput } from './statistics-place.ts'

interface DeleteInput extends StatisticsInput {
  ColumnName: string
}

/** Succeeds for a column that has none, as in AWS: Trino deletes those of each column for which it has written none. */
function remove(context: GlueContext, input: DeleteInput): object {
  context.catalog.glue.details.delete(writableStatistics(context, input), input.ColumnName.toLowerCase())
  return {}
}

export const deleteColumnStatisticsForTable: Operation<GlueContext, DeleteInput> = {
  name: 'DeleteColumnStatisticsForTable',
  roles: ['admin'],
  input: INPUTS.DeleteColumnStatisticsForTable,
  handle: remove,
}

export const deleteColumnStatisticsForPartition: Operation<GlueContext, DeleteInput> = {
  name: 'DeleteColumnStatisticsForPartition',
  roles: ['admin'],
  input: INPUTS.DeleteColumnStatisticsForPartition,
  handle: remove,
}
