/** Which partitions of a table over files a statement needs, when there are very many. */
import { equal, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Turns } from '../ddl/turns.ts'
import { DATA_CATALOG, type ExternalTable, type TableSource } from '../query.ts'
import type { PartitionPredicate } from './predicate.ts'
import { externalPartitions, type PlannedPartition } from './scan-external.ts'

const COUNT = 20_000
/** That many partitions are worked through without a break at most. */
const PIECE_MAX = 1000

const DECLARED: ExternalTable = {
  kind: 'external',
  catalog: DATA_CATALOG,
  database: 'db',
  name: 't',
  columns: [],
  partitionKeys: [{ name: 'n', type: 'int' }],
  input: { Name: 't', StorageDescriptor: { Location: 's3://lake/t/' } },
  version: 0,
}

const PROJECTED: ExternalTable = {
  ...DECLARED,
  input: {
    ...DECLARED.input,
    Parameters: {
      'projection.enabled': 'true',
      'projection.n.type': 'integer',
      'projection.n.range': `0,${COUNT - 1}`,
    },
  },
}

const source: Partial<TableSource> = {
  *externalPartitions() {
    for (let n = 0; n < COUNT; n++) yield { values: [String(n)], location: `s3://lake/t/n=${n}/` }
  },
}

const LAST: PartitionPredicate = { kind: 'compare', column: 'n', operator: '>', value: COUNT - 2 }

function plan(
  table: ExternalTable,
  predicate: PartitionPredicate,
  turns: Turns,
): Promise<PlannedPartition[]> {
  return externalPartitions(source as TableSource, table, { predicate, nowMs: 0, turns })
}

function turnsOf(signal?: AbortSignal): { turns: Turns; taken: () => number } {
  let taken = 0
  const sleep = async (): Promise<void> => void taken++
  return { turns: { clock: { now: () => 0, sleep }, signal }, taken: () => taken }
}

describe('many partitions', () => {
  for (const [name, table] of Object.entries({ declared: DECLARED, projected: PROJECTED })) {
    test(`that were ${name} are worked through in pieces, those that are left out too`, async () => {
      for (const predicate of [LAST, { kind: 'any' } as const]) {
        const { turns, taken } = turnsOf()
        const found = await plan(table, predicate, turns)
        equal(found.length, predicate === LAST ? 1 : COUNT)
        equal(found.at(-1)?.partition.location, `s3://lake/t/n=${COUNT - 1}/`)
        equal(taken() >= (predicate === LAST && table === PROJECTED ? 0 : COUNT / PIECE_MAX), true)
      }
    })

    test(`that were ${name} are not gone through when the query is over`, async () => {
      const { turns } = turnsOf(AbortSignal.abort())
      await rejects(plan(table, { kind: 'any' }, turns), { code: 'HOZON_SQL_CANCELLED' })
    })
  }
})
