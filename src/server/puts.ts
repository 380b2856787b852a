/** Records of a request to the buffer of their stream, once, however often the sender repeats it. */
import { HozonError } from '../base/errors.ts'
import type { RecordBlock } from '../base/record-block.ts'
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
  const batchOf = (block: RecordBlock): Batch =>
    origin === 'api' ? recordsBatch(block) : linesOf(block, config.deliver)

  async function append(block: RecordBlock, requestId: Buffer): Promise<void> {
    const { bytes, ends } = block
    const batch = batchOf(block)
    // Nothing but blank lines: there is nothing to keep, and nothing to recognise again.
    if (batch.records === 0) return
    try {
      await buffer.append({ ...batch, requestId })
    } catch (error) {
      if (error instanceof HozonError && error.retryable)
        cloudWatch.add(config.name, 'ThrottledRecords', ends.length)
      throw error
    }
    cloudWatch.add(config.name, 'IncomingPutRequests', 1)
    cloudWatch.add(config.name, 'IncomingRecords', ends.length)
    cloudWatch.add(config.name, 'IncomingBytes', bytes.length)
  }

  return {
    put(block, identity) {
      // Spares the batch; of two that are under way the buffer stores one.
      if (buffer.hasRequest(identity)) return Promise.resolve()
      const done = append(block, identity).finally(() => underWay.delete(done))
      underWay.add(done)
      return done
    },
    async settled() {
      await Promise.allSettled(underWay)
    },
  }
}

/** The records as they are: AWS's semantics need to know where each one ends. */
function recordsBatch({ bytes, ends }: RecordBlock): Batch {
  return { chunks: [bytes], records: ends.length, recordEnds: ends }
}
