/** The HTTP endpoint destination. After AWS's model, as ../shapes.ts. */
import type { StringShape, StructureShape } from '../../../aws/shape.ts'
import { PROCESSING_CONFIGURATION } from './processing.ts'
import { CLOUD_WATCH_LOGGING_OPTIONS, S3_DESTINATION_CONFIGURATION, S3_DESTINATION_UPDATE } from './s3.ts'
import { ROLE_ARN, SECRETS_MANAGER_CONFIGURATION } from './shared.ts'

const HTTP_ENDPOINT_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    Url: { type: 'string', min: 1, max: 1000, pattern: 'https://.*', sensitive: true },
    Name: { type: 'string', min: 1, max: 256, pattern: '^(?!\\s*$).+' },
    AccessKey: { type: 'string', min: 0, max: 4096, pattern: '.*', sensitive: true },
  },
  required: ['Url'],
}

const HTTP_ENDPOINT_BUFFERING_HINTS: StructureShape = {
  type: 'structure',
  members: {
    SizeInMBs: { type: 'integer', min: 1, max: 64 },
    IntervalInSeconds: { type: 'integer', min: 0, max: 900 },
  },
}

const HTTP_ENDPOINT_COMMON_ATTRIBUTE: StructureShape = {
  type: 'structure',
  members: {
    AttributeName: { type: 'string', min: 1, max: 256, pattern: '^(?!\\s*$).+', sensitive: true },
    AttributeValue: { type: 'string', min: 0, max: 1024, pattern: '.*', sensitive: true },
  },
  required: ['AttributeName', 'AttributeValue'],
}

const HTTP_ENDPOINT_REQUEST_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    ContentEncoding: { type: 'string', enum: ['NONE', 'GZIP'] },
    CommonAttributes: { type: 'list', member: HTTP_ENDPOINT_COMMON_ATTRIBUTE, min: 0, max: 50 },
  },
}

const HTTP_ENDPOINT_RETRY_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    DurationInSeconds: { type: 'integer', min: 0, max: 7200 },
  },
}

const HTTP_ENDPOINT_S3_BACKUP_MODE: StringShape = { type: 'string', enum: ['FailedDataOnly', 'AllData'] }

export const HTTP_ENDPOINT_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    EndpointConfiguration: HTTP_ENDPOINT_CONFIGURATION,
    BufferingHints: HTTP_ENDPOINT_BUFFERING_HINTS,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    RequestConfiguration: HTTP_ENDPOINT_REQUEST_CONFIGURATION,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    RoleARN: ROLE_ARN,
    RetryOptions: HTTP_ENDPOINT_RETRY_OPTIONS,
    S3BackupMode: HTTP_ENDPOINT_S3_BACKUP_MODE,
    S3Configuration: S3_DESTINATION_CONFIGURATION,
    SecretsManagerConfiguration: SECRETS_MANAGER_CONFIGURATION,
  },
  required: ['EndpointConfiguration', 'S3Configuration'],
}

export const HTTP_ENDPOINT_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    EndpointConfiguration: HTTP_ENDPOINT_CONFIGURATION,
    BufferingHints: HTTP_ENDPOINT_BUFFERING_HINTS,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    RequestConfiguration: HTTP_ENDPOINT_REQUEST_CONFIGURATION,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    RoleARN: ROLE_ARN,
    RetryOptions: HTTP_ENDPOINT_RETRY_OPTIONS,
    S3BackupMode: HTTP_ENDPOINT_S3_BACKUP_MODE,
    S3Update: S3_DESTINATION_UPDATE,
    SecretsManagerConfiguration: SECRETS_MANAGER_CONFIGURATION,
  },
}
