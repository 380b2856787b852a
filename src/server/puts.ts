/** Records of a request to the buffer of their stream, once, however often the sender repeats it. */
import { HozonError } from '../base/errors.ts'
import type { Batch } from '../buffer/buffer.ts'
import { linesOf } from '../collect/records/lines-of.ts'
import type { DeliveryStream } from '../services/firehose/delivery-streams.ts'
import type { CloudWatch } from '../telemetry/cloudwatch.ts'
import type { OpenStream } from './open-stream.ts'

export function openPuts(
  { buffer, config }: Pick<OpenStream, 'buffer' | 'config'>,
  origin: DeliveryStream['origin'],
  cloudWatch: CloudWatch,
): DeliveryStream['put'] {
  const running = new Map<string, Promise<void>>()
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

  // Nothing awaits between the look and append(): of two requests with one identity one is stored.
  return (records, identity) => {
    if (buffer.hasRequest(identity)) return Promise.resolve()
    const key = identity.toString('latin1')
    const before = running.get(key)
    if (before !== undefined) return before
    const done = append(records, identity).finally(() => running.delete(key))
    running.set(key, done)
    return done
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
