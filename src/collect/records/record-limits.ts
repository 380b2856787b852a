/** Bounds of what one request may become in memory. Tests make them small. */
export interface RecordLimits {
  /** One record, decompressed. */
  recordBytesMax: number
  /** All decompressed records of one request. */
  requestBytesMax: number
  /** A longer line is kept in parts, as rejected lines. */
  lineBytesMax: number
}

const MIB = 1024 * 1024

/**
 * A record has 1,000 KiB at most and a request 4 MiB: logs become 10 to 20 times smaller, so that these are above what
 * an honest sender sends. 64 MiB of log lines take a fifth of a second; of the worst that a hostile sender with a valid
 * key can think of (lines of one byte), three seconds. Records beyond are kept as they came, as rejected lines.
 * Lines of 1 MiB, as from files: only compressed records can have longer ones, and engines that read lines have limits.
 */
export const DEFAULT_RECORD_LIMITS: RecordLimits = {
  recordBytesMax: 32 * MIB,
  requestBytesMax: 64 * MIB,
  lineBytesMax: MIB,
}
