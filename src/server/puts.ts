/** Records of a request to the buffer of their stream, once, however often the sender repeats it. */
import { HozonError } from '../base/errors.ts'
import type { Batch } from '../buffer/buffer.ts'
import { linesOf } from '../collect/records/lines-of.ts'
import type { DeliveryStream } from '../services/firehose/delivery-streams.ts'
import type { CloudWatch } from '../telemetry/cloudwatch.ts'
import type { OpenStream } from './open-stream.ts'

export interface Puts {
  put: DeliveryStream['put']
  /** Resolves when everything that was put before is durable or refused. */
  settled: () => Promise<void>
}

export function openPuts(
  { buffer, config }: Pick<OpenStream, 'buffer' | 'config'>,
  origin: DeliveryStream['origin'],
  cloudWatch: CloudWatch,
): Puts {
  const underWay = new Set<Promise<void>>()
  const batchOf = (records: readonly Buffer[]): Batch =>
    origin === 'api' ? recordsBatch(records) : linesOf(records, config.deliver)

  async function append(records: readonly Buffer[], requestId: Buffer): Promise<void> {
    const batch = batchOf(records)
    // Nothing but blank lines: there is nothing to keep, and nothing to recognise again.
    if (batch.records === 0) return
    try {
      await buffer.append({ ...batch, requestId })
    } catch (error) {
      if (error instanceof HozonError && error.retryable)
        cloudWatch.add(config.name, 'ThrottledRecords', records.length)
      throw error
    }
    cloudWatch.add(config.name, 'IncomingPutRequests', 1)
    cloudWatch.add(config.name, 'IncomingRecords', records.length)
    cloudWatch.add(config.name, 'IncomingBytes', bytesOf(records))
  }

  return {
    put(records, identity) {
      // Spares the batch; of two that are under way the buffer stores one.
      if (buffer.hasRequest(identity)) return Promise.resolve()
      const done = append(records, identity).finally(() => underWay.delete(done))
      underWay.add(done)
      return done
    },
    async settled() {
      await Promise.allSettled(underWay)
    },
  }
}

/** The records as they are: AWS's semantics need to know where each one ends. */
function recordsBatch(records: readonly Buffer[]): Batch {
  const recordEnds = new Uint32Array(records.length)
  let end = 0
  for (const [index, record] of records.entries()) recordEnds[index] = end += record.length
  return { chunks: records, records: records.length, recordEnds }
}

function bytesOf(records: readonly Buffer[]): number {
  return records.reduce((sum, { length }) => sum + length, 0)
}
