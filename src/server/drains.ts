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
  has(name: string): boolean
  /** `settled`: nothing that was put is on its way to the buffer any more. */
  begin(stream: Stream, definition: DeliveryStreamDefinition, settled: () => Promise<void>): void
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
  const names = new Set<string>()
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()

  async function deliverAll({ buffer, delivery }: Stream): Promise<void> {
    while (buffer.stats().records > 0) {
      await delivery.flush()
      // Records that could not be sealed are still there: without them the stream may not go.
      if (buffer.stats().records > 0) await clock.sleep(SEAL_RETRY_MS, stopping.signal)
      if (stopping.signal.aborted) return
    }
  }

  /** Whether it worked before the stop. */
  async function untilRemoved(definition: DeliveryStreamDefinition): Promise<boolean> {
    const { name } = definition
    let isFailing = false
    for (let waitMs = RETRY_MS_FIRST; !stopping.signal.aborted; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      try {
        await remove(definition)
        if (isFailing) events.recovered(name)
        return !stopping.signal.aborted
      } catch (error) {
        // A bug must not be repeated for ever in silence: the edge of the process ends it.
        if (error instanceof AssertionError) throw error
        if (!isFailing) events.failed(name, error)
        isFailing = true
        await clock.sleep(waitMs, stopping.signal)
      }
    }
    return false
  }

  async function drain(
    stream: Stream,
    definition: DeliveryStreamDefinition,
    settled: () => Promise<void>,
  ): Promise<void> {
    try {
      await settled()
      await deliverAll(stream)
    } catch (error) {
      // The server stops, which is no failure.
      if (error instanceof HozonError && error.code === 'HOZON_STOPPING') return
      throw error
    }
    if (!(await untilRemoved(definition))) return
    await forget(stream)
    names.delete(definition.name)
  }

  return {
    has: (name) => names.has(name),
    begin(stream, definition, settled) {
      names.add(definition.name)
      const draining = drain(stream, definition, settled).finally(() => running.delete(draining))
      running.add(draining)
    },
    stop: () => stopping.abort(),
    async stopped() {
      await Promise.allSettled(running)
    },
  }
}
