import type { FirehoseDelivery } from './firehose-delivery.ts'

/** One stream of the pipeline file with every default filled in: what collect, deliver and query work from. */
export interface StreamConfig {
  name: string
  collect: TailConfig[]
  deliver: DeliverConfig
  /** `database.table`, both lower case. */
  table: { database: string; name: string }
}

export interface TailConfig {
  kind: 'tail'
  /** Absolute globs. */
  paths: string[]
  parse: ParseConfig
  /** Where a file without saved state starts. */
  from: 'beginning' | 'end'
  /** Name of the event-time field; undefined = the first of time, timestamp, @timestamp, ts. */
  time: string | undefined
}

export type ParseConfig =
  | { kind: 'json' | 'none' | 'nginx' | 'apache' | 'logfmt' | 'syslog' }
  | { kind: 'regex'; regex: string; types: Record<string, FieldType> }

export type FieldType = 'string' | 'integer' | 'float' | 'boolean'

export const DEFAULT_TIME_FIELDS = ['time', 'timestamp', '@timestamp', 'ts'] as const

export interface DeliverConfig {
  bucket: string
  /** Firehose's expression language, not yet evaluated. */
  prefix: string
  errorPrefix: string
  partitionBy: 'event' | 'arrival'
  /** IANA name, for the prefix and the key. */
  timezone: string
  format: 'parquet' | 'json' | 'raw'
  compression: Compression
  buffer: { sizeBytes: number; intervalMs: number }
  /** Event-time field of the stream, as in TailConfig.time (the first source that names one). */
  time: string | undefined
  /** Present for streams made through the Firehose API: they are delivered as AWS does it, `partitionBy` is arrival. */
  firehose?: FirehoseDelivery
}

export type Compression = 'zstd' | 'snappy' | 'gzip' | 'hadoop-snappy' | 'zip' | 'none'
