import type { Operation } from '../../aws/service.ts'
import type { FirehoseContext } from './context.ts'
import { DESTINATION_ID } from './destination-id.ts'
import { isS3, onlyDestination } from './destination-kinds.ts'
import { updateDestination as updated } from './destination.ts'
import { definedInPipeline, invalidArgument, staleVersion, streamNotFoundForUpdate } from './faults.ts'
import type { ExtendedS3DestinationInput, UpdateDestinationInput } from './inputs.ts'
import { checkPartitionQuery } from './partition-query.ts'
import { withBucket } from './refused-bucket.ts'
import { UPDATE_DESTINATION_INPUT } from './shapes.ts'

export const updateDestination: Operation<FirehoseContext, UpdateDestinationInput> = {
  name: 'UpdateDestination',
  roles: ['admin'],
  input: UPDATE_DESTINATION_INPUT,
  handle: (context, input) =>
    context.turns.take(input.DeliveryStreamName, async () => {
      await update(context, input)
      return {}
    }),
}

async function update({ streams, clock }: FirehoseContext, input: UpdateDestinationInput): Promise<void> {
  const { DeliveryStreamName: name, CurrentDeliveryStreamVersionId: specified } = input
  const kind = onlyDestination(input, 'Update')
  const stream = streams.find(name)
  if (stream === undefined || stream.isDeleting) throw streamNotFoundForUpdate(name)
  const { definition } = stream
  const current = String(definition.version)
  if (current !== specified) throw staleVersion(name, current, specified)
  if (input.DestinationId !== DESTINATION_ID)
    throw invalidArgument(`Destination Id ${input.DestinationId} not found`)
  if (!isS3(kind))
    throw invalidArgument(`Changing the destination type to or from ${kind} is not supported at this time.`)
  if (stream.origin === 'pipeline') throw definedInPipeline(name)
  const given: ExtendedS3DestinationInput =
    input.ExtendedS3DestinationUpdate ?? input.S3DestinationUpdate ?? {}
  const destination = updated(definition.destination, given)
  if (given.ProcessingConfiguration !== undefined) await checkPartitionQuery(destination)
  const version = definition.version + 1
  const change = { ...definition, destination, version, updatedMs: clock.now() }
  await withBucket(destination.BucketARN, streams.update(change))
}
