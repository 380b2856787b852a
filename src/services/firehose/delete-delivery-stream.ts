import type { Operation } from '../../aws/service.ts'
import type { FirehoseContext } from './context.ts'
import { definedInPipeline, streamNotFound } from './faults.ts'
import type { StreamInput } from './inputs.ts'
import { DELETE_DELIVERY_STREAM_INPUT } from './shapes.ts'

interface DeleteDeliveryStreamInput extends StreamInput {
  AllowForceDelete?: boolean
}

/** Forced, it gives up what can not be delivered: a bucket that is gone would keep the stream for ever. */
export const deleteDeliveryStream: Operation<FirehoseContext, DeleteDeliveryStreamInput> = {
  name: 'DeleteDeliveryStream',
  roles: ['admin'],
  input: DELETE_DELIVERY_STREAM_INPUT,
  handle: (context, { DeliveryStreamName: name, AllowForceDelete: isForced = false }) =>
    context.turns.take(name, async () => {
      const stream = context.streams.find(name)
      if (stream === undefined) throw streamNotFound(name)
      if (stream.origin === 'pipeline') throw definedInPipeline(name)
      if (!stream.isDeleting || isForced) await context.streams.remove(name, isForced)
      return {}
    }),
}
