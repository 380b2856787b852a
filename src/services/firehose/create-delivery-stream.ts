import type { AwsCall, Operation } from '../../aws/service.ts'
import { streamArn } from './arns.ts'
import type { FirehoseContext } from './context.ts'
import type { DeliveryStreamDefinition } from './definition.ts'
import { isS3, onlyDestination } from './destination-kinds.ts'
import { createDestination } from './destination.ts'
import { NOT_ENCRYPTED, encryptionOf } from './encryption.ts'
import { invalidArgument, streamExists, streamQuotaExceeded } from './faults.ts'
import type { CreateDeliveryStreamInput } from './inputs.ts'
import { checkPartitionQuery } from './partition-query.ts'
import { withBucket } from './refused-bucket.ts'
import { CREATE_DELIVERY_STREAM_INPUT } from './shapes.ts'
import { tableOf } from './table-name.ts'
import { taggedWith } from './tags.ts'

/** No stream has this name: creations wait for one another, so that the quota and the tables' names hold. */
const CREATIONS = ''

export const createDeliveryStream: Operation<FirehoseContext, CreateDeliveryStreamInput> = {
  name: 'CreateDeliveryStream',
  roles: ['admin'],
  input: CREATE_DELIVERY_STREAM_INPUT,
  handle: (context, input, call) =>
    context.turns.take(CREATIONS, () =>
      context.turns.take(input.DeliveryStreamName, () => create(context, input, call)),
    ),
}

async function create(
  context: FirehoseContext,
  input: CreateDeliveryStreamInput,
  call: AwsCall,
): Promise<{ DeliveryStreamARN: string }> {
  const kind = onlyDestination(input, 'Configuration')
  checkPlace(context, input.DeliveryStreamName, call.region)
  checkSource(input)
  if (!isS3(kind))
    throw invalidArgument(
      `${kind}DestinationConfiguration is not supported by this endpoint. Use ExtendedS3DestinationConfiguration.`,
    )
  const definition = define(context, input, call)
  await checkPartitionQuery(definition.destination)
  await withBucket(definition.destination.BucketARN, context.streams.create(definition))
  return { DeliveryStreamARN: definition.arn }
}

function checkPlace({ streams, streamsPerRegionMax }: FirehoseContext, name: string, region: string): void {
  // Streams have folders, and `..` is one already. AWS's pattern lets such names pass.
  if (/^\.+$/.test(name))
    throw invalidArgument(`DeliveryStreamName ${name} must have other characters than dots.`)
  // Also one that is being deleted: it keeps its name until its last records are delivered.
  if (streams.find(name) !== undefined) throw streamExists(name)
  const names = streams
    .list()
    .filter(({ origin, definition }) => origin === 'api' && definition.region === region)
    .map(({ definition }) => definition.name)
  if (names.length >= streamsPerRegionMax) throw streamQuotaExceeded(streamsPerRegionMax, names)
}

function checkSource(input: CreateDeliveryStreamInput): void {
  const type = input.DeliveryStreamType ?? 'DirectPut'
  if (input.KinesisStreamSourceConfiguration !== undefined && type !== 'KinesisStreamAsSource')
    throw invalidArgument(
      'KinesisSourceStreamConfig is only applicable for KinesisStreamAsSource stream type.',
    )
  if (type === 'KinesisStreamAsSource' && input.KinesisStreamSourceConfiguration === undefined)
    throw invalidArgument('KinesisSourceStreamConfig is mandatory for KinesisStreamAsSource stream type.')
  if (type !== 'DirectPut')
    throw invalidArgument(`DeliveryStreamType ${type} is not supported by this endpoint. Use DirectPut.`)
  if (input.MSKSourceConfiguration !== undefined || input.DatabaseSourceConfiguration !== undefined)
    throw invalidArgument(
      'MSKSourceConfiguration and DatabaseSourceConfiguration are not supported by this endpoint.',
    )
}

function define(
  { streams, clock }: FirehoseContext,
  input: CreateDeliveryStreamInput,
  { region }: AwsCall,
): DeliveryStreamDefinition {
  const name = input.DeliveryStreamName
  const encryption = input.DeliveryStreamEncryptionConfigurationInput
  return {
    name,
    arn: streamArn(region, name),
    region,
    type: 'DirectPut',
    createdMs: clock.now(),
    updatedMs: undefined,
    version: 1,
    destination: createDestination(
      input.ExtendedS3DestinationConfiguration ?? input.S3DestinationConfiguration ?? {},
    ),
    tags: taggedWith([], input.Tags ?? []),
    encryption: encryption === undefined ? NOT_ENCRYPTED : encryptionOf(encryption, region),
    table: tableOf(name, streams.tablesOfOthers(name)),
  }
}
