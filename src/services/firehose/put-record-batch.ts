import type { Operation } from '../../aws/service.ts'
import type { FirehoseContext } from './context.ts'
import { blockOf } from '../../base/record-block.ts'
import type { RecordInput, StreamInput } from './inputs.ts'
import { readPutRecordBatch, type ReadPut } from './put-body.ts'
import { putRecords } from './put.ts'
import { withRecordIds } from './record-ids.ts'
import { PUT_RECORD_BATCH_INPUT } from './shapes.ts'

interface PutRecordBatchInput extends StreamInput {
  Records: RecordInput[]
}

/** Never a part of a batch: clients that see one failure send everything again (Fluent Bit), which would double the rest. */
export const putRecordBatch: Operation<FirehoseContext, PutRecordBatchInput | ReadPut> = {
  name: 'PutRecordBatch',
  roles: ['ingest', 'admin'],
  input: PUT_RECORD_BATCH_INPUT,
  read: readPutRecordBatch,
  handle: async (context, input, call) => {
    const block = 'block' in input ? input.block : blockOf(input.Records.map(({ Data }) => Data))
    const isEncrypted = await putRecords(context, 'PutRecordBatch', input.DeliveryStreamName, block, call)
    // Compact: Fluent Bit looks for `"FailedPutCount":0` to the letter.
    const head = `{"FailedPutCount":0,"Encrypted":${isEncrypted},"RequestResponses":`
    return withRecordIds(head, call, block.ends.length)
  },
}
