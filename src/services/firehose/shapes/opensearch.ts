/**
 * The three destinations of the OpenSearch family. After AWS's model, as ../shapes.ts: AWS renamed Elasticsearch, so that its two
 * destinations are the same but for the name; serverless has a collection instead of a domain.
 */
import type { Shape, StructureShape } from '../../../aws/shape.ts'
import { PROCESSING_CONFIGURATION } from './processing.ts'
import { CLOUD_WATCH_LOGGING_OPTIONS, S3_DESTINATION_CONFIGURATION, S3_DESTINATION_UPDATE } from './s3.ts'
import { NON_EMPTY_STRING_WITHOUT_WHITESPACE, ROLE_ARN } from './shared.ts'

const ENDPOINT: Shape = { type: 'string', min: 1, max: 512, pattern: 'https:.*' }

const VPC_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    SubnetIds: { type: 'list', member: NON_EMPTY_STRING_WITHOUT_WHITESPACE, min: 1, max: 16 },
    RoleARN: ROLE_ARN,
    SecurityGroupIds: { type: 'list', member: NON_EMPTY_STRING_WITHOUT_WHITESPACE, min: 1, max: 5 },
  },
  required: ['SubnetIds', 'RoleARN', 'SecurityGroupIds'],
}

/** Of all three, when they are made and when they are changed. */
const COMMON: Record<string, Shape> = {
  RoleARN: ROLE_ARN,
  IndexName: { type: 'string', min: 1, max: 80, pattern: '.*' },
  BufferingHints: {
    type: 'structure',
    members: {
      IntervalInSeconds: { type: 'integer', min: 0, max: 900 },
      SizeInMBs: { type: 'integer', min: 1, max: 100 },
    },
  },
  RetryOptions: {
    type: 'structure',
    members: { DurationInSeconds: { type: 'integer', min: 0, max: 7200 } },
  },
  ProcessingConfiguration: PROCESSING_CONFIGURATION,
  CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
}

const COLLECTION: Record<string, Shape> = { ...COMMON, CollectionEndpoint: ENDPOINT }

const DOMAIN: Record<string, Shape> = {
  ...COMMON,
  DomainARN: {
    type: 'string',
    min: 1,
    max: 512,
    pattern: 'arn:.*:es:[a-zA-Z0-9\\-]+:\\d{12}:domain/[a-z][-0-9a-z]{2,27}',
  },
  ClusterEndpoint: ENDPOINT,
  TypeName: { type: 'string', min: 0, max: 100, pattern: '.*' },
  IndexRotationPeriod: {
    type: 'string',
    enum: ['NoRotation', 'OneHour', 'OneDay', 'OneWeek', 'OneMonth'],
  },
  DocumentIdOptions: {
    type: 'structure',
    members: {
      DefaultDocumentIdFormat: { type: 'string', enum: ['FIREHOSE_DEFAULT', 'NO_DOCUMENT_ID'] },
    },
    required: ['DefaultDocumentIdFormat'],
  },
}

function configurationOf(members: Record<string, Shape>): StructureShape {
  return {
    type: 'structure',
    members: {
      ...members,
      S3BackupMode: { type: 'string', enum: ['FailedDocumentsOnly', 'AllDocuments'] },
      S3Configuration: S3_DESTINATION_CONFIGURATION,
      VpcConfiguration: VPC_CONFIGURATION,
    },
    required: ['RoleARN', 'IndexName', 'S3Configuration'],
  }
}

function updateOf(members: Record<string, Shape>): StructureShape {
  return { type: 'structure', members: { ...members, S3Update: S3_DESTINATION_UPDATE } }
}

export const ELASTICSEARCH_DESTINATION_CONFIGURATION = configurationOf(DOMAIN)
export const ELASTICSEARCH_DESTINATION_UPDATE = updateOf(DOMAIN)
export const AMAZON_OPENSEARCH_DESTINATION_CONFIGURATION = configurationOf(DOMAIN)
export const AMAZON_OPENSEARCH_DESTINATION_UPDATE = updateOf(DOMAIN)
export const AMAZON_OPENSEARCH_SERVERLESS_DESTINATION_CONFIGURATION = configurationOf(COLLECTION)
export const AMAZON_OPENSEARCH_SERVERLESS_DESTINATION_UPDATE = updateOf(COLLECTION)
