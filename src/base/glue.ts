/**
 * Databases, tables and partitions in the words of the Glue Data Catalog: what its API is handed (shapes are checked
 * before), what SQL's DDL makes, and what the planner reads. The catalog keeps each as JSON. Names are in lower case there.
 */
export interface DatabaseInput {
  Name: string
  Description?: string
  LocationUri?: string
  Parameters?: Record<string, string>
}

export interface GlueColumn {
  Name: string
  /** As Hive writes types: `bigint`, `struct<a:int>`. */
  Type?: string
  Comment?: string
  Parameters?: Record<string, string>
}

export interface SerdeInfo {
  Name?: string
  /** Java class of the SerDe. */
  SerializationLibrary?: string
  Parameters?: Record<string, string>
}

export interface StorageDescriptor {
  Columns?: GlueColumn[]
  /** `s3://bucket/prefix/` */
  Location?: string
  InputFormat?: string
  OutputFormat?: string
  Compressed?: boolean
  NumberOfBuckets?: number
  SerdeInfo?: SerdeInfo
  BucketColumns?: string[]
  SortColumns?: { Column: string; SortOrder: number }[]
  Parameters?: Record<string, string>
  StoredAsSubDirectories?: boolean
}

export interface TableInput {
  Name: string
  Description?: string
  Owner?: string
  Retention?: number
  StorageDescriptor?: StorageDescriptor
  PartitionKeys?: GlueColumn[]
  /** Of views: a comment that begins with `Presto View:`, then base64 of JSON. */
  ViewOriginalText?: string
  ViewExpandedText?: string
  /** EXTERNAL_TABLE · MANAGED_TABLE · VIRTUAL_VIEW */
  TableType?: string
  Parameters?: Record<string, string>
}

/** Not every client says what it makes: a text alone is a view's, and an empty one is no text. */
export function isView({ TableType: type, ViewOriginalText: text = '' }: TableInput): boolean {
  return type === 'VIRTUAL_VIEW' || (type === undefined && text !== '')
}

export interface PartitionInput {
  /** In the order of the table's PartitionKeys. */
  Values: string[]
  StorageDescriptor?: StorageDescriptor
  Parameters?: Record<string, string>
}
