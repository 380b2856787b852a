/** What PutRecord and PutRecordBatch have in common: the records become durable, all of them or none. */
import { HozonError } from '../../base/errors.ts'
import type { RecordBlock } from '../../base/record-block.ts'
import { serviceUnavailable } from '../../aws/errors.ts'
import type { AwsCall } from '../../aws/service.ts'
import { streamNamed, type FirehoseContext } from './context.ts'
import { invalidArgument } from './faults.ts'

/** Of decoded records, as AWS's own clients fill a request. */
export const PUT_BYTES_MAX = 4 * 1024 * 1024

/** Resolves to whether they are encrypted. Throws AwsError: ServiceUnavailableException where waiting helps. */
export async function putRecords(
  context: FirehoseContext,
  operation: 'PutRecord' | 'PutRecordBatch',
  streamName: string,
  block: RecordBlock,
  { identity }: AwsCall,
): Promise<boolean> {
  const stream = streamNamed(context, streamName)
  if (block.bytes.length > PUT_BYTES_MAX) throw invalidArgument('Records size exceeds 4 MB limit')
  const startMs = context.clock.monotonic()
  try {
    await stream.put(block, identity)
  } catch (error) {
    if (error instanceof HozonError && error.retryable) throw serviceUnavailable()
    throw error
  }
  count(context, operation, streamName, block, startMs)
  return stream.definition.encryption.status === 'ENABLED'
}

function count(
  { clock, cloudWatch }: FirehoseContext,
  operation: 'PutRecord' | 'PutRecordBatch',
  streamName: string,
  { bytes, ends }: RecordBlock,
  startMs: number,
): void {
  cloudWatch.add(streamName, `${operation}.Requests`, 1)
  cloudWatch.add(streamName, `${operation}.Bytes`, bytes.length)
  cloudWatch.add(streamName, `${operation}.Latency`, clock.monotonic() - startMs)
  if (operation === 'PutRecordBatch') cloudWatch.add(streamName, 'PutRecordBatch.Records', ends.length)
}
