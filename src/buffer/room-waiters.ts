/** Callers of waitForRoom(). */
interface Waiter {
  bytes: number
  resolve: () => void
}

export class RoomWaiters {
  readonly #hasRoom: (bytes: number) => boolean
  readonly #waiters = new Set<Waiter>()

  constructor(hasRoom: (bytes: number) => boolean) {
    this.#hasRoom = hasRoom
  }

  wait(bytes: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#hasRoom(bytes)) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiter: Waiter = { bytes, resolve: () => settle() }
    const settle = (): void => {
      signal.removeEventListener('abort', settle)
      this.#waiters.delete(waiter)
      resolve()
    }
    signal.addEventListener('abort', settle)
    this.#waiters.add(waiter)
    return promise
  }

  /** Call after anything that may have made room. */
  wake(): void {
    for (const waiter of this.#waiters) if (this.#hasRoom(waiter.bytes)) waiter.resolve()
  }
}
