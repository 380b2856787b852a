/** The S3 destination: its configuration, its update, and what they consist of. After AWS's model, as ../shapes.ts. */
import type { Shape, StringShape, StructureShape } from '../../../aws/shape.ts'
import { DATA_FORMAT_CONVERSION_CONFIGURATION } from './format-conversion.ts'
import { PROCESSING_CONFIGURATION } from './processing.ts'
import { ROLE_ARN } from './shared.ts'

const BUCKET_ARN: StringShape = {
  type: 'string',
  min: 1,
  max: 2048,
  pattern: 'arn:.*:s3:::[\\w\\.\\-]{1,255}',
}

const PREFIX: StringShape = { type: 'string', min: 0, max: 1024, pattern: '.*' }

export const ERROR_OUTPUT_PREFIX: StringShape = { type: 'string', min: 0, max: 1024, pattern: '.*' }

export const BUFFERING_HINTS: StructureShape = {
  type: 'structure',
  members: {
    SizeInMBs: { type: 'integer', min: 1, max: 128 },
    IntervalInSeconds: { type: 'integer', min: 0, max: 900 },
  },
}

const COMPRESSION_FORMAT: StringShape = {
  type: 'string',
  enum: ['UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'],
}

const KMS_ENCRYPTION_CONFIG: StructureShape = {
  type: 'structure',
  members: {
    AWSKMSKeyARN: {
      type: 'string',
      min: 1,
      max: 512,
      pattern: 'arn:.*:kms:[a-zA-Z0-9\\-]+:\\d{12}:(key|alias)/[a-zA-Z_0-9+=,.@\\-_/]+',
    },
  },
  required: ['AWSKMSKeyARN'],
}

const ENCRYPTION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    NoEncryptionConfig: { type: 'string', enum: ['NoEncryption'] },
    KMSEncryptionConfig: KMS_ENCRYPTION_CONFIG,
  },
}

export const CLOUD_WATCH_LOGGING_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    Enabled: { type: 'boolean' },
    LogGroupName: { type: 'string', min: 0, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]*' },
    LogStreamName: { type: 'string', min: 0, max: 512, pattern: '[^:*]*' },
  },
}

/** Of every S3 destination, when it is made and when it is changed. */
const MEMBERS: Record<string, Shape> = {
  RoleARN: ROLE_ARN,
  BucketARN: BUCKET_ARN,
  Prefix: PREFIX,
  ErrorOutputPrefix: ERROR_OUTPUT_PREFIX,
  BufferingHints: BUFFERING_HINTS,
  CompressionFormat: COMPRESSION_FORMAT,
  EncryptionConfiguration: ENCRYPTION_CONFIGURATION,
  CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
}

export const S3_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    ...MEMBERS,
  },
  required: ['RoleARN', 'BucketARN'],
}

const S3_BACKUP_MODE: StringShape = { type: 'string', enum: ['Disabled', 'Enabled'] }

export const RETRY_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    DurationInSeconds: { type: 'integer', min: 0, max: 7200 },
  },
}

const DYNAMIC_PARTITIONING_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    RetryOptions: RETRY_OPTIONS,
    Enabled: { type: 'boolean' },
  },
}

const FILE_EXTENSION: StringShape = { type: 'string', min: 0, max: 128, pattern: "^$|\\.[0-9a-z!\\-_.*'()]+" }

const CUSTOM_TIME_ZONE: StringShape = { type: 'string', min: 0, max: 50, pattern: '^$|[a-zA-Z/_]+' }

const EXTENDED_MEMBERS: Record<string, Shape> = {
  ...MEMBERS,
  ProcessingConfiguration: PROCESSING_CONFIGURATION,
  S3BackupMode: S3_BACKUP_MODE,
  DataFormatConversionConfiguration: DATA_FORMAT_CONVERSION_CONFIGURATION,
  DynamicPartitioningConfiguration: DYNAMIC_PARTITIONING_CONFIGURATION,
  FileExtension: FILE_EXTENSION,
  CustomTimeZone: CUSTOM_TIME_ZONE,
}

export const EXTENDED_S3_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    ...EXTENDED_MEMBERS,
    S3BackupConfiguration: S3_DESTINATION_CONFIGURATION,
  },
  required: ['RoleARN', 'BucketARN'],
}

export const S3_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    ...MEMBERS,
  },
}

export const EXTENDED_S3_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    ...EXTENDED_MEMBERS,
    S3BackupUpdate: S3_DESTINATION_UPDATE,
  },
}
