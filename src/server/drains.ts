/**
 * Deleted streams whose last records are on their way to the store. A stream is gone when they are delivered; after a
 * crash or a stop in between its drain begins anew at the next start.
 */
import { AssertionError } from 'node:assert'
import { HozonError } from '../base/errors.ts'
import type { DeliveryEvents } from '../deliver/stream-delivery.ts'
import type { DeliveryStreamDefinition } from '../services/firehose/definition.ts'
import type { Clock } from '../sys/sys.ts'
import type { OpenStream } from './open-stream.ts'

export interface Drains<Stream> {
  /** `settled`: nothing that was put is on its way to the buffer any more. Resolves when the stream is gone, or the drain ended before. */
  begin(stream: Stream, definition: DeliveryStreamDefinition, settled: () => Promise<void>): Promise<void>
  /** Ends a drain that gets on nowhere. Its delivery is to be stopped first. */
  end(name: string): Promise<void>
  /** Nothing is begun any more. The streams' deliveries are to be stopped then, which ends drains that wait for them. */
  stop(): void
  /** Resolves when nothing of a drain is under way. */
  stopped(): Promise<void>
}

/** While the disk refuses writes nothing can be sealed: how often that is looked at. */
const SEAL_RETRY_MS = 500
const RETRY_MS_FIRST = 200
const RETRY_MS_MAX = 30_000

type DrainedStream = Pick<OpenStream, 'config' | 'buffer' | 'delivery'>

export function openDrains<Stream extends DrainedStream>({
  clock,
  events,
  remove,
  forget,
}: {
  clock: Clock
  events: Pick<DeliveryEvents, 'failed' | 'recovered'>
  /** From here on the stream is gone for ever. Can be repeated. */
  remove: (definition: DeliveryStreamDefinition) => Promise<void>
  /** Closes what is open of it. */
  forget: (stream: Stream) => Promise<void>
}): Drains<Stream> {
  const running = new Map<string, { done: Promise<void>; ending: AbortController }>()

  async function deliverAll({ buffer, delivery }: Stream, ended: AbortSignal): Promise<void> {
    while (buffer.stats().records > 0) {
      await delivery.flush()
      // Records that could not be sealed are still there: without them the stream may not go.
      if (buffer.stats().records > 0) await clock.sleep(SEAL_RETRY_MS, ended)
      if (ended.aborted) return
    }
  }

  /** Whether it worked before the end. */
  async function untilRemoved(definition: DeliveryStreamDefinition, ended: AbortSignal): Promise<boolean> {
    const { name } = definition
    let isFailing = false
    for (let waitMs = RETRY_MS_FIRST; !ended.aborted; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      try {
        await remove(definition)
        if (isFailing) events.recovered(name)
        return !ended.aborted
      } catch (error) {
        // A bug must not be repeated for ever in silence: the edge of the process ends it.
        if (error instanceof AssertionError) throw error
        if (!isFailing) events.failed(name, error)
        isFailing = true
        await clock.sleep(waitMs, ended)
      }
    }
    return false
  }

  async function drain(
    stream: Stream,
    definition: DeliveryStreamDefinition,
    settled: () => Promise<void>,
    ended: AbortSignal,
  ): Promise<void> {
    try {
      await settled()
      await deliverAll(stream, ended)
    } catch (error) {
      // The server stops, or the records are given up, which is no failure.
      if (error instanceof HozonError && error.code === 'HOZON_STOPPING') return
      throw error
    }
    if (await untilRemoved(definition, ended)) await forget(stream)
  }

  return {
    begin(stream, definition, settled) {
      const { name } = definition
      const ending = new AbortController()
      const done = drain(stream, definition, settled, ending.signal).finally(() => running.delete(name))
      running.set(name, { done, ending })
      return done
    },
    async end(name) {
      running.get(name)?.ending.abort()
      await running.get(name)?.done
    },
    stop() {
      for (const { ending } of running.values()) ending.abort()
    },
    async stopped() {
      await Promise.allSettled([...running.values()].map(({ done }) => done))
    },
  }
}
