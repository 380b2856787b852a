/** Follows files by glob through rotation of any kind; each line reaches the buffer once, in order per file. */
import { compileGlob } from './glob-pattern.ts'
import { blockPool } from './byte-budget.ts'
import { directoryCensus } from './directory-census.ts'
import { follower } from './follower.ts'
import { handOver } from './hand-over.ts'
import { blockBytesFor } from './read-step.ts'
import { readingQueue } from './reading-queue.ts'
import { DEFAULT_TAIL_LIMITS, type TailLimits } from './tail-limits.ts'
import { wakeUp } from './wake-up.ts'
import { watchedGlobs } from './watched-globs.ts'
import { systemCode } from '../../base/errors.ts'
import type { TailConfig } from '../../base/stream.ts'
import type { StreamBuffer } from '../../buffer/buffer.ts'
import type { Parser } from '../../format/parsers/parser.ts'
import type { Sys } from '../../sys/sys.ts'
import type { Source } from '../source.ts'

export interface TailOptions {
  /** The stream keeps bytes as they are: a byte order mark stays. */
  isRaw?: boolean
  limits?: Partial<TailLimits>
}

export function tailSource(
  sys: Sys,
  config: TailConfig,
  buffer: StreamBuffer,
  parser: Parser,
  options: TailOptions = {},
): Source {
  const limits = { ...DEFAULT_TAIL_LIMITS, ...options.limits }
  const stopping = new AbortController()
  const { signal } = stopping
  const wake = wakeUp(sys.clock)
  const pool = blockPool(limits.outstandingBytesMax, blockBytesFor(limits))
  const reaches = config.paths.flatMap(compileGlob)
  const census = directoryCensus({ sys, limits, reaches, wake: () => wake.now() })
  const hands = handOver({ clock: sys.clock, buffer, signal, ready: (file) => queue.add(file) })
  const context = { pool, parser, handOver: hands, limits, isRaw: options.isRaw ?? false }
  const queue = readingQueue({
    signal,
    readBlock: (file) => files.readBlock(file),
    left: (file) => hands.readerLeft(file),
  })
  const watched = watchedGlobs(sys.clock, config.paths, buffer)
  const files = follower({ sys, config, buffer, census, context, queue, watched })
  let running: Promise<void> | undefined
  let announced: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await wake.wait(files.nextLookMs(), signal)
      if (signal.aborted) return
      try {
        await files.look()
      } catch (error) {
        // A disk that fails for a moment ends this look, not the following: the next sweep looks at everything again.
        if (systemCode(error) === undefined) throw error
      }
      // Changes that come in a burst are looked at together.
      await sys.clock.sleep(limits.gatherMs, signal)
    }
  }

  return {
    async start() {
      // Not awaited: a disk that takes nothing for now is no reason not to look.
      announced = watched.announce()
      await files.firstLook()
      running = run()
    },
    async stop() {
      stopping.abort()
      wake.now()
      await running
      census.close()
      await queue.idle()
      await hands.settled()
      await announced
      await files.close()
    },
    status: () => files.status(),
  }
}
