/**
 * How a stream made through the Firehose API is delivered: AWS's semantics, with names of this house and every default
 * filled in. It is part of DeliverConfig, hence of every planned run, so that a repeat after a crash does the same.
 * services/firehose/stream-config.ts makes it from the stream's AWS description.
 */
import type { Column } from './schema.ts'
import type { Compression } from './stream.ts'

export interface FirehoseDelivery {
  /** Decimal, from "1"; in object keys. */
  versionId: string
  streamArn: string
  region: string
  /** With its dot; replaces the one that the format and compression give. */
  fileExtension: string | undefined
  /** The service fixes the order of the steps: decompress, de-aggregate, Lambda, partition keys, delimiter or conversion. */
  processing: FirehoseProcessing
  partitioning: { activePartitionsMax: number } | undefined
  conversion: FirehoseConversion | undefined
  backup: FirehoseBackup | undefined
}

export interface FirehoseProcessing {
  /** Records are gzip, as CloudWatch Logs subscriptions send them; `messages`: only the log events' messages are kept. */
  decompression: 'none' | 'envelope' | 'messages'
  deaggregation: { kind: 'json' } | { kind: 'delimited'; delimiterBase64: string } | undefined
  lambda: FirehoseLambda | undefined
  /** A jq 1.6 program that gives an object: the values of `!{partitionKeyFromQuery:…}`. */
  partitionQuery: string | undefined
  /** Appended to each record; undefined: nothing is. */
  delimiter: string | undefined
}

export interface FirehoseLambda {
  /** As given, with or without a version. */
  arn: string
  /** After the first call. */
  retries: number
  bufferBytes: number
  bufferIntervalMs: number
}

export interface FirehoseConversion {
  deserializer:
    | {
        kind: 'openx'
        caseInsensitive: boolean
        dotsToUnderscores: boolean
        /** Column -> JSON key. */
        keyMappings: Record<string, string>
      }
    | { kind: 'hive'; timestampFormats: string[] }
  /** Of the Glue table. */
  schema: { catalogId: string; database: string; table: string; region: string; version: string }
  parquet: {
    compression: 'snappy' | 'gzip' | 'none'
    blockBytes: number
    pageBytes: number
    dictionary: boolean
    writerVersion: 'V1' | 'V2'
  }
  /** The table's columns when the records are prepared; undefined in a configuration that is not yet resolved. */
  columns?: Column[]
  /** The version that `columns` are of. */
  resolvedVersion?: string
}

/** The source records as they came, a second time. */
export interface FirehoseBackup {
  bucket: string
  prefix: string
  errorPrefix: string
  compression: Compression
  timezone: string
}

/** Values of `!{firehose:error-output-type}`. */
export type ErrorOutputType = 'processing-failed' | 'format-conversion-failed' | 'decompression-failed'
