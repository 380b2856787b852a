import type { S3Client } from '@aws-sdk/client-s3'
import type { Sys } from '../sys/sys.ts'

/** The SDK as a value: it is loaded only where S3 is configured, since it costs about 100 ms and 30 MB. */
export type Sdk = typeof import('@aws-sdk/client-s3')

/** What all operations of one S3 store share. */
export interface S3Context {
  sys: Sys
  sdk: Sdk
  client: S3Client
  limits: S3Limits
  /** Aborts when the store closes. */
  closing: AbortSignal
  /** Does the server honour `If-None-Match: *`? Found out by openBucket, or by the first put that it refuses. */
  support: { ifNoneMatch: boolean }
}

export interface S3Limits {
  /** Files larger than this go up in parts. */
  multipartBytesMin: number
  partBytes: number
  partsParallel: number
  connectTimeoutMs: number
  /** No byte in either direction for so long: the connection is dead. */
  idleTimeoutMs: number
  /** One attempt in all: this, and the time that its bytes need at `slowestBytesPerSecond`. */
  attemptTimeoutMs: number
  slowestBytesPerSecond: number
  backoffBaseMs: number
  backoffCapMs: number
  /** No further attempt of a request begins after this. */
  deadlineMs: number
}

/**
 * 64 MiB: below it one request is cheaper, and a cut connection costs at most so much again. 16 MiB parts: 10,000 of
 * them, S3's limit, hold 156 GiB, far above any delivery; four at a time fill a gigabit line at 50 ms round trip.
 * 60 s in all: a delivery that failed is tried again by its owner anyway, which can then report it.
 */
export const DEFAULT_S3_LIMITS: S3Limits = {
  multipartBytesMin: 64 * 1024 * 1024,
  partBytes: 16 * 1024 * 1024,
  partsParallel: 4,
  connectTimeoutMs: 5_000,
  idleTimeoutMs: 20_000,
  attemptTimeoutMs: 30_000,
  slowestBytesPerSecond: 100 * 1024,
  backoffBaseMs: 100,
  backoffCapMs: 10_000,
  deadlineMs: 60_000,
}
