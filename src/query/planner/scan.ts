/** From a snapshot of a table to the files that a query reads, without those that cannot matter to it. */
import { partitionName } from '../../base/hive-folder.ts'
import { mapInParallel } from '../../base/in-parallel.ts'
import type { ObjectFilter, StoredObject, Table } from '../../catalog/catalog.ts'
import type { Part } from '../../format/prepare.ts'
import type { Scan, ScanSource } from '../engine/protocol.ts'
import type { TableSnapshot, TableSource } from '../query.ts'
import { fileColumns, hiddenCells, type FileFacts } from './hidden-columns.ts'
import { rangeOf, spanOf } from './key-range.ts'
import type { KeyValue } from './key-value.ts'
import { mayMatch, type PartitionPredicate, type Prunable } from './predicate.ts'
import { inTurns } from '../ddl/turns.ts'
import type { Budget, PlannedScan, ScanDemand } from './scan-table.ts'

/** Downloads that run at a time where the store is remote. */
const FETCHES_MAX = 8
/** Objects that are worked through without a break: some ten milliseconds. */
const OBJECTS_PIECE = 10_000
/** Values of a key that the catalog looks up one by one; of more, it is asked for all between the first and the last. */
const LOOKED_UP_VALUES_MAX = 5000

export async function planScan(
  snapshot: TableSnapshot,
  { view, predicate, hidden, turns }: ScanDemand,
  budget: Budget,
): Promise<PlannedScan> {
  const { table } = snapshot
  const objects: StoredObject[] = []
  const mayHold = objectTest(predicate, table.partitionKeys)
  const keep = (piece: StoredObject[]): void => {
    for (const object of piece) if (mayHold(object)) objects.push(object)
  }
  await inTurns(turns, snapshot.objects, keep, OBJECTS_PIECE)
  const hot = hotFiles(snapshot, predicate)
  const scannedBytes = bytesOf(objects) + bytesOf(hot)
  budget(scannedBytes)
  const paths: string[] = []
  const sources = new Map<string, ScanSource>()
  const cells = (partition: string[], file: FileFacts | undefined): (string | null)[] => {
    if (hidden.length === 0) return partition
    return [...partition, ...hiddenCells(hidden, file, () => partitionName(table.partitionKeys, partition))]
  }
  let last: { kind: SourceKind; source: ScanSource } | undefined
  const addPiece = async (piece: StoredObject[]): Promise<void> => {
    const fetched = await mapInParallel(piece, FETCHES_MAX, (object) => snapshot.fetch(object))
    for (const [index, object] of piece.entries()) {
      const facts = hidden.length === 0 ? undefined : { ...object, modifiedMs: object.committedMs }
      if (last === undefined || !isWrittenAs(object, last.kind))
        last = { kind: object, source: sourceOf(sources, objectSource(object)) }
      addFile(last.source, fetched[index]!, cells(object.partition, facts))
      paths.push(fetched[index]!)
    }
  }
  if (snapshot.expect !== undefined) await inTurns(turns, objects, snapshot.expect, OBJECTS_PIECE)
  await inTurns(turns, objects, addPiece, OBJECTS_PIECE)
  for (const file of hot) addFile(sourceOf(sources, HOT_SOURCE), file.path, cells(file.partition, undefined))
  const keys = table.partitionKeys.map((name) => ({ name, type: 'varchar' as const }))
  const scan: Scan = {
    view,
    columns: table.schema.columns,
    hasExtra: !snapshot.errors,
    fileColumns: fileColumns(keys, hidden),
    sources: [...sources.values()],
  }
  const segments = new Set(hot.map((file) => file.segment)).size
  const uriOf = (path: string): string | undefined => {
    const object = objects[paths.indexOf(path)]
    return object === undefined ? undefined : `s3://${object.bucket}/${object.key}`
  }
  return { scan, scannedBytes, objects: objects.length, segments, uriOf }
}

function bytesOf(files: readonly { bytes: number }[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0)
}

/** Values of the keys of all partitions, those in the buffer too. */
export async function streamPartitions(
  source: TableSource,
  table: Table,
  { predicate, turns }: Pick<ScanDemand, 'predicate' | 'turns'>,
): Promise<string[][]> {
  const keys = table.partitionKeys
  const distinct = new Map<string, string[]>()
  const add = (values: string[]): void => {
    const partition = new Map(keys.map((key, index) => [key, values[index] ?? '']))
    if (mayMatch(predicate, { partition, minTimeMs: undefined, maxTimeMs: undefined }))
      distinct.set(JSON.stringify(values), values)
  }
  // The buffer first: what is delivered meanwhile is then in both.
  const snapshot = await source.snapshot(table, noObjects(keys))
  try {
    const hot = snapshot.errors ? [] : snapshot.hot.flatMap((prepared) => prepared.parts)
    for (const part of hot) add(keys.map((key) => partitionOf(part).get(key) ?? ''))
  } finally {
    snapshot.release()
  }
  await inTurns(turns, source.streamPartitions(table), (piece) => piece.forEach(add))
  return [...distinct.keys()].sort().map((key) => distinct.get(key)!)
}

function noObjects([key]: string[]): ObjectFilter {
  return key === undefined ? {} : { partition: { [key]: [] } }
}

type SourceKind = Pick<StoredObject, 'format' | 'schemaVersion' | 'compression'>
type ReadKind = Pick<ScanSource, 'format' | 'schemaVersion' | 'compression'>

/** Lines in the buffer were prepared for the table's current schema. */
const HOT_SOURCE: ReadKind = { format: 'json', schemaVersion: undefined, compression: 'none' }

function objectSource(object: StoredObject): ReadKind {
  if (object.format === 'parquet')
    return { format: 'parquet', schemaVersion: object.schemaVersion, compression: 'none' }
  return { format: 'json', schemaVersion: undefined, compression: object.compression }
}

/** Neighbours mostly are written alike. */
function isWrittenAs(object: StoredObject, kind: SourceKind): boolean {
  return (
    object.schemaVersion === kind.schemaVersion &&
    object.format === kind.format &&
    object.compression === kind.compression
  )
}

function sourceOf(sources: Map<string, ScanSource>, kind: ReadKind): ScanSource {
  const key = `${kind.format} ${kind.schemaVersion} ${kind.compression}`
  let source = sources.get(key)
  if (source === undefined) {
    source = { ...kind, files: [], fileValues: [] }
    sources.set(key, source)
  }
  return source
}

function addFile(source: ScanSource, path: string, values: (string | null)[]): void {
  source.files.push(path)
  source.fileValues.push(values)
}

/** Objects of a partition share its values, as the catalog tells them: what those decide is decided once. */
function objectTest(predicate: PartitionPredicate, keys: string[]): (object: StoredObject) => boolean {
  const isTimed = hasTimes(predicate)
  let last: string[] | undefined
  let partition: Prunable['partition'] = new Map()
  let mayHold = false
  return (object) => {
    if (object.partition !== last) {
      last = object.partition
      partition = new Map(keys.map((key, index) => [key, object.partition[index] ?? '']))
      mayHold = mayMatch(predicate, { partition, minTimeMs: undefined, maxTimeMs: undefined })
    }
    if (!mayHold || !isTimed) return mayHold
    return mayMatch(predicate, { partition, minTimeMs: object.minTimeMs, maxTimeMs: object.maxTimeMs })
  }
}

function hasTimes(predicate: PartitionPredicate): boolean {
  return 'of' in predicate ? predicate.of.some(hasTimes) : predicate.kind === 'time'
}

interface HotFile {
  segment: number
  path: string
  bytes: number
  partition: string[]
}

function hotFiles(snapshot: TableSnapshot, predicate: PartitionPredicate): HotFile[] {
  const keys = snapshot.table.partitionKeys
  if (snapshot.errors) {
    const withErrors = snapshot.hot.filter((prepared) => prepared.errors !== undefined)
    return withErrors.map(({ segment, errors }) => ({
      segment,
      path: errors!.path,
      bytes: errors!.bytes,
      partition: keys.map(() => ''),
    }))
  }
  const parts = snapshot.hot.flatMap((prepared) =>
    prepared.parts.map((part) => ({ segment: prepared.segment, part })),
  )
  return parts
    .filter(({ part }) => part.rows > 0 && mayMatch(predicate, prunablePart(part)))
    .map(({ segment, part }) => {
      const partition = keys.map((key) => partitionOf(part).get(key) ?? '')
      return { segment, path: part.fitPath, bytes: part.fitBytes, partition }
    })
}

function prunablePart(part: Part): Prunable {
  return { partition: partitionOf(part), minTimeMs: part.minTimeMs, maxTimeMs: part.maxTimeMs }
}

/** Keys are lower case in the catalog, and as written in the prefix. */
export function partitionOf(part: Part): Map<string, string> {
  return new Map(part.values.map(({ key, value }) => [key.toLowerCase(), value]))
}

/** What the catalog can narrow by itself. The rest is left to `mayMatch`. */
export function objectFilter(predicate: PartitionPredicate): ObjectFilter {
  const partition: Record<string, string[]> = {}
  const ranges: Record<string, { min?: string; max?: string }> = {}
  for (const column of keysOf(predicate)) {
    const range = rangeOf(predicate, column)
    if ('values' in range && range.values.length <= LOOKED_UP_VALUES_MAX)
      partition[column] = range.values.map(String)
    else if ('values' in range) ranges[column] = textRange(spanOf(range.values))
    else if (range.min !== undefined || range.max !== undefined) ranges[column] = textRange(range)
  }
  const { minTimeMs, maxTimeMs } = timesOf(predicate)
  return {
    ...(Object.keys(partition).length === 0 ? {} : { partition }),
    ...(Object.keys(ranges).length === 0 ? {} : { ranges }),
    ...(minTimeMs === undefined ? {} : { minTimeMs }),
    ...(maxTimeMs === undefined ? {} : { maxTimeMs }),
  }
}

function textRange({ min, max }: { min?: KeyValue | undefined; max?: KeyValue | undefined }): {
  min?: string
  max?: string
} {
  return {
    ...(min === undefined ? {} : { min: String(min) }),
    ...(max === undefined ? {} : { max: String(max) }),
  }
}

function keysOf(predicate: PartitionPredicate): Set<string> {
  if ('of' in predicate) return new Set(predicate.of.flatMap((part) => [...keysOf(part)]))
  return new Set('column' in predicate ? [predicate.column] : [])
}

/** The event times that all conditions at the top leave. */
function timesOf(predicate: PartitionPredicate): Pick<ObjectFilter, 'minTimeMs' | 'maxTimeMs'> {
  let minTimeMs: number | undefined
  let maxTimeMs: number | undefined
  for (const part of predicate.kind === 'and' ? predicate.of : [predicate]) {
    if (part.kind !== 'time') continue
    if (['>', '>=', '='].includes(part.operator)) minTimeMs = Math.max(minTimeMs ?? -Infinity, part.ms - 1)
    if (['<', '<=', '='].includes(part.operator)) maxTimeMs = Math.min(maxTimeMs ?? Infinity, part.ms + 1)
  }
  return {
    ...(minTimeMs === undefined ? {} : { minTimeMs }),
    ...(maxTimeMs === undefined ? {} : { maxTimeMs }),
  }
}
