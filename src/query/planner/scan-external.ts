/** Tables over files that were declared: which partitions a statement needs, and the files in them. */
import { HozonError } from '../../base/errors.ts'
import { partitionName } from '../../base/hive-folder.ts'
import type { ScanSource } from '../engine/protocol.ts'
import type { ExternalFile, ExternalPartition, ExternalTable, TableSource } from '../query.ts'
import { fileColumns, hiddenCells } from './hidden-columns.ts'
import { folderValue } from './key-value.ts'
import { mayMatch } from './predicate.ts'
import { projectInSteps, type ProjectedPartition } from './projection/project.ts'
import { isProjected } from './projection/rules.ts'
import type { Budget, Held, PlannedScan, ScanDemand } from './scan-table.ts'
import { printTrinoType } from '../ddl/trino-types.ts'
import { inTurns } from '../ddl/turns.ts'

export interface PlannedPartition {
  partition: ExternalPartition
  /** What the engine casts to the types of the keys. */
  texts: (string | null)[]
}

type Demand = Pick<ScanDemand, 'predicate' | 'nowMs' | 'turns'>

/** Those that may hold a row that matters. */
export async function externalPartitions(
  source: TableSource,
  table: ExternalTable,
  { predicate, nowMs, turns }: Demand,
): Promise<PlannedPartition[]> {
  const { partitionKeys: keys, input } = table
  if (keys.length === 0) return [{ partition: { values: [], location: locationOf(table) }, texts: [] }]
  const found: PlannedPartition[] = []
  if (isProjected(input.Parameters)) {
    await inTurns(turns, projectInSteps(table, predicate, nowMs), (piece) => {
      for (const projected of piece) if (projected !== undefined) found.push(plannedPartition(projected))
    })
    return found
  }
  await inTurns(turns, source.externalPartitions(table), (piece) => {
    for (const partition of piece) {
      const read = keys.map((key, index) => readValue(partition.values[index] ?? '', key))
      const values = new Map(read.map(({ value }, index) => [keys[index]!.name, value]))
      if (mayMatch(predicate, { partition: values, minTimeMs: undefined, maxTimeMs: undefined }))
        found.push({ partition, texts: read.map(({ text }) => text) })
    }
  })
  return found
}

function plannedPartition({ values, location }: ProjectedPartition): PlannedPartition {
  return {
    partition: { values: values.map(({ folder }) => folder), location },
    texts: values.map(({ cell }) => cell),
  }
}

export async function scanExternal(
  source: TableSource,
  table: ExternalTable,
  demand: ScanDemand,
  budget: Budget,
  held: Held[],
): Promise<PlannedScan> {
  const partitions = await externalPartitions(source, table, demand)
  const asked = partitions.map(({ partition }) => partition)
  const snapshot = await source.openExternal(table, asked, demand.turns.signal, budget)
  held.push(snapshot)
  const scannedBytes = snapshot.files.reduce((sum, file) => sum + file.bytes, 0)
  const keys = table.partitionKeys.map(({ name }) => name)
  const cells = (file: ExternalFile): (string | null)[] => {
    const { texts, partition } = partitions[file.partition]!
    const facts = { ...file, modifiedMs: file.lastModifiedMs }
    return [...texts, ...hiddenCells(demand.hidden, facts, () => partitionName(keys, partition.values))]
  }
  const sources = FORMATS.map((format): ScanSource => {
    const files = snapshot.files.filter((file) => file.format === format)
    const paths = files.map(({ path }) => path)
    return {
      format,
      schemaVersion: undefined,
      compression: 'none',
      files: paths,
      fileValues: files.map(cells),
    }
  })
  const scan = {
    view: demand.view,
    columns: table.columns,
    hasExtra: false,
    fileColumns: fileColumns(table.partitionKeys, demand.hidden),
    sources: sources.filter(({ files }) => files.length > 0),
  }
  const uriOf = (path: string): string | undefined => {
    const file = snapshot.files.find((each) => each.path === path)
    return file === undefined ? undefined : `s3://${file.bucket}/${file.key}`
  }
  return { scan, scannedBytes, objects: snapshot.files.length, segments: 0, uriOf }
}

const FORMATS = ['parquet', 'json'] as const

function readValue(
  text: string,
  key: ExternalTable['partitionKeys'][number],
): NonNullable<ReturnType<typeof folderValue>> {
  const read = folderValue(text, key.type)
  if (read !== undefined) return read
  const type = printTrinoType(key.type).toUpperCase()
  const message = `HIVE_INVALID_PARTITION_VALUE: Invalid partition value '${text}' for ${type} partition key: ${key.name}`
  throw new HozonError('HOZON_SQL_FAILED', message, { op: 'plan query' })
}

function locationOf({ input, database, name }: ExternalTable): string {
  const location = input.StorageDescriptor?.Location
  if (location === undefined || location === '') {
    const message = `HIVE_INVALID_METADATA: Table ${database}.${name} has no location`
    throw new HozonError('HOZON_SQL_FAILED', message, { op: 'plan query' })
  }
  return location.endsWith('/') ? location : `${location}/`
}
