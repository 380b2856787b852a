import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { writableStatistics, type StatisticsInput } from './statistics-place.ts'

interface UpdateInput extends StatisticsInput {
  ColumnStatisticsList: ColumnStatistics[]
}

interface ColumnStatistics {
  ColumnName: string
  StatisticsData: { StringColumnStatisticsData?: object; BinaryColumnStatisticsData?: object }
}

function update(context: GlueContext, input: UpdateInput): object {
  const { glue } = context.catalog
  const place = writableStatistics(context, input)
  glue.atOnce(() => {
    for (const statistics of input.ColumnStatisticsList)
      glue.details.save(place, statistics.ColumnName.toLowerCase(), savedText(statistics))
  })
  return { Errors: [] }
}

function savedText(statistics: ColumnStatistics): string {
  const {
    StringColumnStatisticsData: text,
    BinaryColumnStatisticsData: bytes,
    ...others
  } = statistics.StatisticsData
  const data = {
    ...others,
    ...(text && { StringColumnStatisticsData: withLength(text) }),
    ...(bytes && { BinaryColumnStatisticsData: withLength(bytes) }),
  }
  return JSON.stringify(withBase64({ ...statistics, StatisticsData: data }))
}

/** Of a column of NULLs alone Trino sends no length, and takes statistics without one for broken. */
function withLength(data: object): object {
  return { AverageLength: 0, ...data }
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
