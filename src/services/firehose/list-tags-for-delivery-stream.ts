import type { Operation } from '../../aws/service.ts'
import { streamNamed, type FirehoseContext } from './context.ts'
import type { StreamInput } from './inputs.ts'
import { LIST_TAGS_FOR_DELIVERY_STREAM_INPUT } from './shapes.ts'
import { TAGS_MAX, tagList } from './tags.ts'

interface ListTagsForDeliveryStreamInput extends StreamInput {
  ExclusiveStartTagKey?: string
  Limit?: number
}

/** In the order of tagging. A key that is not there (any more) starts from the beginning. */
export const listTagsForDeliveryStream: Operation<FirehoseContext, ListTagsForDeliveryStreamInput> = {
  name: 'ListTagsForDeliveryStream',
  roles: ['read', 'admin'],
  input: LIST_TAGS_FOR_DELIVERY_STREAM_INPUT,
  handle: (context, { DeliveryStreamName: name, ExclusiveStartTagKey: after, Limit: limit = TAGS_MAX }) => {
    const tags = tagList(streamNamed(context, name).definition.tags)
    const from = tags.findIndex(({ Key }) => Key === after) + 1
    return { Tags: tags.slice(from, from + limit), HasMoreTags: tags.length > from + limit }
  },
}
