/** The contract of the room: a source brings records into a stream's buffer. One file (or folder) per kind. */
export interface Source {
  /** Starts following; resolves when the first scan is done. Runs until stop(). */
  start(): Promise<void>
  /** Stops reading; resolves when all that was handed over has settled. */
  stop(): Promise<void>
  status(): SourceStatus[]
}

/** One followed file, for `hozon status`. */
export interface SourceStatus {
  path: string
  /** Durable read position and size of the file, in bytes (of the decompressed content for gzip). */
  offset: number
  size: number
  /** reading: behind · following: at the end · draining: rotated away or deleted, still open · waiting: no room in the
   *  buffer · denied: no permission · gone */
  state: 'reading' | 'following' | 'draining' | 'waiting' | 'denied' | 'gone'
  /** Lines cut because they were longer than the limit, since start. */
  cutLines: number
  message?: string
}
