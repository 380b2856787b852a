/** Delivered objects and the partitions that they belong to. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { assert } from '../base/errors.ts'
import type { Clock } from '../sys/sys.ts'
import type { ObjectFilter, StoredObject } from './catalog.ts'
import type { TableRow } from './tables.ts'

export interface Objects {
  /** False when the object is there already. */
  add(runId: number, table: TableRow, object: StoredObject): boolean
  /** Reads of one page each. Which objects they find is settled here: later ones have greater ids. */
  pages(table: TableRow, filter: ObjectFilter): (() => StoredObject[])[]
  count(table: TableRow): number
  ofRun(runId: number): StoredObject[]
}

/** Partitions with neither a time nor an untimed row in [min, max] hold nothing that is asked for. */
const IN_TIME = '(max_time_ms IS NULL OR has_untimed = 1 OR (max_time_ms >= :min AND min_time_ms <= :max))'

/** Partitions that are looked up by their ids; of more it is faster to read all of the table's. */
const LOOKUP_MAX = 10_000
/** Asked for at a time: a statement of its own for each would cost as much as its objects, and all at once their memory. */
const PARTITIONS_AT_ONCE = 500

const COLUMNS = `
  o.bucket, o.key, o.run_id, o.bytes, o.etag, o.checksum, o.rows, o.format, o.compression, o.schema_version, o.fits,
  o.min_time_ms, o.max_time_ms`

type PartitionRow = [id: number, partitionValues: string]

interface TableNames {
  database: string
  table: string
}

/** COLUMNS as an array, which is read twice as fast as an object: a query may take tens of thousands of them. */
type ObjectRow = [
  bucket: string,
  key: string,
  runId: number,
  bytes: number,
  etag: string,
  checksum: string,
  rows: number,
  format: StoredObject['format'],
  compression: StoredObject['compression'],
  schemaVersion: number,
  fits: number,
  minTimeMs: number | null,
  maxTimeMs: number | null,
]

/** Behind the columns of an object. */
const PARTITION_ID = 13

interface RunRow {
  run: string
  committed_ms: number | null
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
  /** Ids of the partitions whose value of one key is asked for. */
  const byKey = (table: TableRow, position: number, { partition, ranges }: ObjectFilter): Set<number>[] => {
    const key = table.partitionKeys[position]!
    const found: Set<number>[] = []
    const allowed = partition?.[key]
    if (allowed !== undefined) {
      const values = [...new Set(allowed)]
      found.push(idsOf(values.flatMap((value) => statements.byValue.all(table.id, position, value))))
    }
    const range = ranges?.[key]
    if (range !== undefined) {
      const { min = '', max } = range
      const rows =
        max === undefined
          ? statements.fromValue.all(table.id, position, min)
          : statements.betweenValues.all(table.id, position, min, max)
      found.push(idsOf(rows))
    }
    return found
  }
  /** Without the time: that is looked at partition by partition. */
  const partitionsByValue = (table: TableRow, filter: ObjectFilter): Set<number> | undefined => {
    const sets = table.partitionKeys.flatMap((_, position) => byKey(table, position, filter))
    return sets.length === 0 ? undefined : sets.reduce((left, right) => left.intersection(right))
  }
  const partitionsIn = (table: TableRow, filter: ObjectFilter): PartitionRow[] => {
    const time = inTime(filter)
    const chosen = partitionsByValue(table, filter)
    if (chosen !== undefined && chosen.size <= LOOKUP_MAX) {
      const ids = JSON.stringify([...chosen])
      return statements.partitionsOfIds.all({ ids, ...time }) as unknown as PartitionRow[]
    }
    const all = statements.partitionsInTime.all({ table: table.id, ...time }) as unknown as PartitionRow[]
    return chosen === undefined ? all : all.filter(([id]) => chosen.has(id))
  }
  const readRun = (id: number): RunRow => statements.run.get(id) as unknown as RunRow

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
    pages(table, filter) {
      const time = inTime(filter)
      const names = { database: table.database, table: table.name }
      const runs = new Map<number, RunRow>()
      const last = Number(statements.last.get()?.['last'])
      const read = (partitions: PartitionRow[]): StoredObject[] => {
        // One list for all objects of the partition.
        const values = new Map(partitions.map(([id, text]) => [id, JSON.parse(text) as string[]]))
        const ids = JSON.stringify([...values.keys()])
        const rows = statements.byPartitions.all({ ids, last, ...time }) as unknown as [
          ...ObjectRow,
          number,
        ][]
        return rows.map((row) => {
          let run = runs.get(row[2])
          if (run === undefined) runs.set(row[2], (run = readRun(row[2])))
          const partition = values.get(row[PARTITION_ID] as number)!
          return toObject(row as unknown as ObjectRow, names, run, partition)
        })
      }
      const partitions = partitionsIn(table, filter)
      return Array.from({ length: Math.ceil(partitions.length / PARTITIONS_AT_ONCE) }, (_, page) => {
        const from = page * PARTITIONS_AT_ONCE
        return () => read(partitions.slice(from, from + PARTITIONS_AT_ONCE))
      })
    },
    count: (table) => Number(statements.count.get(table.id)?.['objects'] ?? 0),
    ofRun(runId) {
      // When it was committed is the run's to say.
      const run = { ...readRun(runId), committed_ms: null }
      const rows = statements.byRun.all(runId) as unknown as [...ObjectRow, string, string, string][]
      return rows.map((row) => {
        const [database, table, values] = row.slice(-3) as [string, string, string]
        return toObject(row as unknown as ObjectRow, { database, table }, run, JSON.parse(values) as string[])
      })
    },
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
    byValue: asArrays(db.prepare(`${BY_VALUE} = ?`)),
    fromValue: asArrays(db.prepare(`${BY_VALUE} >= ?`)),
    betweenValues: asArrays(db.prepare(`${BY_VALUE} BETWEEN ? AND ?`)),
    // CROSS JOIN: in this order, each id by the index.
    partitionsOfIds: asArrays(
      db.prepare(`
      SELECT p.id, p.partition_values FROM json_each(:ids) e CROSS JOIN partitions p ON p.id = e.value
      WHERE ${IN_TIME}`),
    ),
    partitionsInTime: asArrays(
      db.prepare(
        `SELECT id, partition_values FROM partitions WHERE table_id = :table AND ${IN_TIME} ORDER BY id`,
      ),
    ),
    // As the index has them: putting them in order would take as long as reading them.
    byPartitions: asArrays(
      db.prepare(`
      SELECT ${COLUMNS}, o.partition_id FROM json_each(:ids) e CROSS JOIN objects o ON o.partition_id = e.value
      WHERE o.id <= :last AND (o.max_time_ms IS NULL OR (o.max_time_ms >= :min AND o.min_time_ms <= :max))`),
    ),
    last: db.prepare('SELECT coalesce(max(id), 0) AS last FROM objects'),
    byRun: asArrays(
      db.prepare(`
      SELECT ${COLUMNS}, d.name, t.name, p.partition_values
      FROM objects o JOIN partitions p ON p.id = o.partition_id JOIN tables t ON t.id = p.table_id
        JOIN databases d ON d.id = t.database_id
      WHERE o.run_id = ? ORDER BY o.id`),
    ),
    run: db.prepare('SELECT run, committed_ms FROM runs WHERE id = ?'),
    count: db.prepare('SELECT sum(objects) AS objects FROM partitions WHERE table_id = ?'),
  }
}

const BY_VALUE = 'SELECT partition_id FROM partition_values WHERE table_id = ? AND position = ? AND value'

function idsOf(rows: unknown[]): Set<number> {
  const ids = new Set<number>()
  for (const [id] of rows as [number][]) ids.add(id)
  return ids
}

function asArrays(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true)
  return statement
}

function toObject(
  row: ObjectRow,
  { database, table }: TableNames,
  { run, committed_ms: committedMs }: RunRow,
  partition: string[],
): StoredObject {
  const [bucket, key, , bytes, etag, checksum, rows, format, compression, schemaVersion] = row
  const fits = row[10] === 1
  const [minTimeMs, maxTimeMs] = [row[11], row[12]]
  // Nearly all have the three: an object that grows costs three times one that is made whole.
  if (minTimeMs !== null && maxTimeMs !== null && committedMs !== null) {
    // prettier-ignore
    return {
      bucket, key, database, table, run, partition, bytes, etag, checksum, rows, format, compression, schemaVersion, fits,
      minTimeMs, maxTimeMs, committedMs,
    }
  }
  // prettier-ignore
  const object: StoredObject = {
    bucket, key, database, table, run, partition, bytes, etag, checksum, rows, format, compression, schemaVersion, fits,
  }
  if (minTimeMs !== null) object.minTimeMs = minTimeMs
  if (maxTimeMs !== null) object.maxTimeMs = maxTimeMs
  if (committedMs !== null) object.committedMs = committedMs
  return object
}
