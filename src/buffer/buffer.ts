/**
 * The contract of the room: what collect, deliver, query and the services use. Implemented by open-buffer.ts.
 *
 * On disk, per stream: DIR/buffer/<stream>/<id, 10 digits>.data (exactly the bytes that will be delivered; for line
 * streams whole lines, each ending in \n) and journal files (see docs/formats/buffer.md).
 */
import { BUFFER_RESERVE_BYTES } from '../base/disk-reserves.ts'
import type { Json } from '../base/json.ts'
import type { SourceRange } from '../base/source-range.ts'

/** One durable unit: whole records of one source, in order. All or nothing after a crash. */
export interface Batch {
  /** Concatenated they are `records` whole records. Not to be changed until append() has settled. */
  chunks: readonly Buffer[]
  records: number
  /** Where the bytes came from. Committed in the same journal entry as the bytes: this is "exactly once". */
  progress?: SourceProgress
  /** End offset of each record within the batch, for records that are not lines; omitted for lines. */
  recordEnds?: Uint32Array
  /** Arrival of the oldest record, epoch ms; default: now. */
  arrivalMs?: number
  /**
   * Identity of the request that brought the batch, 16 bytes of a hash. Committed in the same journal entry as the
   * bytes, and remembered through restarts for `requestMemoryMs` or until `requestsMax` newer ones have come.
   */
  requestId?: Buffer
}

export interface SourceProgress {
  /** Stable identity of the source generation: `tail:<uuid>`. The same file after rotation keeps it. */
  source: string
  /** For people and the ledger: the path when the bytes were read. */
  path: string
  /** Byte range of the source that this batch covers. `from` equals the previous `to` of the source. */
  from: number
  to: number
  /** Whatever the source needs to find its place again (device, inode, fingerprint, marker …). */
  state: Json
}

export interface SavedSource {
  source: string
  path: string
  offset: number
  state: Json
}

export interface Segment {
  stream: string
  /** Ascending within the stream, never reused; the first is 1. */
  id: number
  path: string
  bytes: number
  records: number
  /** Arrival of the oldest and newest record, epoch ms. */
  firstArrivalMs: number
  lastArrivalMs: number
  /** Contiguous ranges are merged; ordered by first appearance. */
  sources: SourceRange[]
}

export interface BufferStats {
  /** Not yet forgotten: active and sealed. */
  records: number
  bytes: number
  /** Since this process started. */
  receivedRecords: number
  receivedBytes: number
  oldestArrivalMs: number | undefined
  /** Of the oldest record in the active segment, which sealed() does not show yet. */
  activeArrivalMs: number | undefined
  /** Set while the disk refuses writes; appends wait for room. */
  stalled: { code: string; message: string; sinceMs: number } | undefined
}

export interface StreamBuffer {
  readonly stream: string

  /**
   * Resolves when the bytes and the progress are on disk (group commit: concurrent calls share an fsync).
   * Batches of one source must be appended in order; the next may be given before the former has settled.
   * Rejects with HozonError HOZON_BUFFER_FULL (budget) or HOZON_BUFFER_DISK (ENOSPC, EIO …), both retryable: nothing
   * of the batch is kept then, and later batches of the same source that were already queued are rejected too
   * (HOZON_BUFFER_ORDER), so that the source can begin again at its last durable offset.
   * A batch whose requestId is durable already is not stored again; one whose requestId is under way settles as that
   * one does. So whoever calls need not keep account of either.
   */
  append(batch: Batch): Promise<void>

  /** Resolves when append() may be tried: the byte budget has room and the disk takes writes; or signal aborts. */
  waitForRoom(bytes: number, signal: AbortSignal): Promise<void>

  /**
   * Is a batch with this identity durable (whether or not it has been delivered since)? Spares the work of making a
   * batch that append() would not store.
   */
  hasRequest(requestId: Buffer): boolean

  /** Records progress without bytes (a file that held nothing but a BOM, a source that ended). Durable as append is. */
  saveSource(progress: SourceProgress): Promise<void>

  /** Forgets sources, e.g. files that vanished long ago; durable with the next commit. */
  forgetSources(sources: readonly string[]): void

  /** What recovery found plus all commits since: each source's durable state. */
  savedSources(): SavedSource[]

  /** Closes the active segment if it holds anything, so that its bytes appear in sealed(). Cheap when it is empty. */
  seal(): Promise<void>

  /** Sealed and not forgotten, ascending. A synchronous snapshot. */
  sealed(): Segment[]

  /** End offset of each record within a sealed segment; undefined for segments of lines and unknown ones. */
  recordEnds(id: number): Uint32Array | undefined

  /** Keeps the files of these segments readable until release() is called, even when they are forgotten. */
  pin(ids: readonly number[]): { release(): void }

  /** Their delivery is committed in the catalog: remove all up to `throughId`. Safe to repeat. */
  forget(throughId: number): Promise<void>

  stats(): BufferStats

  /** From the next commit on; a segment that is larger already is sealed then. */
  setSegmentBytesMax(bytes: number): void

  /** Called after a segment was sealed. */
  onSealed: (segment: Segment) => void
  /** Called after each commit with the durable bytes (live tail); must not keep or change them. */
  onCommit: (chunks: readonly Buffer[], progress: SourceProgress | undefined) => void

  /** Lets running commits finish; later appends reject. */
  close(): Promise<void>
}

export interface BufferOptions {
  stream: string
  /** DIR/buffer */
  directory: string
  /** Segments up to this id were delivered (from the catalog): recovery removes what is left of them. */
  deliveredThrough: number
  limits?: Partial<BufferLimits>
}

export interface BufferLimits {
  /** A segment is sealed when it has reached this size. */
  segmentBytesMax: number
  /** Everything not yet delivered of one stream. */
  streamBytesMax: number
  /** Most bytes of one group commit. */
  commitBytesMax: number
  /** Free bytes on the disk below which appends wait, so that journal, catalog and deliveries can still be written. */
  diskReserveBytes: number
  /** Journal bytes after which a new journal starts with a snapshot (beside twice the size of the last snapshot). */
  journalBytesMax: number
  /** Identities of requests are remembered for so long at least, and for twice as long at most … */
  requestMemoryMs: number
  /** … or as many of the newest at least, and twice as many at most. */
  requestsMax: number
}

/**
 * 16 MiB: one unit of preparation and of parallel work; smaller costs fsyncs, larger costs memory in the engine.
 * 4 GiB: about a quarter of an hour at 5 MB/s without a store; network senders get a retryable answer then.
 * 1 MiB: thousands of commits, and still read in milliseconds at the next start.
 * 30 min: a signature is taken from 15 minutes before its date to 15 minutes after it, so the very same request may come
 * so late if the sender's clock is ahead. SDKs repeat within seconds, and after a read time-out of a minute.
 * 262,144 requests (of one stream): at 145 a second they fill the 30 minutes, at 2,000 a second more than two minutes. A
 * repetition that comes later than that is stored again. Twice as many are 8 MiB of a snapshot and 16 MiB of memory.
 */
export const DEFAULT_BUFFER_LIMITS: BufferLimits = {
  segmentBytesMax: 16 * 1024 * 1024,
  streamBytesMax: 4 * 1024 * 1024 * 1024,
  commitBytesMax: 8 * 1024 * 1024,
  diskReserveBytes: BUFFER_RESERVE_BYTES,
  journalBytesMax: 1024 * 1024,
  requestMemoryMs: 30 * 60 * 1000,
  requestsMax: 262_144,
}
