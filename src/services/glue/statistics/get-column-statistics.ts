import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { statisticsPlace, type StatisticsInput } from './statistics-place.ts'

interface GetInput extends StatisticsInput {
  ColumnNames: string[]
}

function get(context: GlueContext, input: GetInput): object {
  const place = statisticsPlace(context, input)
  const saved = new Map(
    context.catalog.glue.details.all(place).map(({ name, definition }) => [name, definition]),
  )
  const found = input.ColumnNames.flatMap((name) => saved.get(name.toLowerCase()) ?? [])
  const missing = input.ColumnNames.filter((name) => !saved.has(name.toLowerCase()))
  return {
    ColumnStatisticsList: found.map((definition) => JSON.parse(definition) as object),
    Errors: missing.map((name) => ({
      ColumnName: name,
      Error: {
        ErrorCode: 'EntityNotFoundException',
        ErrorMessage: `No column statistics found for the column: ${name}`,
      },
    })),
  }
}

export const getColumnStatisticsForTable: Operation<GlueContext, GetInput> = {
  name: 'GetColumnStatisticsForTable',
  roles: ['read', 'admin'],
  input: INPUTS.GetColumnStatisticsForTable,
  handle: get,
}

export const getColumnStatisticsForPartition: Operation<GlueContext, GetInput> = {
  name: 'GetColumnStatisticsForPartition',
  roles: ['read', 'admin'],
  input: INPUTS.GetColumnStatisticsForPartition,
  handle: get,
}
