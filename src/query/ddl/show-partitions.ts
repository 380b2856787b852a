/** SHOW PARTITIONS: of declared tables those that were declared, of streams those that have records. */
import { partitionName } from '../../base/hive-folder.ts'
import type { ShowStatement } from '../statement/statement.ts'
import { textRows, type DdlContext, type TextAnswer } from './ddl-context.ts'
import { taskFailed } from './ddl-errors.ts'
import type { StreamTable } from '../query.ts'
import { partitionOf } from '../planner/scan.ts'
import { inTurns } from './turns.ts'
import { keysOf, shownTable } from './shown-table.ts'

export async function showPartitions(
  context: DdlContext,
  { table }: Extract<ShowStatement, { kind: 'show partitions' }>,
): Promise<TextAnswer> {
  const { database, name, input, stream } = await shownTable(context, table)
  const keys = keysOf(input).map(({ Name }) => Name)
  if (keys.length === 0) throw taskFailed(`Table ${database}.${name} is not a partitioned table`)
  const folders = new Set<string>()
  const { catalog } = context
  const declared: Iterable<{ values: string[] }> =
    stream === undefined ? catalog.glue.partitions.all(database, name) : catalog.partitions(database, name)
  await inTurns(context, declared, (piece) => {
    for (const { values } of piece) folders.add(partitionName(keys, values))
  })
  if (stream !== undefined)
    for (const values of await bufferedPartitions(context, stream)) folders.add(partitionName(keys, values))
  return textRows('partition', [...folders].sort())
}

/** Newer than every row: what is delivered is known already. */
const NO_OBJECTS = { minTimeMs: Number.MAX_SAFE_INTEGER }

async function bufferedPartitions({ source }: DdlContext, { table }: StreamTable): Promise<string[][]> {
  const snapshot = await source.snapshot(table, NO_OBJECTS)
  try {
    const parts = snapshot.errors ? [] : snapshot.hot.flatMap((prepared) => prepared.parts)
    const inBuffer = parts.map((part) => {
      const values = partitionOf(part)
      return table.partitionKeys.map((key) => values.get(key) ?? '')
    })
    return [...snapshot.objects.map(({ partition }) => partition), ...inBuffer]
  } finally {
    snapshot.release()
  }
}
