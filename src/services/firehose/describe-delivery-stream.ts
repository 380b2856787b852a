import type { Operation } from '../../aws/service.ts'
import type { FirehoseContext } from './context.ts'
import { describeStream } from './description.ts'
import { streamNotFound } from './faults.ts'
import type { StreamInput } from './inputs.ts'
import { DESCRIBE_DELIVERY_STREAM_INPUT } from './shapes.ts'

interface DescribeDeliveryStreamInput extends StreamInput {
  ExclusiveStartDestinationId?: string
}

/** For senders too: they look at their stream before they begin. A stream that is being deleted is shown until it is gone, which tools wait for. */
export const describeDeliveryStream: Operation<FirehoseContext, DescribeDeliveryStreamInput> = {
  name: 'DescribeDeliveryStream',
  roles: ['ingest', 'read', 'admin'],
  input: DESCRIBE_DELIVERY_STREAM_INPUT,
  handle: (context, input) => {
    const stream = context.streams.find(input.DeliveryStreamName)
    if (stream === undefined) throw streamNotFound(input.DeliveryStreamName)
    return { DeliveryStreamDescription: describeStream(stream, input.ExclusiveStartDestinationId) }
  },
}
