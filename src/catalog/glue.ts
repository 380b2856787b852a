/**
 * The rest of Glue's catalog, beside databases, tables and partitions (catalog.ts). Definitions are JSON that
 * services/glue/ reads and writes.
 */

/** What belongs to a table that was declared through Glue, or to one of its partitions, and goes with it. */
export interface GlueDetails {
  /** Ascending by name. */
  all(place: GlueDetailPlace): GlueDetail[]
  /** In place of what has the name. False: there is no such table. */
  save(place: GlueDetailPlace, name: string, definition: string): boolean
  delete(place: GlueDetailPlace, name: string): boolean
}

export interface GlueDetailPlace {
  database: string
  table: string
  /** Partition indexes by their name · statistics by the name of the column. */
  kind: 'index' | 'statistics'
  /** Of a partition; undefined: of the table. */
  values?: readonly string[]
}

export interface GlueDetail {
  name: string
  definition: string
  /** Of the definition. */
  updatedMs: number
}

/** User-defined functions. Names are in lower case; they go with their database. */
export interface GlueFunctions {
  /** Ascending by database and name. */
  all(): GlueFunction[]
  find(database: string, name: string): GlueFunction | undefined
  create(database: string, name: string, definition: string): 'created' | 'exists' | 'no database'
  update(database: string, name: string, definition: string): boolean
  delete(database: string, name: string): boolean
}

export interface GlueFunction {
  database: string
  name: string
  definition: string
  createdMs: number
}

export type GlueResourceKind = 'crawler' | 'classifier'

/** What belongs to the account. Names keep their case. */
export interface GlueResources {
  /** Ascending by name. */
  all(kind: GlueResourceKind): GlueResource[]
  find(kind: GlueResourceKind, name: string): GlueResource | undefined
  /** False: the name is taken. */
  create(kind: GlueResourceKind, name: string, definition: string): boolean
  /** False: there is none. */
  update(kind: GlueResourceKind, name: string, definition: string): boolean
  delete(kind: GlueResourceKind, name: string): boolean
}

export interface GlueResource {
  name: string
  definition: string
  createdMs: number
  updatedMs: number
}

/** What crawlers did. */
export interface GlueCrawls {
  /** Newest first. */
  all(crawler: string): GlueCrawl[]
  /** Of its id. The oldest of the crawler are forgotten. */
  begin(crawler: string, definition: string): number
  update(id: number, definition: string): void
  /** With the crawler. */
  deleteAll(crawler: string): void
}

/** What `hozon catalog rebuild` brings back of all this: the newest of each, as copies in a bucket. */
export interface GlueCopies {
  /** What changed and no bucket knows yet. */
  marks(count: number): GlueMark[]
  /** As it is now, for JSON; undefined: it is gone. */
  read(item: GlueItem): object | undefined
  /** The bucket has it as it was when the mark was read. */
  forget(mark: GlueMark): void
  /** Copies go to this bucket from now on: all of them once more, if it was another one. */
  publishTo(bucket: string): void
  /** How many. 0: something else has its name, or what it belongs to is not there. */
  restore(item: GlueItem, content: object): number
}

export type GlueCopyKind = 'database' | 'table' | 'partitions' | 'function' | 'crawler' | 'classifier'

export interface GlueItem {
  kind: GlueCopyKind
  /** `partitions`: database, table, and the number of the copy. */
  name: string[]
}

export interface GlueMark extends GlueItem {
  change: number
}

export interface GlueCrawl {
  id: number
  definition: string
}
