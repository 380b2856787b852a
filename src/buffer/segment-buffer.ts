/** The queue side of a stream's buffer: budgets, group commit, what callers are told. The files are SegmentLog's. */
import { assert, HozonError } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'
import type {
  Batch,
  BufferLimits,
  BufferStats,
  SavedSource,
  Segment,
  SourceProgress,
  StreamBuffer,
} from './buffer.ts'
import { CommitQueue, countRequests, QUEUE_BYTES_MAX, toQueued, type QueuedAppend } from './commit-queue.ts'
import { DiskStall, isDiskError, reserveError } from './disk-stall.ts'
import { IDENTITY_BYTES } from './identity-set.ts'
import { planCommit } from './plan-commit.ts'
import { decodeRecordEnds } from './record-ends.ts'
import { RoomWaiters } from './room-waiters.ts'
import type { SegmentLog } from './segment-log.ts'
import { orderError } from './source-offsets.ts'

/** How often the free space is looked at: a statfs per commit would cost more than it could save. */
const RESERVE_CHECK_BYTES = 64 * 1024 * 1024
const RESERVE_CHECK_MS = 1000

/**
 * A commit takes about as much CPU time, half a millisecond, as five batches of 100 KB; with 64 senders that are kept busy by their own work it had
 * three or four. Of that many senders a commit waits for more: as long as one more comes every 2 ms, 10 ms at most, since whoever put the first
 * one waits as well. Fewer senders have nothing more to send before they are answered, and with a megabyte the commit is cheap enough.
 */
const GATHER_REQUESTS_MIN = 6
const GATHER_STEP_MS = 2
const GATHER_MS_MAX = 10
const GATHER_BYTES = 1024 * 1024

export class SegmentBuffer implements StreamBuffer {
  readonly stream: string
  onSealed: StreamBuffer['onSealed'] = () => {}
  onCommit: StreamBuffer['onCommit'] = () => {}

  readonly #sys: Sys
  readonly #directory: string
  #limits: BufferLimits
  readonly #log: SegmentLog
  readonly #queue = new CommitQueue()
  readonly #stall: DiskStall
  readonly #room = new RoomWaiters((bytes) => this.#hasRoom(bytes))
  /** Batches with an identity that are not durable yet, by it. */
  readonly #underWay = new Map<string, Promise<void>>()
  #sealWaiters: (() => void)[] = []
  #running: Promise<void> | undefined
  #committingBytes = 0
  /** Of the last commit. */
  #committedRequests = 0
  #receivedRecords = 0
  #receivedBytes = 0
  #bytesSinceReserveCheck = Infinity
  #lastReserveCheckMs = 0
  #isClosed = false

  constructor(sys: Sys, place: { stream: string; directory: string; limits: BufferLimits }, log: SegmentLog) {
    this.#sys = sys
    this.stream = place.stream
    this.#directory = place.directory
    this.#limits = place.limits
    this.#log = log
    this.#stall = new DiskStall(sys.clock)
  }

  /** Once, before anything else. A full disk does not keep a server from starting: it begins stalled. */
  async start(): Promise<void> {
    this.#log.requests.expire(this.#sys.clock.now())
    try {
      await this.#log.repair()
    } catch (error) {
      if (!isDiskError(error)) throw error
      this.#beginStall(error)
    }
  }

  append(batch: Batch): Promise<void> {
    const { requestId } = batch
    if (requestId === undefined) return this.#append(batch)
    assert(requestId.length === IDENTITY_BYTES, `an identity has ${IDENTITY_BYTES} bytes`)
    if (this.#log.requests.has(requestId)) return Promise.resolve()
    const key = requestId.toString('latin1')
    const underWay = this.#underWay.get(key)
    if (underWay !== undefined) return underWay
    const appended = this.#append(batch)
    this.#underWay.set(key, appended)
    const settled = (): void => void this.#underWay.delete(key)
    // Not finally(): its promise would reject as well, with nobody to hear it.
    appended.then(settled, settled)
    return appended
  }

  #append(batch: Batch): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const item = toQueued(batch, this.#sys.clock.now(), { resolve, reject })
    try {
      this.#admit(item)
    } catch (error) {
      reject(error as Error)
    }
    return promise
  }

  hasRequest(requestId: Buffer): boolean {
    return this.#log.requests.has(requestId)
  }

  saveSource(progress: SourceProgress): Promise<void> {
    return this.append({ chunks: [], records: 0, progress })
  }

  waitForRoom(bytes: number, signal: AbortSignal): Promise<void> {
    return this.#room.wait(bytes, signal)
  }

  forgetSources(sources: readonly string[]): void {
    this.#log.forgetSources(sources)
  }

  savedSources(): SavedSource[] {
    return this.#log.sources.list()
  }

  async seal(): Promise<void> {
    if (this.#running === undefined) return this.#seal()
    await new Promise<void>((resolve) => this.#sealWaiters.push(resolve))
  }

  sealed(): Segment[] {
    return [...this.#log.segments.list()]
  }

  recordEnds(id: number): Uint32Array | undefined {
    const segment = this.#log.segments.find(id)
    if (segment === undefined || segment.lines) return undefined
    return decodeRecordEnds(segment.ends, segment.records)
  }

  pin(ids: readonly number[]): { release(): void } {
    return this.#log.segments.pin(ids)
  }

  async forget(throughId: number): Promise<void> {
    assert(throughId < this.#log.active.id, `segment ${throughId} was not sealed`)
    try {
      await this.#log.segments.forget(throughId)
    } catch (error) {
      if (!isDiskError(error)) throw error
      const details = { op: 'forget segments', target: this.#directory, retryable: true, cause: error }
      throw new HozonError('HOZON_BUFFER_DISK', (error as Error).message, details)
    } finally {
      this.#room.wake()
    }
  }

  stats(): BufferStats {
    const { active, segments } = this.#log
    const live = active.records > 0 ? [...segments.list(), active] : segments.list()
    let oldestArrivalMs: number | undefined
    for (const { firstArrivalMs } of live)
      oldestArrivalMs = Math.min(oldestArrivalMs ?? Infinity, firstArrivalMs)
    return {
      records: segments.records + active.records,
      bytes: segments.bytes + active.bytes,
      receivedRecords: this.#receivedRecords,
      receivedBytes: this.#receivedBytes,
      oldestArrivalMs,
      activeArrivalMs: active.records > 0 ? active.firstArrivalMs : undefined,
      stalled: this.#stall.state,
    }
  }

  setSegmentBytesMax(bytes: number): void {
    this.#limits = { ...this.#limits, segmentBytesMax: bytes }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    while (this.#running !== undefined) await this.#running
    await this.#stall.close()
    this.#room.wake()
    this.#seal()
    try {
      await this.#log.close()
    } catch (error) {
      // All that was acknowledged is durable; the last entry only spares the next start some reading.
      if (!isDiskError(error)) throw error
    }
  }

  #admit(item: QueuedAppend): void {
    const { bytes, progress } = item
    if (this.#isClosed)
      throw new HozonError('HOZON_BUFFER_CLOSED', 'the buffer is closed', {
        op: 'append',
        target: this.stream,
      })
    if (progress !== undefined) this.#log.sources.expect(progress)
    if (this.#stall.state !== undefined) throw this.#stall.error()
    if (!this.#hasRoom(bytes)) throw this.#fullError(bytes)
    if (progress !== undefined) this.#log.sources.queue(progress)
    this.#queue.push(item)
    this.#schedule()
  }

  #hasRoom(bytes: number): boolean {
    if (this.#isClosed) return true
    if (this.#stall.state !== undefined) return false
    // One batch beyond the budget passes an empty buffer or queue: otherwise it could never be taken.
    const usedBytes = this.#usedBytes()
    if (usedBytes > 0 && usedBytes + bytes > this.#limits.streamBytesMax) return false
    return this.#queue.bytes === 0 || this.#queue.bytes + bytes <= QUEUE_BYTES_MAX
  }

  #usedBytes(): number {
    return this.#log.segments.bytes + this.#log.active.bytes + this.#queue.bytes + this.#committingBytes
  }

  #fullError(bytes: number): HozonError {
    const message = `no room for ${bytes} bytes: ${this.#usedBytes()} wait for delivery, ${this.#queue.bytes} of them for the disk`
    const hint = 'deliveries make room; look for a store that does not take them'
    return new HozonError('HOZON_BUFFER_FULL', message, {
      op: 'append',
      target: this.stream,
      hint,
      retryable: true,
    })
  }

  #schedule(): void {
    if (this.#running !== undefined) return
    // Not at once: appends of the same tick share the commit.
    this.#running = Promise.resolve()
      .then(() => this.#run())
      .finally(() => {
        this.#running = undefined
        if (!this.#queue.isEmpty || this.#sealWaiters.length > 0) this.#schedule()
      })
  }

  async #run(): Promise<void> {
    while (this.#stall.state === undefined) {
      if (this.#sealWaiters.length > 0) this.#seal()
      if (this.#queue.isEmpty) break
      await this.#gather()
      const items = this.#queue.take(this.#log.active, this.#limits)
      if (items.length === 0) this.#seal()
      else await this.#commit(items)
      if (this.#log.active.bytes >= this.#limits.segmentBytesMax) this.#seal()
    }
    if (this.#sealWaiters.length > 0) this.#seal()
  }

  /** Where many senders are at work, waits as long as their requests keep coming: all of them share the next fsync. */
  async #gather(): Promise<void> {
    if (this.#committedRequests + this.#queue.requests < GATHER_REQUESTS_MIN) return
    const endMs = this.#sys.clock.monotonic() + GATHER_MS_MAX
    let before: number
    do {
      if (this.#queue.bytes >= GATHER_BYTES) return
      before = this.#queue.requests
      await this.#sys.clock.sleep(GATHER_STEP_MS)
    } while (this.#queue.requests > before && this.#sys.clock.monotonic() < endMs)
  }

  async #commit(items: QueuedAppend[]): Promise<void> {
    this.#committedRequests = countRequests(items)
    const plan = planCommit(this.#log.active, items, this.#sys.clock.now())
    const bytes = plan.data === undefined ? 0 : plan.data.to - plan.data.from
    this.#committingBytes = bytes
    try {
      await this.#checkReserve(bytes)
      await this.#log.commit(plan)
    } catch (error) {
      if (!isDiskError(error)) throw error
      this.#committingBytes = 0
      this.#fail(items, error)
      return
    }
    this.#committingBytes = 0
    this.#receivedBytes += bytes
    this.#receivedRecords += plan.data?.records ?? 0
    for (const { chunks, progress, resolve } of items) {
      this.onCommit(chunks, progress)
      resolve()
    }
    this.#room.wake()
    if (this.#log.isJournalLong(this.#limits.journalBytesMax)) await this.#compact()
  }

  async #compact(): Promise<void> {
    this.#seal()
    this.#log.requests.expire(this.#sys.clock.now())
    try {
      await this.#log.compact()
    } catch (error) {
      if (!isDiskError(error)) throw error
      this.#fail([], error)
    }
  }

  async #checkReserve(bytes: number): Promise<void> {
    const nowMs = this.#sys.clock.monotonic()
    this.#bytesSinceReserveCheck += bytes
    const isRecent = nowMs - this.#lastReserveCheckMs < RESERVE_CHECK_MS
    if (isRecent && this.#bytesSinceReserveCheck < RESERVE_CHECK_BYTES) return
    const freeBytes = await this.#sys.files.freeBytes(this.#directory)
    if (freeBytes < this.#limits.diskReserveBytes)
      throw reserveError(freeBytes, this.#limits.diskReserveBytes)
    this.#bytesSinceReserveCheck = 0
    this.#lastReserveCheckMs = nowMs
  }

  #seal(): void {
    const sealed = this.#log.sealActive()
    if (sealed !== undefined) this.onSealed(sealed)
    for (const resolve of this.#sealWaiters.splice(0)) resolve()
  }

  /** Nothing of these items is kept; what was queued behind them of the same sources could only leave a hole. */
  #fail(failed: QueuedAppend[], error: unknown): void {
    const queued = this.#queue.takeAll()
    for (const { progress } of [...failed, ...queued].toReversed())
      if (progress !== undefined) this.#log.sources.rewind(progress)
    this.#beginStall(error)
    const broken = new Map<string, number>()
    for (const { progress, reject } of failed) {
      if (progress !== undefined && !broken.has(progress.source)) broken.set(progress.source, progress.from)
      reject(this.#stall.error())
    }
    for (const { progress, reject } of queued) {
      const expected = progress === undefined ? undefined : broken.get(progress.source)
      if (progress !== undefined && expected === undefined) broken.set(progress.source, progress.from)
      reject(
        expected === undefined ? this.#stall.error() : orderError(progress!.source, progress!.from, expected),
      )
    }
  }

  #beginStall(error: unknown): void {
    const resumed = (): void => this.#room.wake()
    this.#stall.begin(error, () => this.#probe(), resumed)
  }

  async #probe(): Promise<void> {
    const freeBytes = await this.#sys.files.freeBytes(this.#directory)
    if (freeBytes < this.#limits.diskReserveBytes)
      throw reserveError(freeBytes, this.#limits.diskReserveBytes)
    if (!this.#log.isBroken) return
    const sealed = await this.#log.repair()
    if (sealed !== undefined) this.onSealed(sealed)
  }
}
