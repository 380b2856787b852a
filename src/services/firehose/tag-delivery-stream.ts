import type { Operation } from '../../aws/service.ts'
import { streamNamed, type FirehoseContext } from './context.ts'
import type { StreamInput, Tag } from './inputs.ts'
import { TAG_DELIVERY_STREAM_INPUT } from './shapes.ts'
import { taggedWith } from './tags.ts'

interface TagDeliveryStreamInput extends StreamInput {
  Tags: Tag[]
}

export const tagDeliveryStream: Operation<FirehoseContext, TagDeliveryStreamInput> = {
  name: 'TagDeliveryStream',
  roles: ['admin'],
  input: TAG_DELIVERY_STREAM_INPUT,
  handle: (context, { DeliveryStreamName: name, Tags: added }) =>
    context.turns.take(name, async () => {
      const { definition } = streamNamed(context, name)
      await context.streams.update({ ...definition, tags: taggedWith(definition.tags, added) })
      return {}
    }),
}
