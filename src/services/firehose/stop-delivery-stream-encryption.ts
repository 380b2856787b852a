import type { Operation } from '../../aws/service.ts'
import { streamNamed, type FirehoseContext } from './context.ts'
import { NOT_ENCRYPTED } from './encryption.ts'
import type { StreamInput } from './inputs.ts'
import { STOP_DELIVERY_STREAM_ENCRYPTION_INPUT } from './shapes.ts'

export const stopDeliveryStreamEncryption: Operation<FirehoseContext, StreamInput> = {
  name: 'StopDeliveryStreamEncryption',
  roles: ['admin'],
  input: STOP_DELIVERY_STREAM_ENCRYPTION_INPUT,
  handle: (context, { DeliveryStreamName: name }) =>
    context.turns.take(name, async () => {
      const { definition } = streamNamed(context, name)
      await context.streams.update({ ...definition, encryption: NOT_ENCRYPTED })
      return {}
    }),
}
