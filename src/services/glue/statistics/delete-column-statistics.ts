import type { Operation } from '../../../aws/service.ts'
import { noStatistics } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { writableStatistics, type StatisticsInput } from './statistics-place.ts'

interface DeleteInput extends StatisticsInput {
  ColumnName: string
}

function remove(context: GlueContext, input: DeleteInput): object {
  const { ColumnName: column } = input
  const place = writableStatistics(context, input)
  if (!context.catalog.glue.details.delete(place, column.toLowerCase())) throw noStatistics(column)
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
