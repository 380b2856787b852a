import type { Operation } from '../../aws/service.ts'
import { streamNamed, type FirehoseContext } from './context.ts'
import type { StreamInput } from './inputs.ts'
import { UNTAG_DELIVERY_STREAM_INPUT } from './shapes.ts'
import { withoutTags } from './tags.ts'

interface UntagDeliveryStreamInput extends StreamInput {
  TagKeys: string[]
}

/** Keys that are not there are passed over, as AWS does. */
export const untagDeliveryStream: Operation<FirehoseContext, UntagDeliveryStreamInput> = {
  name: 'UntagDeliveryStream',
  roles: ['admin'],
  input: UNTAG_DELIVERY_STREAM_INPUT,
  handle: (context, { DeliveryStreamName: name, TagKeys: keys }) =>
    context.turns.take(name, async () => {
      const { definition } = streamNamed(context, name)
      await context.streams.update({ ...definition, tags: withoutTags(definition.tags, keys) })
      return {}
    }),
}
