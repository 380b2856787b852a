/**
 * What the control API and the command line need from a running server. Implemented by server.ts; a fake in tests.
 * Every method rejects with HozonError for the world's faults; HOZON_STREAM_UNKNOWN for a stream that is not there.
 */
import type { SourceStatus } from '../collect/source.ts'
import type { Telemetry } from '../telemetry/events.ts'
import type { QueryOptions, QueryResult } from '../query/query.ts'

export interface ServerApi {
  status(): Promise<StatusReport>
  /** Delivers what is buffered now, of one stream or of all; resolves when it is queryable from the store. */
  flush(stream?: string): Promise<FlushReport>
  /** Proves that every byte of every source is accounted for and that every object is in the store, whole. */
  audit(stream?: string): Promise<AuditReport>
  sql(query: string, options?: QueryOptions): Promise<QueryResult>
  /**
   * Live tail: `onLines` gets whole lines, each ending in \n, right after they became durable. It must not keep or
   * change the buffer. Throws HOZON_STREAM_UNKNOWN.
   */
  tail(stream: string, onLines: (lines: Buffer) => void): { stop(): void }
  /** Prometheus text format. */
  metrics(): Promise<string>
  /** True once all streams accept work, false again when stop() begins. */
  ready(): boolean
}

/** What `hozon up` holds. */
export interface RunningServer extends ServerApi {
  /** Where it listens, for people: `{ endpoint: 'http://127.0.0.1:4600' }`. In the order they are printed. */
  readonly urls: Record<string, string>
  /** Stops collecting, finishes what is in flight, frees DIR. Safe to repeat. */
  stop(): Promise<void>
  /** Settles when the server can not go on by itself (a bug, a lost lock); `hozon up` then ends with exit code 1. */
  readonly failed: Promise<Error>
}

export interface StatusReport {
  streams: StreamStatus[]
  /** Whole sentences on what keeps a stream from moving on: a full disk, a store that refuses, a denied file. */
  problems: string[]
}

/** Names and order are those of `hozon status --format json`. */
export interface StreamStatus {
  name: string
  /** Since the server started. */
  receivedRecords: number
  receivedBytes: number
  /** In the buffer, not yet delivered. */
  bufferedRecords: number
  bufferedBytes: number
  /** Since the stream was made. */
  deliveredRecords: number
  deliveredObjects: number
  rejectedRecords: number
  lateRecords: number
  /** Age of the oldest buffered record; null when nothing is buffered. */
  oldestBufferedSeconds: number | null
  /** ISO 8601 in UTC; null as long as no record with an event time was delivered. */
  newestEventTime: string | null
  files: SourceStatus[]
  /** By CloudWatch's names (telemetry/cloudwatch.ts), since the server started. */
  metrics: Record<string, number>
}

export interface FlushReport {
  streams: { name: string; records: number; objects: number }[]
}

export interface AuditReport {
  /** True when no stream has a problem. */
  holds: boolean
  streams: StreamAudit[]
}

export interface StreamAudit {
  name: string
  objects: number
  bytes: number
  records: number
  /** Source generations whose byte ranges were checked for being contiguous. */
  sources: number
  /** One line per gap, overlap, missing or damaged object. Empty: the promise holds. */
  problems: string[]
}

/** Where and on what `startServer` runs, as the command line gives it. */
export interface ServerOptions {
  /** DIR: absolute. */
  dataDirectory: string
  host: string
  /** 0 = any free port. */
  port: number
  consolePort: number
  /** Log lines and metrics: `telemetry.delivery` goes to deliver/ as it is, `telemetry.renderMetrics` makes metrics(). */
  telemetry: Telemetry
  /** Aborts when a stop is asked for. A start that waits for its store then rejects with HOZON_STORE_UNAVAILABLE. */
  stopping?: AbortSignal
}
