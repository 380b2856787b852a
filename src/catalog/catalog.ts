/**
 * The contract of the room: databases, tables, objects and the ledger of sources. Implemented on node:sqlite by
 * open-catalog.ts; all methods are synchronous and each is one transaction, so a caller that reads the catalog and the
 * buffer in one tick sees one consistent snapshot.
 */
import type { TableSchema } from '../base/schema.ts'
import type { SourceRange } from '../base/source-range.ts'
import type { Compression } from '../base/stream.ts'
import type { GlueCopies, GlueCrawls, GlueDetails, GlueFunctions, GlueResources } from './glue.ts'

export interface Table {
  database: string
  name: string
  /** The stream that fills it. */
  stream: string
  /** Names of the partition columns, in folder order; all are of type varchar. */
  partitionKeys: string[]
  /** `s3://bucket/static-part-of-the-prefix` */
  location: string
  schema: TableSchema
}

/** A run of segments whose delivery was decided. Written before anything is converted: a crash repeats exactly it. */
export interface Run {
  /** Name-based UUID of node id, stream, first and last segment: object keys derive from it. */
  id: string
  stream: string
  firstSegment: number
  lastSegment: number
  /** Arrival of its oldest record: the time in the object keys. */
  arrivalMs: number
  schemaVersion: number
  /** The deliver settings at the time of planning (DeliverConfig as JSON), so that a repeat makes the same keys. */
  deliver: string
}

export interface StoredObject {
  bucket: string
  key: string
  database: string
  table: string
  run: string
  /** Values of the table's partition keys, in their order. */
  partition: string[]
  bytes: number
  etag: string
  /** CRC-32 of the object's bytes, hex. */
  checksum: string
  rows: number
  format: 'parquet' | 'json' | 'raw'
  compression: Compression
  schemaVersion: number
  /** Do all lines fit the schema version? False for JSON objects holding lines that a query must first rewrite. */
  fits: boolean
  /** Event times of its rows, epoch ms; undefined when no row has one. */
  minTimeMs?: number
  maxTimeMs?: number
  /** Of its run; known of what the catalog tells, and no part of what it is told. */
  committedMs?: number
}

export interface RunResult {
  objects: StoredObject[]
  /** What the run's segments hold: the rows of all objects of the main table + rejected + blank. */
  records: number
  rejected: number
  blank: number
  late: number
  ranges: SourceRange[]
  newestTimeMs?: number
}

/** A committed run and what its segments held (audit). */
export interface RunSummary {
  run: Run
  records: number
  rejected: number
  blank: number
  late: number
}

export interface StreamTotals {
  deliveredRecords: number
  deliveredObjects: number
  rejectedRecords: number
  lateRecords: number
  newestTimeMs: number | undefined
}

export interface LedgerRange extends SourceRange {
  stream: string
  run: string
}

export interface Catalog {
  /** A UUID made with the catalog; part of every run's identity. */
  readonly nodeId: string
  /** Made with the catalog and told to nobody: seals what clients keep for the server. */
  readonly secret: string

  /** Makes the table with an empty schema, or returns the one that is there. HOZON_TABLE_TAKEN: it is one of Glue. */
  ensureTable(table: Omit<Table, 'schema'>): Table
  tables(): Table[]
  table(database: string, name: string): Table | undefined
  /** A past or the current version. */
  schema(database: string, name: string, version: number): TableSchema | undefined
  /** Adds a version. Throws a bug if schema.version is not the current one + 1. */
  evolve(database: string, name: string, schema: TableSchema): void

  /** Records the decision; the same run again is fine. */
  planRun(run: Run): void
  /** Other settings for a planned run (its destination refuses it for good). */
  redirectRun(run: Run): void
  /** Takes back all plans of a stream whose records are given up; its segments through this one count as delivered. */
  discardRuns(stream: string, throughSegment: number): void
  /** Planned and not yet committed, ascending. */
  plannedRuns(stream: string): Run[]
  /** One transaction: the objects appear, the ranges enter the ledger, the segments are forgotten. Fine to repeat. */
  commitRun(run: Run, result: RunResult): void
  /** All segments up to this id are in the store. 0 at the beginning. */
  deliveredThrough(stream: string): number
  totals(stream: string): StreamTotals

  /**
   * Objects of a table whose partition may match: the filter narrows by their values where given. They are those of the
   * call, whenever they are read: a page at a time as it is consumed, so that a million do not hold the process.
   */
  objectPages(database: string, table: string, filter?: ObjectFilter): Iterable<StoredObject[]>
  objectCount(database: string, table: string): number
  /**
   * Of a stream's table, in the order of their values as JSON, those behind `after` only, and those only whose first
   * values are `first`. Read while it is consumed, so that millions need no memory.
   */
  partitions(
    database: string,
    table: string,
    after?: readonly string[],
    first?: readonly string[],
  ): Iterable<StreamPartition>
  /** Where the objects of a stream's table lie, or those of one partition; undefined: there are none. */
  storageOf(database: string, table: string, values?: readonly string[]): StreamStorage | undefined
  /** Streams through all objects of a stream's tables, in run order (audit). */
  allObjects(stream: string): Iterable<StoredObject>
  ledger(stream: string): Iterable<LedgerRange>
  /** A committed run. */
  run(id: string): Run | undefined
  /** What `deliver` is in the stream's runs, planned or committed, each once. */
  deliverSettings(stream: string): string[]
  /** Committed runs, in the order of allObjects and ledger. */
  runs(stream: string): Iterable<RunSummary>
  /** Adds an object and its run as found in a bucket (catalog rebuild). Fine to repeat. */
  restoreRun(run: Run, result: RunResult): void

  /** Ascending by name. */
  deliveryStreams(): SavedDeliveryStream[]
  saveDeliveryStream(stream: SavedDeliveryStream): void
  removeDeliveryStream(name: string): void

  readonly glue: GlueTables

  readonly athena: AthenaState

  readonly writes: PlannedWrites

  close(): void
}

/** Objects that statements are about to put: what is still here after a crash is in no table and must be removed. */
export interface PlannedWrites {
  plan(execution: string, objects: readonly string[]): void
  all(): { execution: string; objects: string[] }[]
  /**
   * Within glue.atOnce together with what makes the objects a table's. An execution of Athena's API remembers them until it is over, so
   * that whatever happens between the two it ends as what it is: done. Who was told otherwise would write the rows again.
   */
  commit(execution: string, rows?: number): void
  /** They are removed. */
  forget(execution: string): void
}

/** A stream of the Firehose API; `definition` is JSON that services/firehose/ reads and writes. */
export interface SavedDeliveryStream {
  name: string
  definition: string
  /** It was deleted, and its last records are on their way to the store. */
  isDraining: boolean
}

/** Names are in lower case; definitions are JSON that services/glue/ reads and writes. */
export interface GlueTables {
  /** All of them, those of streams too; ascending by name. */
  databases(): GlueDatabase[]
  /** False: there is one already. */
  createDatabase(name: string, definition: string): boolean
  /** False: there is none. */
  updateDatabase(name: string, definition: string): boolean
  /** With its tables, as deleteTable does. `in use`: streams have tables in it. */
  deleteDatabase(name: string): 'deleted' | 'missing' | 'in use'

  /** The newest versions of a database's tables that were declared through Glue; ascending by name. */
  tables(database: string): GlueTable[]
  /** The newest version where none is given. */
  table(database: string, name: string, version?: number): GlueTable | undefined
  /** Newest first. */
  versions(database: string, name: string): GlueTable[]
  /** Version 0. `exists`: a table of Glue or of a stream has the name. */
  createTable(table: GlueTableDefinition): 'created' | 'exists' | 'no database'
  updateTable(
    table: GlueTableDefinition,
    options: { expectedVersion: number | undefined; keepsOld: boolean },
  ): 'updated' | 'missing' | 'stale'
  /** With its versions and partitions: they are gone at once, but their rows are there until removeDeleted. */
  deleteTable(database: string, name: string): boolean

  /** Up to so many rows of tables that were deleted. False: none are left. */
  removeDeleted(rows: number): boolean
  /** False: there is none, or it is the newest. */
  deleteVersion(database: string, name: string, version: number): boolean

  readonly partitions: GluePartitions
  readonly details: GlueDetails
  readonly functions: GlueFunctions
  readonly resources: GlueResources
  readonly crawls: GlueCrawls
  readonly copies: GlueCopies

  /** One transaction around all that `work` changes: one sync for many partitions, and all of them or none. */
  atOnce<T>(work: () => T): T
}

/** Partitions of tables that were declared through Glue; those of streams' tables are `Catalog.partitions`. */
export interface GluePartitions {
  /** In the order of Catalog.partitions, and as lazily. */
  all(
    database: string,
    table: string,
    after?: readonly string[],
    first?: readonly string[],
  ): Iterable<GluePartition>
  find(database: string, table: string, values: readonly string[]): GluePartition | undefined
  create(
    database: string,
    table: string,
    partition: GluePartitionDefinition,
  ): 'created' | 'exists' | 'no table'
  /** `exists`: it is to get values that another partition has. */
  update(
    database: string,
    table: string,
    values: readonly string[],
    partition: GluePartitionDefinition,
  ): 'updated' | 'missing' | 'exists'
  delete(database: string, table: string, values: readonly string[]): boolean
}

export interface GluePartitionDefinition {
  /** In the order of the table's partition keys. */
  values: string[]
  /** PartitionInput as JSON. */
  definition: string
}

export interface GluePartition extends GluePartitionDefinition {
  createdMs: number
}

/** A partition of a stream's table: there as soon as the first object in it is delivered. */
export interface StreamPartition {
  values: string[]
  createdMs: number
  objects: number
  rows: number
  bytes: number
}

/** Of a partition as a whole, or of a table's newest. */
export interface StreamStorage {
  /** `s3://bucket/folder/`: the innermost folder that holds all. */
  location: string
  format: StoredObject['format']
  compression: Compression
}

export interface GlueDatabase {
  name: string
  /** Undefined: it was made for a stream. */
  definition: string | undefined
  createdMs: number
}

export interface GlueTableDefinition {
  database: string
  name: string
  definition: string
}

export interface GlueTable extends GlueTableDefinition {
  /** From 0, +1 for every change. */
  version: number
  /** Of the table. */
  createdMs: number
  /** Of this version. */
  updatedMs: number
}

export interface ObjectFilter {
  /** Partition key -> allowed values. */
  partition?: Record<string, string[]>
  /** Partition key -> the first and the last value, in the order of their bytes. */
  ranges?: Record<string, { min?: string; max?: string }>
  /** Objects without any row in [min, max] may be left out. */
  minTimeMs?: number
  maxTimeMs?: number
}

/** What Athena's API keeps. */
export interface AthenaState {
  readonly items: AthenaItems
  readonly executions: AthenaExecutions
}

export interface AthenaItem {
  kind: 'workgroup' | 'named query' | 'prepared statement'
  /** The workgroup it belongs to; empty for workgroups. */
  scope: string
  name: string
  definition: string
}

export interface AthenaItems {
  /** Ascending by name. */
  all(kind: AthenaItem['kind'], scope: string): AthenaItem[]
  /** Its definition. */
  find(kind: AthenaItem['kind'], scope: string, name: string): string | undefined
  /** False: there is one already. */
  create(item: AthenaItem): boolean
  /** False: there is none. */
  update(item: AthenaItem): boolean
  remove(kind: AthenaItem['kind'], scope: string, name: string): boolean
}

export interface AthenaExecution {
  id: string
  workgroup: string
  /** The caller's: a repetition of the request finds the execution by it. */
  token: string | undefined
  /** Equal for executions that may use each other's result. */
  reuseKey: string | undefined
  isOver: boolean
  submittedMs: number
  definition: string
}

/** Of CREATE TABLE AS, INSERT and UNLOAD. */
export interface WrittenByExecution {
  /** URIs. */
  objects: string[]
  /** Not of statements that do not count them. */
  rows?: number
}

export interface AthenaExecutions {
  /** Undefined: done. Otherwise the execution that has the token already. */
  create(execution: AthenaExecution): AthenaExecution | undefined
  /** Of reuseKey, isOver and definition. False: it was forgotten. */
  update(execution: AthenaExecution): boolean
  find(id: string): AthenaExecution | undefined
  byToken(token: string): AthenaExecution | undefined
  /** Ids of a workgroup, newest first, behind `after`. */
  newest(workgroup: string, after: string | undefined, count: number): string[]
  /** The newest with the key. */
  reusable(reuseKey: string, sinceMs: number): AthenaExecution | undefined
  unfinished(): AthenaExecution[]
  /** What it has made visible of tables, while it is not over: by PlannedWrites.commit. */
  written(id: string): WrittenByExecution | undefined
  /** Of those that are over: the old ones, and the oldest of too many; some hundred at a time. */
  forget(limits: { beforeMs: number; rowsMax: number; bytesMax: number }): void
  /** Of a workgroup, some hundred at a time. True: there may be more. */
  forgetGroup(workgroup: string): boolean
}
