import type { Operation } from '../../aws/service.ts'
import { streamNamed, type FirehoseContext } from './context.ts'
import { definedInPipeline } from './faults.ts'
import type { StreamInput } from './inputs.ts'
import { DELETE_DELIVERY_STREAM_INPUT } from './shapes.ts'

interface DeleteDeliveryStreamInput extends StreamInput {
  AllowForceDelete?: boolean
}

export const deleteDeliveryStream: Operation<FirehoseContext, DeleteDeliveryStreamInput> = {
  name: 'DeleteDeliveryStream',
  roles: ['admin'],
  input: DELETE_DELIVERY_STREAM_INPUT,
  handle: (context, { DeliveryStreamName: name, AllowForceDelete: isForced }) =>
    context.turns.take(name, async () => {
      if (streamNamed(context, name).origin === 'pipeline') throw definedInPipeline(name)
      await context.streams.remove(name, isForced === true)
      return {}
    }),
}
