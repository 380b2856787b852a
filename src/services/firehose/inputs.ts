/** What the operations are handed after shapes.ts has been checked: AWS's input shapes as types. */
import type { DataFormatConversion, ExtendedS3Destination, Processor, S3Destination } from './definition.ts'
import type { OtherDestinationName } from './destination-kinds.ts'

export interface StreamInput {
  DeliveryStreamName: string
}

export interface BufferingHintsInput {
  SizeInMBs?: number
  IntervalInSeconds?: number
}

export interface S3DestinationInput {
  RoleARN?: string
  BucketARN?: string
  Prefix?: string
  ErrorOutputPrefix?: string
  BufferingHints?: BufferingHintsInput
  CompressionFormat?: S3Destination['CompressionFormat']
  EncryptionConfiguration?: S3Destination['EncryptionConfiguration']
  CloudWatchLoggingOptions?: Partial<S3Destination['CloudWatchLoggingOptions']>
}

/** A configuration has S3BackupConfiguration, an update S3BackupUpdate. */
export interface ExtendedS3DestinationInput extends S3DestinationInput {
  ProcessingConfiguration?: { Enabled?: boolean; Processors?: Processor[] }
  S3BackupMode?: ExtendedS3Destination['S3BackupMode']
  S3BackupConfiguration?: S3DestinationInput
  S3BackupUpdate?: S3DestinationInput
  DataFormatConversionConfiguration?: DataFormatConversion
  DynamicPartitioningConfiguration?: ExtendedS3Destination['DynamicPartitioningConfiguration']
  FileExtension?: string
  CustomTimeZone?: string
}

export interface EncryptionInput {
  KeyType: string
  KeyARN?: string
}

export interface Tag {
  Key: string
  Value?: string
}

export interface CreateDeliveryStreamInput
  extends StreamInput, Partial<Record<`${OtherDestinationName}DestinationConfiguration`, object>> {
  DeliveryStreamType?: string
  KinesisStreamSourceConfiguration?: object
  MSKSourceConfiguration?: object
  DatabaseSourceConfiguration?: object
  DeliveryStreamEncryptionConfigurationInput?: EncryptionInput
  S3DestinationConfiguration?: S3DestinationInput
  ExtendedS3DestinationConfiguration?: ExtendedS3DestinationInput
  Tags?: Tag[]
}

export interface UpdateDestinationInput
  extends StreamInput, Partial<Record<`${OtherDestinationName}DestinationUpdate`, object>> {
  CurrentDeliveryStreamVersionId: string
  DestinationId: string
  S3DestinationUpdate?: S3DestinationInput
  ExtendedS3DestinationUpdate?: ExtendedS3DestinationInput
}

export interface RecordInput {
  Data: Buffer
}
