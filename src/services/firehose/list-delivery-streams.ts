import type { Operation } from '../../aws/service.ts'
import type { FirehoseContext } from './context.ts'
import { LIST_DELIVERY_STREAMS_INPUT } from './shapes.ts'

interface ListDeliveryStreamsInput {
  Limit?: number
  DeliveryStreamType?: string
  ExclusiveStartDeliveryStreamName?: string
}

const DEFAULT_LIMIT = 10

/** Behind the name that is given, whether or not such a stream is still there: pages stay right while streams go. */
export const listDeliveryStreams: Operation<FirehoseContext, ListDeliveryStreamsInput> = {
  name: 'ListDeliveryStreams',
  roles: ['ingest', 'read', 'admin'],
  input: LIST_DELIVERY_STREAMS_INPUT,
  handle: ({ streams }, { Limit: limit = DEFAULT_LIMIT, DeliveryStreamType: type, ...input }) => {
    const after = input.ExclusiveStartDeliveryStreamName ?? ''
    const names = streams
      .list()
      .map(({ definition }) => definition)
      .filter((definition) => definition.name > after && (type ?? definition.type) === definition.type)
      .map(({ name }) => name)
    return { DeliveryStreamNames: names.slice(0, limit), HasMoreDeliveryStreams: names.length > limit }
  },
}
