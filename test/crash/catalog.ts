/** What DIR/catalog.sqlite says, read while no server runs; compared with the bucket, and with itself after a rebuild. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { dataKeysOf, keysOf } from './bucket.ts'
import type { Storm } from './storm.ts'

/** Exactly the catalog's objects and a manifest for each of its runs. `folder` holds the objects under their keys. */
export function checkBucketIsCatalog(data: string, folder: string): void {
  assert.deepEqual(dataKeysOf(folder), column(data, 'SELECT key FROM objects ORDER BY key'))
  const runsInBucket = keysOf(folder)
    .filter((key) => key.startsWith('_hozon/runs/'))
    .map((key) => /\d+-([0-9a-f-]+)\.json$/.exec(key)?.[1])
  const committed = column(data, 'SELECT run FROM runs WHERE committed_ms IS NOT NULL ORDER BY run')
  assert.deepEqual(new Set(runsInBucket), new Set(committed))
  assert.equal(runsInBucket.length, committed.length)
  assert.deepEqual(column(data, 'SELECT run FROM runs WHERE committed_ms IS NULL'), [], 'nothing is planned')
}

/** `hozon catalog rebuild` makes from the bucket alone what the catalog was. */
export async function checkRebuild(storm: Storm): Promise<void> {
  const before = dump(storm.data)
  assert.ok(before['objects']!.length > 0)
  const rebuilt = await storm.run('catalog', 'rebuild', storm.file)
  assert.equal(rebuilt.code, 0, rebuilt.stdout + rebuilt.stderr)
  assert.deepEqual(dump(storm.data), before)
}

const DUMP: Record<string, string> = {
  objects: `SELECT key, run, partition_values, objects.bytes, checksum, objects.rows, format, fits, objects.min_time_ms, objects.max_time_ms
    FROM objects JOIN runs ON runs.id = run_id JOIN partitions ON partitions.id = partition_id ORDER BY key`,
  runs: 'SELECT run, first_segment, last_segment, arrival_ms, records, rejected, blank, late FROM runs ORDER BY stream, first_segment',
  ledger: `SELECT run, position, source, path, from_offset, to_offset FROM ledger
    JOIN runs ON runs.id = run_id JOIN sources ON sources.id = source_id ORDER BY stream, first_segment, position`,
  partitions: `SELECT name, partition_values, objects, partitions.rows, bytes
    FROM partitions JOIN tables ON tables.id = table_id ORDER BY name, partition_values`,
  streams: 'SELECT * FROM streams ORDER BY name',
  // Of streams of the pipeline file tags are kept there, which no bucket has.
  delivery_streams: `SELECT * FROM delivery_streams WHERE definition ->> 'origin' = 'api' ORDER BY name`,
}

function dump(data: string): Record<string, unknown[]> {
  return Object.fromEntries(Object.entries(DUMP).map(([name, query]) => [name, rows(data, query)]))
}

function column(data: string, query: string): string[] {
  return rows(data, query).map((row) => String(Object.values(row)[0]))
}

function rows(data: string, query: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(data, 'catalog.sqlite'))
  try {
    return db.prepare(query).all()
  } finally {
    db.close()
  }
}
