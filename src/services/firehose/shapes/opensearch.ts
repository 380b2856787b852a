/** The three destinations of the OpenSearch family. After AWS's model, as ../shapes.ts. */
import type { StringShape, StructureShape } from '../../../aws/shape.ts'
import { PROCESSING_CONFIGURATION } from './processing.ts'
import { CLOUD_WATCH_LOGGING_OPTIONS, S3_DESTINATION_CONFIGURATION, S3_DESTINATION_UPDATE } from './s3.ts'
import { NON_EMPTY_STRING_WITHOUT_WHITESPACE, ROLE_ARN } from './shared.ts'

const ELASTICSEARCH_DOMAIN_ARN: StringShape = {
  type: 'string',
  min: 1,
  max: 512,
  pattern: 'arn:.*:es:[a-zA-Z0-9\\-]+:\\d{12}:domain/[a-z][-0-9a-z]{2,27}',
}

const ELASTICSEARCH_CLUSTER_ENDPOINT: StringShape = { type: 'string', min: 1, max: 512, pattern: 'https:.*' }

const ELASTICSEARCH_INDEX_NAME: StringShape = { type: 'string', min: 1, max: 80, pattern: '.*' }

const ELASTICSEARCH_TYPE_NAME: StringShape = { type: 'string', min: 0, max: 100, pattern: '.*' }

const ELASTICSEARCH_INDEX_ROTATION_PERIOD: StringShape = {
  type: 'string',
  enum: ['NoRotation', 'OneHour', 'OneDay', 'OneWeek', 'OneMonth'],
}

const ELASTICSEARCH_BUFFERING_HINTS: StructureShape = {
  type: 'structure',
  members: {
    IntervalInSeconds: { type: 'integer', min: 0, max: 900 },
    SizeInMBs: { type: 'integer', min: 1, max: 100 },
  },
}

const ELASTICSEARCH_RETRY_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    DurationInSeconds: { type: 'integer', min: 0, max: 7200 },
  },
}

const VPC_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    SubnetIds: { type: 'list', member: NON_EMPTY_STRING_WITHOUT_WHITESPACE, min: 1, max: 16 },
    RoleARN: ROLE_ARN,
    SecurityGroupIds: { type: 'list', member: NON_EMPTY_STRING_WITHOUT_WHITESPACE, min: 1, max: 5 },
  },
  required: ['SubnetIds', 'RoleARN', 'SecurityGroupIds'],
}

const DOCUMENT_ID_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    DefaultDocumentIdFormat: { type: 'string', enum: ['FIREHOSE_DEFAULT', 'NO_DOCUMENT_ID'] },
  },
  required: ['DefaultDocumentIdFormat'],
}

export const ELASTICSEARCH_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: ROLE_ARN,
    DomainARN: ELASTICSEARCH_DOMAIN_ARN,
    ClusterEndpoint: ELASTICSEARCH_CLUSTER_ENDPOINT,
    IndexName: ELASTICSEARCH_INDEX_NAME,
    TypeName: ELASTICSEARCH_TYPE_NAME,
    IndexRotationPeriod: ELASTICSEARCH_INDEX_ROTATION_PERIOD,
    BufferingHints: ELASTICSEARCH_BUFFERING_HINTS,
    RetryOptions: ELASTICSEARCH_RETRY_OPTIONS,
    S3BackupMode: { type: 'string', enum: ['FailedDocumentsOnly', 'AllDocuments'] },
    S3Configuration: S3_DESTINATION_CONFIGURATION,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    VpcConfiguration: VPC_CONFIGURATION,
    DocumentIdOptions: DOCUMENT_ID_OPTIONS,
  },
  required: ['RoleARN', 'IndexName', 'S3Configuration'],
}

const AMAZON_OPENSEARCH_DOMAIN_ARN: StringShape = {
  type: 'string',
  min: 1,
  max: 512,
  pattern: 'arn:.*:es:[a-zA-Z0-9\\-]+:\\d{12}:domain/[a-z][-0-9a-z]{2,27}',
}

const AMAZON_OPENSEARCH_CLUSTER_ENDPOINT: StringShape = {
  type: 'string',
  min: 1,
  max: 512,
  pattern: 'https:.*',
}

const AMAZON_OPENSEARCH_INDEX_NAME: StringShape = { type: 'string', min: 1, max: 80, pattern: '.*' }

const AMAZON_OPENSEARCH_TYPE_NAME: StringShape = { type: 'string', min: 0, max: 100, pattern: '.*' }

const AMAZON_OPENSEARCH_INDEX_ROTATION_PERIOD: StringShape = {
  type: 'string',
  enum: ['NoRotation', 'OneHour', 'OneDay', 'OneWeek', 'OneMonth'],
}

const AMAZON_OPENSEARCH_BUFFERING_HINTS: StructureShape = {
  type: 'structure',
  members: {
    IntervalInSeconds: { type: 'integer', min: 0, max: 900 },
    SizeInMBs: { type: 'integer', min: 1, max: 100 },
  },
}

const AMAZON_OPENSEARCH_RETRY_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    DurationInSeconds: { type: 'integer', min: 0, max: 7200 },
  },
}

export const AMAZON_OPENSEARCH_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: ROLE_ARN,
    DomainARN: AMAZON_OPENSEARCH_DOMAIN_ARN,
    ClusterEndpoint: AMAZON_OPENSEARCH_CLUSTER_ENDPOINT,
    IndexName: AMAZON_OPENSEARCH_INDEX_NAME,
    TypeName: AMAZON_OPENSEARCH_TYPE_NAME,
    IndexRotationPeriod: AMAZON_OPENSEARCH_INDEX_ROTATION_PERIOD,
    BufferingHints: AMAZON_OPENSEARCH_BUFFERING_HINTS,
    RetryOptions: AMAZON_OPENSEARCH_RETRY_OPTIONS,
    S3BackupMode: { type: 'string', enum: ['FailedDocumentsOnly', 'AllDocuments'] },
    S3Configuration: S3_DESTINATION_CONFIGURATION,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    VpcConfiguration: VPC_CONFIGURATION,
    DocumentIdOptions: DOCUMENT_ID_OPTIONS,
  },
  required: ['RoleARN', 'IndexName', 'S3Configuration'],
}

const AMAZON_OPENSEARCH_SERVERLESS_COLLECTION_ENDPOINT: StringShape = {
  type: 'string',
  min: 1,
  max: 512,
  pattern: 'https:.*',
}

const AMAZON_OPENSEARCH_SERVERLESS_INDEX_NAME: StringShape = {
  type: 'string',
  min: 1,
  max: 80,
  pattern: '.*',
}

const AMAZON_OPENSEARCH_SERVERLESS_BUFFERING_HINTS: StructureShape = {
  type: 'structure',
  members: {
    IntervalInSeconds: { type: 'integer', min: 0, max: 900 },
    SizeInMBs: { type: 'integer', min: 1, max: 100 },
  },
}

const AMAZON_OPENSEARCH_SERVERLESS_RETRY_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    DurationInSeconds: { type: 'integer', min: 0, max: 7200 },
  },
}

export const AMAZON_OPENSEARCH_SERVERLESS_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: ROLE_ARN,
    CollectionEndpoint: AMAZON_OPENSEARCH_SERVERLESS_COLLECTION_ENDPOINT,
    IndexName: AMAZON_OPENSEARCH_SERVERLESS_INDEX_NAME,
    BufferingHints: AMAZON_OPENSEARCH_SERVERLESS_BUFFERING_HINTS,
    RetryOptions: AMAZON_OPENSEARCH_SERVERLESS_RETRY_OPTIONS,
    S3BackupMode: { type: 'string', enum: ['FailedDocumentsOnly', 'AllDocuments'] },
    S3Configuration: S3_DESTINATION_CONFIGURATION,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    VpcConfiguration: VPC_CONFIGURATION,
  },
  required: ['RoleARN', 'IndexName', 'S3Configuration'],
}

export const ELASTICSEARCH_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: ROLE_ARN,
    DomainARN: ELASTICSEARCH_DOMAIN_ARN,
    ClusterEndpoint: ELASTICSEARCH_CLUSTER_ENDPOINT,
    IndexName: ELASTICSEARCH_INDEX_NAME,
    TypeName: ELASTICSEARCH_TYPE_NAME,
    IndexRotationPeriod: ELASTICSEARCH_INDEX_ROTATION_PERIOD,
    BufferingHints: ELASTICSEARCH_BUFFERING_HINTS,
    RetryOptions: ELASTICSEARCH_RETRY_OPTIONS,
    S3Update: S3_DESTINATION_UPDATE,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    DocumentIdOptions: DOCUMENT_ID_OPTIONS,
  },
}

export const AMAZON_OPENSEARCH_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: ROLE_ARN,
    DomainARN: AMAZON_OPENSEARCH_DOMAIN_ARN,
    ClusterEndpoint: AMAZON_OPENSEARCH_CLUSTER_ENDPOINT,
    IndexName: AMAZON_OPENSEARCH_INDEX_NAME,
    TypeName: AMAZON_OPENSEARCH_TYPE_NAME,
    IndexRotationPeriod: AMAZON_OPENSEARCH_INDEX_ROTATION_PERIOD,
    BufferingHints: AMAZON_OPENSEARCH_BUFFERING_HINTS,
    RetryOptions: AMAZON_OPENSEARCH_RETRY_OPTIONS,
    S3Update: S3_DESTINATION_UPDATE,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    DocumentIdOptions: DOCUMENT_ID_OPTIONS,
  },
}

export const AMAZON_OPENSEARCH_SERVERLESS_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: ROLE_ARN,
    CollectionEndpoint: AMAZON_OPENSEARCH_SERVERLESS_COLLECTION_ENDPOINT,
    IndexName: AMAZON_OPENSEARCH_SERVERLESS_INDEX_NAME,
    BufferingHints: AMAZON_OPENSEARCH_SERVERLESS_BUFFERING_HINTS,
    RetryOptions: AMAZON_OPENSEARCH_SERVERLESS_RETRY_OPTIONS,
    S3Update: S3_DESTINATION_UPDATE,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
  },
}
