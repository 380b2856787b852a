/** What the operations work with. */
import type { Clock } from '../../sys/sys.ts'
import type { CloudWatch } from '../../telemetry/cloudwatch.ts'
import type { DeliveryStream, DeliveryStreams } from './delivery-streams.ts'
import { streamNotFound } from './faults.ts'
import { createTurns, type Turns } from './turns.ts'

/** AWS's quota of streams for each region. */
export const STREAMS_PER_REGION_MAX = 5000

export interface FirehoseContext {
  streams: DeliveryStreams
  clock: Pick<Clock, 'now' | 'monotonic'>
  cloudWatch: Pick<CloudWatch, 'add'>
  /** Changes of one stream are made one after the other. */
  turns: Turns
  streamsPerRegionMax: number
}

export function createFirehoseContext(
  streams: DeliveryStreams,
  clock: FirehoseContext['clock'],
  cloudWatch: FirehoseContext['cloudWatch'],
  streamsPerRegionMax: number = STREAMS_PER_REGION_MAX,
): FirehoseContext {
  return { streams, clock, cloudWatch, turns: createTurns(), streamsPerRegionMax }
}

/** One that is not being deleted. Throws ResourceNotFoundException. */
export function streamNamed(context: FirehoseContext, name: string): DeliveryStream {
  const stream = context.streams.find(name)
  if (stream === undefined || stream.isDeleting) throw streamNotFound(name)
  return stream
}
