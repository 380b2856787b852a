/**
 * What a statement of Athena is, before anything is looked up: the contract between the parser (parse-statement.ts, which
 * runs in the main process) and those who run it. Queries are kept as text: they are parsed in an engine's process only.
 * Names are in lower case, positions count from 1 as Athena's messages do.
 */
import type { DatabaseInput, GlueColumn, StorageDescriptor } from '../../base/glue.ts'

export interface TableName {
  /** Undefined: the catalog of the query's context. */
  catalog: string | undefined
  database: string | undefined
  name: string
}

export type PropertyValue = string | number | boolean | string[]
export type Properties = Record<string, PropertyValue>

/** `dt = '2026-01-01'`; ALTER TABLE … DROP PARTITION also takes other comparisons. */
export interface PartitionTerm {
  key: string
  operator: '=' | '<>' | '<' | '<=' | '>' | '>='
  value: string
}
export type PartitionSpec = PartitionTerm[]

export type Statement = QueryStatement | WriteStatement | DdlStatement | ShowStatement | PreparedStatement

/** Run by an engine; `sql` is what stands behind EXPLAIN, with blanks for what stands before. */
export type QueryStatement =
  | { kind: 'query'; sql: string }
  | {
      kind: 'explain'
      sql: string
      analyze: boolean
      format: 'TEXT' | 'GRAPHVIZ' | 'JSON'
      type: 'LOGICAL' | 'DISTRIBUTED' | 'VALIDATE' | 'IO'
    }

/**
 * An engine runs the query and writes files, which become a table's or the caller's. `query` has blanks for what stands
 * before it, so that an engine's messages tell positions of the statement.
 */
export type WriteStatement =
  | {
      kind: 'create table as'
      table: TableName
      ifNotExists: boolean
      /** Of WITH (…), keys in lower case. */
      properties: Properties
      query: string
      withData: boolean
    }
  | { kind: 'insert'; table: TableName; columns: string[] | undefined; query: string }
  | { kind: 'unload'; query: string; location: string; properties: Properties }

/** Run by the catalog; nothing of it reaches an engine, but for the columns of a view. */
export type DdlStatement =
  | { kind: 'create database'; ifNotExists: boolean; input: DatabaseInput }
  | { kind: 'drop database'; name: string; ifExists: boolean; cascade: boolean }
  | { kind: 'set database properties'; name: string; properties: Record<string, string> }
  | {
      kind: 'create table'
      table: TableName
      ifNotExists: boolean
      description: string | undefined
      partitionKeys: GlueColumn[]
      storage: StorageDescriptor
      /** TBLPROPERTIES as written. */
      parameters: Record<string, string>
    }
  | { kind: 'drop table'; table: TableName; ifExists: boolean }
  | { kind: 'create view'; view: TableName; orReplace: boolean; query: string }
  | { kind: 'drop view'; view: TableName; ifExists: boolean }
  | {
      kind: 'add partitions'
      table: TableName
      ifNotExists: boolean
      partitions: { spec: PartitionSpec; location: string | undefined }[]
    }
  | { kind: 'drop partitions'; table: TableName; ifExists: boolean; specs: PartitionSpec[] }
  | { kind: 'rename partition'; table: TableName; from: PartitionSpec; to: PartitionSpec }
  | { kind: 'set location'; table: TableName; partition: PartitionSpec | undefined; location: string }
  | { kind: 'add columns'; table: TableName; partition: PartitionSpec | undefined; columns: GlueColumn[] }
  | { kind: 'replace columns'; table: TableName; partition: PartitionSpec | undefined; columns: GlueColumn[] }
  | {
      kind: 'change column'
      table: TableName
      name: string
      column: GlueColumn
      /** Undefined: where it is. */
      position?: 'first' | { after: string }
    }
  | { kind: 'drop column'; table: TableName; name: string }
  | { kind: 'set table properties'; table: TableName; properties: Record<string, string> }
  | { kind: 'unset table properties'; table: TableName; ifExists: boolean; names: string[] }
  | { kind: 'repair table'; table: TableName }

/** Answered from the catalog, as text. */
export type ShowStatement =
  | { kind: 'show databases'; catalog: string | undefined; like: string | undefined }
  | { kind: 'show catalogs'; like: string | undefined }
  | {
      kind: 'show tables'
      catalog: string | undefined
      database: string | undefined
      like: string | undefined
    }
  | {
      kind: 'show views'
      catalog: string | undefined
      database: string | undefined
      like: string | undefined
    }
  | { kind: 'show columns'; table: TableName }
  | { kind: 'show partitions'; table: TableName }
  | { kind: 'show create table'; table: TableName }
  | { kind: 'show create view'; view: TableName }
  | { kind: 'show table properties'; table: TableName; name: string | undefined }
  | { kind: 'show functions'; like: string | undefined }
  | {
      kind: 'describe'
      table: TableName
      detail: 'plain' | 'extended' | 'formatted'
      partition: PartitionSpec | undefined
      column: string | undefined
    }

/** Kept per workgroup: services/athena/ runs these. */
export type PreparedStatement =
  | { kind: 'prepare'; name: string; statement: string }
  | { kind: 'execute'; name: string; parameters: string[] }
  | { kind: 'deallocate'; name: string }

/** As Athena's QueryExecution has them. */
export interface StatementTypes {
  statementType: 'DDL' | 'DML' | 'UTILITY'
  /** SELECT, CREATE_TABLE_AS_SELECT, INSERT, UNLOAD, CREATE_TABLE, SHOW_TABLES … */
  substatementType: string
}
