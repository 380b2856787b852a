/** While the disk refuses writes: what is told to callers, and the probe that ends it. */
import { HozonError, systemCode } from '../base/errors.ts'
import type { Clock } from '../sys/sys.ts'
import type { BufferStats } from './buffer.ts'

/** The first probe comes soon (a passing error), later ones rarely enough not to disturb whoever makes room. */
const PROBE_FIRST_MS = 50
const PROBE_MS_MAX = 1000

export class DiskStall {
  readonly #clock: Clock
  readonly #stop = new AbortController()
  #state: BufferStats['stalled']
  #cause: unknown
  #probing: Promise<void> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get state(): BufferStats['stalled'] {
    return this.#state
  }

  /** Repeats `probe` until it does not reject with a system error; then calls `resumed`. */
  begin(cause: unknown, probe: () => Promise<void>, resumed: () => void): void {
    this.#set(cause)
    this.#probing ??= this.#probe(probe, resumed).finally(() => (this.#probing = undefined))
  }

  /** What an append is rejected with. */
  error(): HozonError {
    const hint = 'make room on the disk or repair it; the buffer goes on by itself'
    const details = { op: 'append', hint, retryable: true, cause: this.#cause }
    return new HozonError('HOZON_BUFFER_DISK', this.#state?.message ?? 'disk refuses writes', details)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#probing
  }

  async #probe(probe: () => Promise<void>, resumed: () => void): Promise<void> {
    const { signal } = this.#stop
    for (let waitMs = PROBE_FIRST_MS; ; waitMs = Math.min(2 * waitMs, PROBE_MS_MAX)) {
      await this.#clock.sleep(waitMs, signal)
      if (signal.aborted) return
      try {
        await probe()
        break
      } catch (error) {
        if (!isDiskError(error)) throw error
        this.#set(error)
      }
    }
    this.#state = undefined
    resumed()
  }

  #set(cause: unknown): void {
    this.#cause = cause
    const message = cause instanceof Error ? cause.message : String(cause)
    const sinceMs = this.#state?.sinceMs ?? this.#clock.now()
    this.#state = { code: systemCode(cause) ?? 'HOZON_BUFFER_DISK', message, sinceMs }
  }
}

/** Neither a bug nor a corrupt buffer may be taken for a disk that will recover. */
export function isDiskError(error: unknown): boolean {
  const code = systemCode(error)
  return code !== undefined && !/^(ERR|HOZON)_/.test(code)
}

/** As a full disk would be, but early enough that journal, catalog and deliveries can still be written. */
export function reserveError(freeBytes: number, reserveBytes: number): Error {
  const message = `${freeBytes} bytes are free, less than the reserve of ${reserveBytes}`
  return Object.assign(new Error(message), { code: 'ENOSPC' })
}
