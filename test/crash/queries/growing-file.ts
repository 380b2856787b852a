/** A log file that grows: lines n = 0, 1, 2 … in bursts, none of which ends at a line's end. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const BURST_MS = 50
/** Pads of many lengths. */
const PAD_MAX = 150

export interface GrowingFile {
  /** Ends the last line; resolves with the number of lines. */
  end(): Promise<number>
}

export function growFile(path: string, linesPerSecond: number): GrowingFile {
  const file = openSync(path, 'a')
  let next = 0
  let growing = true
  let rest = ''
  const burst = (): void => {
    for (let line = 0; line < (linesPerSecond * BURST_MS) / 1000; line++) {
      rest += `{"n":${next},"half":${Math.floor(next / 2)},"pad":"${'x'.repeat((next * 31) % PAD_MAX)}"}\n`
      next++
    }
    const cut = Math.ceil(rest.length * 0.7)
    writeSync(file, rest.slice(0, cut))
    rest = rest.slice(cut)
  }
  const grown = (async () => {
    while (growing) {
      burst()
      await delay(BURST_MS)
    }
    writeSync(file, rest)
    closeSync(file)
  })()
  return {
    async end() {
      growing = false
      await grown
      return next
    },
  }
}
