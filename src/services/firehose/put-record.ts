import type { Operation } from '../../aws/service.ts'
import type { FirehoseContext } from './context.ts'
import type { RecordInput, StreamInput } from './inputs.ts'
import { parsePutRecord } from './put-body.ts'
import { putRecords } from './put.ts'
import { recordId } from './record-ids.ts'
import { PUT_RECORD_INPUT } from './shapes.ts'

interface PutRecordInput extends StreamInput {
  Record: RecordInput
}

export const putRecord: Operation<FirehoseContext, PutRecordInput> = {
  name: 'PutRecord',
  roles: ['ingest', 'admin'],
  input: PUT_RECORD_INPUT,
  parse: parsePutRecord,
  handle: async (context, { DeliveryStreamName: name, Record: record }, call) => {
    const isEncrypted = await putRecords(context, name, [record], call)
    return { RecordId: recordId(call.identity), Encrypted: isEncrypted }
  },
}
