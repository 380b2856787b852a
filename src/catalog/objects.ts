/** Delivered objects and the partitions that they belong to. */
import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../base/errors.ts'
import type { Clock } from '../sys/sys.ts'
import type { ObjectFilter, StoredObject } from './catalog.ts'
import type { TableRow } from './tables.ts'

export interface Objects {
  /** False when the object is there already. */
  add(runId: number, table: TableRow, object: StoredObject): boolean
  select(table: TableRow, filter: ObjectFilter): StoredObject[]
  count(table: TableRow): number
  ofRun(runId: number): StoredObject[]
}

/** Partitions with neither a time nor an untimed row in [min, max] hold nothing that is asked for. */
const IN_TIME = '(max_time_ms IS NULL OR has_untimed = 1 OR (max_time_ms >= :min AND min_time_ms <= :max))'

const COLUMNS = `
  o.bucket, o.key, d.name AS database, t.name AS "table", r.run, p.partition_values, o.bytes, o.etag, o.checksum,
  o.rows, o.format, o.compression, o.schema_version, o.fits, o.min_time_ms, o.max_time_ms
  FROM objects o JOIN partitions p ON p.id = o.partition_id JOIN tables t ON t.id = p.table_id
  JOIN databases d ON d.id = t.database_id JOIN runs r ON r.id = o.run_id`

interface Row {
  bucket: string
  key: string
  database: string
  table: string
  run: string
  partition_values: string
  bytes: number
  etag: string
  checksum: string
  rows: number
  format: StoredObject['format']
  compression: StoredObject['compression']
  schema_version: number
  fits: number
  min_time_ms: number | null
  max_time_ms: number | null
}

export function openObjects(db: DatabaseSync, clock: Clock): Objects {
  const statements = prepareObjects(db)

  const ensurePartition = (table: TableRow, values: readonly string[]): number => {
    const text = JSON.stringify(values)
    const present = statements.findPartition.get(table.id, text)
    if (present !== undefined) return Number(present['id'])
    const id = Number(statements.insertPartition.run(table.id, text, clock.now()).lastInsertRowid)
    for (const [position, value] of values.entries())
      statements.insertValue.run(table.id, position, value, id)
    return id
  }
  const inTime = ({ minTimeMs, maxTimeMs }: ObjectFilter): { min: number; max: number } => ({
    min: minTimeMs ?? -Infinity,
    max: maxTimeMs ?? Infinity,
  })
  /** Without the time: that is looked at partition by partition. */
  const partitionsByValue = (table: TableRow, filter: Record<string, string[]>): number[] | undefined => {
    let found: Set<number> | undefined
    for (const [position, key] of table.partitionKeys.entries()) {
      const allowed = filter[key]
      if (allowed === undefined) continue
      const ids = new Set<number>()
      for (const value of new Set(allowed))
        for (const row of statements.byValue.all(table.id, position, value))
          ids.add(Number(row['partition_id']))
      found = found === undefined ? ids : found.intersection(ids)
    }
    return found === undefined ? undefined : [...found]
  }

  return {
    add(runId, table, object) {
      const { bucket, key, bytes, rows, partition } = object
      assert(
        partition.length === table.partitionKeys.length,
        `object ${key} has ${partition.length} partition values`,
      )
      if (statements.findObject.get(key, bucket) !== undefined) return false
      const partitionId = ensurePartition(table, partition)
      const minTimeMs = object.minTimeMs ?? null
      const maxTimeMs = object.maxTimeMs ?? null
      const { etag, checksum, format, compression, schemaVersion } = object
      const fits = object.fits ? 1 : 0
      // prettier-ignore
      statements.insertObject.run(
        runId, partitionId, bucket, key, bytes, etag, checksum, rows, format, compression, schemaVersion, fits, minTimeMs, maxTimeMs,
      )
      statements.addToPartition.run({ id: partitionId, rows, bytes, min: minTimeMs, max: maxTimeMs })
      return true
    },
    select(table, filter) {
      const time = inTime(filter)
      const chosen = partitionsByValue(table, filter.partition ?? {})
      const ids =
        chosen?.filter((id) => statements.partitionInTime.get({ id, ...time }) !== undefined) ??
        statements.partitionsInTime.all({ table: table.id, ...time }).map((row) => Number(row['id']))
      return ids.flatMap((id) =>
        statements.byPartition.all({ id, ...time }).map((row) => toObject(row as unknown as Row)),
      )
    },
    count: (table) => Number(statements.count.get(table.id)?.['objects'] ?? 0),
    ofRun: (runId) => statements.byRun.all(runId).map((row) => toObject(row as unknown as Row)),
  }
}

function prepareObjects(db: DatabaseSync) {
  return {
    findPartition: db.prepare('SELECT id FROM partitions WHERE table_id = ? AND partition_values = ?'),
    insertPartition: db.prepare(
      'INSERT INTO partitions (table_id, partition_values, created_ms) VALUES (?, ?, ?)',
    ),
    insertValue: db.prepare(
      'INSERT INTO partition_values (table_id, position, value, partition_id) VALUES (?, ?, ?, ?)',
    ),
    addToPartition: db.prepare(`
      UPDATE partitions SET objects = objects + 1, rows = rows + :rows, bytes = bytes + :bytes,
        min_time_ms = min(coalesce(min_time_ms, :min), coalesce(:min, min_time_ms)),
        max_time_ms = max(coalesce(max_time_ms, :max), coalesce(:max, max_time_ms)),
        has_untimed = has_untimed OR :max IS NULL
      WHERE id = :id`),
    findObject: db.prepare('SELECT id FROM objects WHERE key = ? AND bucket = ?'),
    insertObject: db.prepare(`
      INSERT INTO objects (run_id, partition_id, bucket, key, bytes, etag, checksum, rows, format, compression,
        schema_version, fits, min_time_ms, max_time_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    byValue: db.prepare(
      'SELECT partition_id FROM partition_values WHERE table_id = ? AND position = ? AND value = ?',
    ),
    partitionInTime: db.prepare(`SELECT id FROM partitions WHERE id = :id AND ${IN_TIME}`),
    partitionsInTime: db.prepare(
      `SELECT id FROM partitions WHERE table_id = :table AND ${IN_TIME} ORDER BY id`,
    ),
    byPartition: db.prepare(`
      SELECT ${COLUMNS} WHERE o.partition_id = :id
        AND (o.max_time_ms IS NULL OR (o.max_time_ms >= :min AND o.min_time_ms <= :max))
      ORDER BY o.id`),
    byRun: db.prepare(`SELECT ${COLUMNS} WHERE o.run_id = ? ORDER BY o.id`),
    count: db.prepare('SELECT sum(objects) AS objects FROM partitions WHERE table_id = ?'),
  }
}

function toObject(row: Row): StoredObject {
  return {
    bucket: row.bucket,
    key: row.key,
    database: row.database,
    table: row.table,
    run: row.run,
    partition: JSON.parse(row.partition_values) as string[],
    bytes: row.bytes,
    etag: row.etag,
    checksum: row.checksum,
    rows: row.rows,
    format: row.format,
    compression: row.compression,
    schemaVersion: row.schema_version,
    fits: row.fits === 1,
    ...(row.min_time_ms === null ? {} : { minTimeMs: row.min_time_ms }),
    ...(row.max_time_ms === null ? {} : { maxTimeMs: row.max_time_ms }),
  }
}
