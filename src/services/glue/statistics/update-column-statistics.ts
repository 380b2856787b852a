import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { writableStatistics, type StatisticsInput } from './statistics-place.ts'

interface UpdateInput extends StatisticsInput {
  ColumnStatisticsList: { ColumnName: string }[]
}

function update(context: GlueContext, input: UpdateInput): object {
  const { glue } = context.catalog
  const place = writableStatistics(context, input)
  glue.atOnce(() => {
    for (const statistics of input.ColumnStatisticsList)
      glue.details.save(place, statistics.ColumnName.toLowerCase(), JSON.stringify(withBase64(statistics)))
  })
  return { Errors: [] }
}

/** Decimals hold bytes, which are base64 on the wire, and are kept as such. */
function withBase64(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withBase64(member)]))
}

export const updateColumnStatisticsForTable: Operation<GlueContext, UpdateInput> = {
  name: 'UpdateColumnStatisticsForTable',
  roles: ['admin'],
  input: INPUTS.UpdateColumnStatisticsForTable,
  handle: update,
}

export const updateColumnStatisticsForPartition: Operation<GlueContext, UpdateInput> = {
  name: 'UpdateColumnStatisticsForPartition',
  roles: ['admin'],
  input: INPUTS.UpdateColumnStatisticsForPartition,
  handle: update,
}
