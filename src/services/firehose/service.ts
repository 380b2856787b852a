/** The Data Firehose API: its twelve operations. */
import type { JsonService } from '../../aws/service.ts'
import { streamArn } from './arns.ts'
import type { FirehoseContext } from './context.ts'
import { createDeliveryStream } from './create-delivery-stream.ts'
import { deleteDeliveryStream } from './delete-delivery-stream.ts'
import { describeDeliveryStream } from './describe-delivery-stream.ts'
import { listDeliveryStreams } from './list-delivery-streams.ts'
import { listTagsForDeliveryStream } from './list-tags-for-delivery-stream.ts'
import { putRecordBatch } from './put-record-batch.ts'
import { putRecord } from './put-record.ts'
import { startDeliveryStreamEncryption } from './start-delivery-stream-encryption.ts'
import { stopDeliveryStreamEncryption } from './stop-delivery-stream-encryption.ts'
import { tagDeliveryStream } from './tag-delivery-stream.ts'
import { untagDeliveryStream } from './untag-delivery-stream.ts'
import { updateDestination } from './update-destination.ts'

export const FIREHOSE: JsonService<FirehoseContext> = {
  targetPrefix: 'Firehose_20150804',
  signingName: 'firehose',
  operations: [
    createDeliveryStream,
    deleteDeliveryStream,
    describeDeliveryStream,
    listDeliveryStreams,
    listTagsForDeliveryStream,
    putRecord,
    putRecordBatch,
    startDeliveryStreamEncryption,
    stopDeliveryStreamEncryption,
    tagDeliveryStream,
    untagDeliveryStream,
    updateDestination,
  ],
  resource: (input, { region }) => streamArn(region, nameIn(input)),
}

/** As the shapes have it: nobody chooses more of our text than this. */
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/

/** Of an input that was not checked yet. */
function nameIn(input: unknown): string {
  const { DeliveryStreamName: name } = (input ?? {}) as { DeliveryStreamName?: unknown }
  return typeof name === 'string' && NAME.test(name) ? name : '*'
}
