/** A stream as DescribeDeliveryStream shows it: what is not set is left out, and the S3 destination comes twice. */
import type { DeliveryStreamDefinition, ExtendedS3Destination, S3Destination } from './definition.ts'
import type { DeliveryStream } from './delivery-streams.ts'
import { DESTINATION_ID } from './destination-id.ts'

/** The older description has these members only. */
const MIRRORED = [
  'RoleARN',
  'BucketARN',
  'Prefix',
  'ErrorOutputPrefix',
  'BufferingHints',
  'CompressionFormat',
  'EncryptionConfiguration',
  'CloudWatchLoggingOptions',
] as const satisfies readonly (keyof S3Destination)[]

/** `afterDestination`: ExclusiveStartDestinationId; behind the only destination there is none. */
export function describeStream(
  { definition, isDeleting }: Pick<DeliveryStream, 'definition' | 'isDeleting'>,
  afterDestination?: string,
): object {
  const { destination, encryption, updatedMs } = definition
  return {
    DeliveryStreamName: definition.name,
    DeliveryStreamARN: definition.arn,
    DeliveryStreamStatus: isDeleting ? 'DELETING' : 'ACTIVE',
    DeliveryStreamEncryptionConfiguration: describeEncryption(encryption),
    DeliveryStreamType: definition.type,
    VersionId: String(definition.version),
    CreateTimestamp: definition.createdMs / 1000,
    ...(updatedMs === undefined ? {} : { LastUpdateTimestamp: updatedMs / 1000 }),
    Destinations:
      afterDestination !== undefined && afterDestination >= DESTINATION_ID
        ? []
        : [describeDestination(destination)],
    HasMoreDestinations: false,
  }
}

function describeEncryption({ status, keyType, keyArn }: DeliveryStreamDefinition['encryption']): object {
  return {
    ...(keyArn === undefined ? {} : { KeyARN: keyArn }),
    ...(keyType === undefined ? {} : { KeyType: keyType }),
    Status: status,
  }
}

function describeDestination(destination: ExtendedS3Destination): object {
  const mirrored = MIRRORED.filter((name) => destination[name] !== undefined)
  return {
    DestinationId: DESTINATION_ID,
    S3DestinationDescription: Object.fromEntries(mirrored.map((name) => [name, destination[name]])),
    ExtendedS3DestinationDescription: destination,
  }
}
