/** Lets one loop sleep until somebody has work for it. A wake() before the sleep is not lost. */
export class Wakeup {
  #controller = new AbortController()

  /** Ends the present sleep, or makes the next one end at once. */
  wake(): void {
    this.#controller.abort()
  }

  /** `sleep` is sys.clock.sleep. */
  async sleep(ms: number, sleep: (ms: number, signal: AbortSignal) => Promise<void>): Promise<void> {
    await sleep(ms, this.#controller.signal)
    if (this.#controller.signal.aborted) this.#controller = new AbortController()
  }
}
