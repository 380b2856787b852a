import type { FileStat, OpenFile } from '../../sys/sys.ts'
import type { GzipContent } from './gzip-content.ts'
import type { Proof } from './content-proof.ts'
import { inodeKey, proofOf, START, type Position, type SavedState } from './identity.ts'

/** Positions remembered for comparison with copies that are shorter than what was read meanwhile. */
const TRAIL_MAX = 16

/** One generation of a file: one content from its first byte on, whatever its name becomes. */
export class FollowedFile {
  readonly source: string
  /** The name it is followed for, and since when (epoch ms) that name is followed. */
  readonly name: string
  readonly since: number
  /** Where it was seen last. */
  path: string
  stat: FileStat
  file: OpenFile | undefined
  /** `file` when its content is compressed. */
  gzip: GzipContent | undefined
  readonly birth: string
  /** Born of a truncation: a stale writer may have left a hole at its start. */
  isTruncated = false
  isGzip = false

  durable: Position = START
  /** Up to here bytes were given to the buffer. */
  handed: Position = START
  outstandingBytes = 0
  outstandingBatches = 0
  /** An append was refused: reading begins again at `durable` when all outstanding ones have settled. */
  isRewinding = false
  /** The buffer knows this source. */
  isSaved = false
  isWaitingForRoom = false
  /** An unfinished line longer than the limit: its bytes were looked at up to here. */
  longLineScanned = 0

  isBusy = false
  isQueued = false
  /** Something happened while it was busy. */
  isTouched = false
  /** `path` holds another file now, or none. */
  isMoved = false
  /** Monotonic: when the look began that last found its end, and the size then. */
  endSeenAtMs = -Infinity
  endSize = 0
  /** The same of the last look that found it not rewritten. */
  lookedAtMs = -Infinity
  #trail: Proof[] = []
  /** How often the end was seen since it was moved or unlinked without anything new. */
  endsSeen = 0
  changedAtMs = 0
  /** Its end was reached and nothing new will be read: closed, or its content went on as another generation. */
  isDone = false
  isDenied = false
  cutLines = 0
  message: string | undefined
  /** Bytes that were in the file and had not been read when it was truncated; a copy may still bring them. */
  unreadBytes = 0
  /** The same of earlier generations in this inode. */
  lostBytes = 0

  constructor(options: {
    source: string
    name: string
    since: number
    path: string
    stat: FileStat
    file: OpenFile
    at: Position
  }) {
    this.source = options.source
    this.name = options.name
    this.since = options.since
    this.path = options.path
    this.stat = options.stat
    this.file = options.file
    this.durable = options.at
    this.handed = options.at
    this.birth = String(options.stat.birthtimeNs)
  }

  get key(): string {
    return inodeKey(this.stat)
  }

  get headBytes(): Buffer {
    return this.handed.head
  }

  /** Earlier positions, ascending. */
  get trail(): readonly Proof[] {
    return this.#trail
  }

  /** Every second of the older half is dropped: recent positions lie close, older ones further apart. */
  addToTrail(at: Position): void {
    this.#trail.push({ ...proofOf(at), offset: at.offset })
    if (this.#trail.length <= TRAIL_MAX) return
    const older = this.#trail.splice(0, TRAIL_MAX / 2)
    this.#trail.unshift(...older.filter((_, index) => index % 2 === 1))
  }

  /** Of decompressed content, once its end was met. */
  get contentLength(): number | undefined {
    return this.gzip?.length
  }

  get isUnlinked(): boolean {
    return this.stat.nlink === 0
  }

  stateAt(at: Position, nowMs: number): SavedState {
    return {
      dev: String(this.stat.dev),
      ino: String(this.stat.ino),
      birth: this.birth,
      ...proofOf(at),
      ...(at.flushed ? { flushed: true } : {}),
      ...(this.isGzip ? { gzip: true } : {}),
      ...(this.isTruncated ? { truncated: true } : {}),
      name: this.name,
      since: this.since,
      seen: nowMs,
    }
  }
}
