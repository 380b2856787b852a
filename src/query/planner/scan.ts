/** From a snapshot of a table to the files that a query reads, without those that cannot matter to it. */
import type { ObjectFilter, StoredObject } from '../../catalog/catalog.ts'
import type { Part } from '../../format/prepare.ts'
import type { Scan, ScanSource } from '../engine/protocol.ts'
import type { TableSnapshot } from '../query.ts'
import { mayMatch, type PartitionPredicate, type Prunable } from './predicate.ts'

export interface PlannedScan {
  scan: Scan
  scannedBytes: number
  objects: number
  segments: number
}

/** Downloads that run at a time where the store is remote. */
const FETCHES_MAX = 8

export async function planScan(
  view: string,
  snapshot: TableSnapshot,
  predicate: PartitionPredicate,
): Promise<PlannedScan> {
  const { table } = snapshot
  const objects = snapshot.objects.filter((object) =>
    mayMatch(predicate, prunableObject(object, table.partitionKeys)),
  )
  const paths = await fetchAll(snapshot, objects)
  const sources = new Map<string, ScanSource>()
  objects.forEach((object, index) => addFile(sources, objectSource(object), paths[index]!, object.partition))
  const hot = hotFiles(snapshot, predicate)
  for (const file of hot) addFile(sources, HOT_SOURCE, file.path, file.partition)
  const scan: Scan = {
    view,
    columns: table.schema.columns,
    partitionKeys: table.partitionKeys,
    hasExtra: !snapshot.errors,
    sources: [...sources.values()],
  }
  const scannedBytes = [...objects, ...hot].reduce((sum, file) => sum + file.bytes, 0)
  return {
    scan,
    scannedBytes,
    objects: objects.length,
    segments: new Set(hot.map((file) => file.segment)).size,
  }
}

type SourceKind = Pick<ScanSource, 'format' | 'schemaVersion' | 'compression'>

/** Lines in the buffer were prepared for the table's current schema. */
const HOT_SOURCE: SourceKind = { format: 'json', schemaVersion: undefined, compression: 'none' }

function objectSource(object: StoredObject): SourceKind {
  if (object.format === 'parquet')
    return { format: 'parquet', schemaVersion: object.schemaVersion, compression: 'none' }
  return { format: 'json', schemaVersion: undefined, compression: object.compression }
}

function addFile(
  sources: Map<string, ScanSource>,
  kind: SourceKind,
  path: string,
  partition: string[],
): void {
  const key = JSON.stringify([kind.format, kind.schemaVersion, kind.compression])
  let source = sources.get(key)
  if (source === undefined) {
    source = { ...kind, files: [], partitions: [] }
    sources.set(key, source)
  }
  source.files.push(path)
  source.partitions.push(partition)
}

function prunableObject(object: StoredObject, keys: string[]): Prunable {
  const partition = new Map(keys.map((key, index) => [key, object.partition[index] ?? '']))
  return { partition, minTimeMs: object.minTimeMs, maxTimeMs: object.maxTimeMs }
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

async function fetchAll(snapshot: TableSnapshot, objects: StoredObject[]): Promise<string[]> {
  const paths: string[] = []
  for (let from = 0; from < objects.length; from += FETCHES_MAX) {
    const batch = objects.slice(from, from + FETCHES_MAX)
    paths.push(...(await Promise.all(batch.map((object) => snapshot.fetch(object)))))
  }
  return paths
}

/** What the catalog can narrow by itself: exact values, and the event time. The rest is left to `mayMatch`. */
export function objectFilter(predicate: PartitionPredicate): ObjectFilter {
  const partition: Record<string, string[]> = {}
  let minTimeMs: number | undefined
  let maxTimeMs: number | undefined
  for (const part of predicate.kind === 'and' ? predicate.of : [predicate]) {
    if (part.kind === 'compare' && part.operator === '=')
      partition[part.column] = narrowed(partition[part.column], [part.value])
    if (part.kind === 'in') partition[part.column] = narrowed(partition[part.column], part.values)
    if (part.kind === 'time' && ['>', '>=', '='].includes(part.operator))
      minTimeMs = Math.max(minTimeMs ?? -Infinity, part.ms - 1)
    if (part.kind === 'time' && ['<', '<=', '='].includes(part.operator))
      maxTimeMs = Math.min(maxTimeMs ?? Infinity, part.ms + 1)
  }
  return {
    ...(Object.keys(partition).length === 0 ? {} : { partition }),
    ...(minTimeMs === undefined ? {} : { minTimeMs }),
    ...(maxTimeMs === undefined ? {} : { maxTimeMs }),
  }
}

function narrowed(before: string[] | undefined, values: string[]): string[] {
  return before === undefined ? values : before.filter((value) => values.includes(value))
}
