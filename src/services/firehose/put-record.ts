import type { Operation } from '../../aws/service.ts'
import type { FirehoseContext } from './context.ts'
import { blockOf } from '../../base/record-block.ts'
import type { RecordInput, StreamInput } from './inputs.ts'
import { readPutRecord, type ReadPut } from './put-body.ts'
import { putRecords } from './put.ts'
import { recordId } from './record-ids.ts'
import { PUT_RECORD_INPUT } from './shapes.ts'

interface PutRecordInput extends StreamInput {
  Record: RecordInput
}

export const putRecord: Operation<FirehoseContext, PutRecordInput | ReadPut> = {
  name: 'PutRecord',
  roles: ['ingest', 'admin'],
  input: PUT_RECORD_INPUT,
  read: readPutRecord,
  handle: async (context, input, call) => {
    const block = 'block' in input ? input.block : blockOf([input.Record.Data])
    const isEncrypted = await putRecords(context, 'PutRecord', input.DeliveryStreamName, block, call)
    return { RecordId: recordId(call.identity), Encrypted: isEncrypted }
  },
}
