import type { Operation } from '../../aws/service.ts'
import type { FirehoseContext } from './context.ts'
import { changeEncryption, NOT_ENCRYPTED } from './encryption.ts'
import type { StreamInput } from './inputs.ts'
import { STOP_DELIVERY_STREAM_ENCRYPTION_INPUT } from './shapes.ts'

export const stopDeliveryStreamEncryption: Operation<FirehoseContext, StreamInput> = {
  name: 'StopDeliveryStreamEncryption',
  roles: ['admin'],
  input: STOP_DELIVERY_STREAM_ENCRYPTION_INPUT,
  handle: (context, { DeliveryStreamName: name }) => changeEncryption(context, name, () => NOT_ENCRYPTED),
}
