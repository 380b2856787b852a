import type { Operation } from '../../aws/service.ts'
import { streamNamed, type FirehoseContext } from './context.ts'
import { describeStream } from './description.ts'
import type { StreamInput } from './inputs.ts'
import { DESCRIBE_DELIVERY_STREAM_INPUT } from './shapes.ts'

interface DescribeDeliveryStreamInput extends StreamInput {
  ExclusiveStartDestinationId?: string
}

/** For senders too: they look at their stream before they begin. */
export const describeDeliveryStream: Operation<FirehoseContext, DescribeDeliveryStreamInput> = {
  name: 'DescribeDeliveryStream',
  roles: ['ingest', 'read', 'admin'],
  input: DESCRIBE_DELIVERY_STREAM_INPUT,
  handle: (context, input) => {
    const { definition } = streamNamed(context, input.DeliveryStreamName)
    return { DeliveryStreamDescription: describeStream(definition, input.ExclusiveStartDestinationId) }
  },
}
