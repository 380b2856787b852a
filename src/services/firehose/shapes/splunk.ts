/** The Splunk destination. After AWS's model, as ../shapes.ts. */
import type { NumberShape, StringShape, StructureShape } from '../../../aws/shape.ts'
import { PROCESSING_CONFIGURATION } from './processing.ts'
import { CLOUD_WATCH_LOGGING_OPTIONS, S3_DESTINATION_CONFIGURATION, S3_DESTINATION_UPDATE } from './s3.ts'
import { SECRETS_MANAGER_CONFIGURATION } from './shared.ts'

const HEC_ENDPOINT: StringShape = { type: 'string', min: 0, max: 2048, pattern: '.*' }

const HEC_ENDPOINT_TYPE: StringShape = { type: 'string', enum: ['Raw', 'Event'] }

const HEC_TOKEN: StringShape = { type: 'string', min: 0, max: 2048, pattern: '.*' }

const HEC_ACKNOWLEDGMENT_TIMEOUT_IN_SECONDS: NumberShape = { type: 'integer', min: 180, max: 600 }

const SPLUNK_RETRY_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    DurationInSeconds: { type: 'integer', min: 0, max: 7200 },
  },
}

const SPLUNK_S3_BACKUP_MODE: StringShape = { type: 'string', enum: ['FailedEventsOnly', 'AllEvents'] }

const SPLUNK_BUFFERING_HINTS: StructureShape = {
  type: 'structure',
  members: {
    IntervalInSeconds: { type: 'integer', min: 0, max: 60 },
    SizeInMBs: { type: 'integer', min: 1, max: 5 },
  },
}

export const SPLUNK_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    HECEndpoint: HEC_ENDPOINT,
    HECEndpointType: HEC_ENDPOINT_TYPE,
    HECToken: HEC_TOKEN,
    HECAcknowledgmentTimeoutInSeconds: HEC_ACKNOWLEDGMENT_TIMEOUT_IN_SECONDS,
    RetryOptions: SPLUNK_RETRY_OPTIONS,
    S3BackupMode: SPLUNK_S3_BACKUP_MODE,
    S3Configuration: S3_DESTINATION_CONFIGURATION,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    BufferingHints: SPLUNK_BUFFERING_HINTS,
    SecretsManagerConfiguration: SECRETS_MANAGER_CONFIGURATION,
  },
  required: ['HECEndpoint', 'HECEndpointType', 'S3Configuration'],
}

export const SPLUNK_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    HECEndpoint: HEC_ENDPOINT,
    HECEndpointType: HEC_ENDPOINT_TYPE,
    HECToken: HEC_TOKEN,
    HECAcknowledgmentTimeoutInSeconds: HEC_ACKNOWLEDGMENT_TIMEOUT_IN_SECONDS,
    RetryOptions: SPLUNK_RETRY_OPTIONS,
    S3BackupMode: SPLUNK_S3_BACKUP_MODE,
    S3Update: S3_DESTINATION_UPDATE,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    BufferingHints: SPLUNK_BUFFERING_HINTS,
    SecretsManagerConfiguration: SECRETS_MANAGER_CONFIGURATION,
  },
}
