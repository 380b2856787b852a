/**
 * What the twelve operations take, as AWS's model says it (test/aws-model compares the two). All destinations are here, also those
 * that are refused afterwards: AWS checks the shape first.
 */
import type { ListShape, Shape, StringShape, StructureShape } from '../../aws/shape.ts'
import {
  HTTP_ENDPOINT_DESTINATION_CONFIGURATION,
  HTTP_ENDPOINT_DESTINATION_UPDATE,
} from './shapes/http-endpoint.ts'
import { ICEBERG_DESTINATION_CONFIGURATION, ICEBERG_DESTINATION_UPDATE } from './shapes/iceberg.ts'
import {
  AMAZON_OPENSEARCH_DESTINATION_CONFIGURATION,
  AMAZON_OPENSEARCH_DESTINATION_UPDATE,
  AMAZON_OPENSEARCH_SERVERLESS_DESTINATION_CONFIGURATION,
  AMAZON_OPENSEARCH_SERVERLESS_DESTINATION_UPDATE,
  ELASTICSEARCH_DESTINATION_CONFIGURATION,
  ELASTICSEARCH_DESTINATION_UPDATE,
} from './shapes/opensearch.ts'
import { REDSHIFT_DESTINATION_CONFIGURATION, REDSHIFT_DESTINATION_UPDATE } from './shapes/redshift.ts'
import {
  EXTENDED_S3_DESTINATION_CONFIGURATION,
  EXTENDED_S3_DESTINATION_UPDATE,
  S3_DESTINATION_CONFIGURATION,
  S3_DESTINATION_UPDATE,
} from './shapes/s3.ts'
import { SNOWFLAKE_DESTINATION_CONFIGURATION, SNOWFLAKE_DESTINATION_UPDATE } from './shapes/snowflake.ts'
import {
  DATABASE_SOURCE_CONFIGURATION,
  DIRECT_PUT_SOURCE_CONFIGURATION,
  KINESIS_STREAM_SOURCE_CONFIGURATION,
  MSK_SOURCE_CONFIGURATION,
} from './shapes/sources.ts'
import { SPLUNK_DESTINATION_CONFIGURATION, SPLUNK_DESTINATION_UPDATE } from './shapes/splunk.ts'

const DELIVERY_STREAM_NAME: StringShape = { type: 'string', min: 1, max: 64, pattern: '[a-zA-Z0-9_.-]+' }

const DELIVERY_STREAM_TYPE: StringShape = {
  type: 'string',
  enum: ['DirectPut', 'KinesisStreamAsSource', 'MSKAsSource', 'DatabaseAsSource'],
}

export const DELIVERY_STREAM_ENCRYPTION_CONFIGURATION_INPUT: StructureShape = {
  type: 'structure',
  members: {
    KeyARN: {
      type: 'string',
      min: 1,
      max: 512,
      pattern: 'arn:.*:kms:[a-zA-Z0-9\\-]+:\\d{12}:key/[a-zA-Z_0-9+=,.@\\-_/]+',
    },
    KeyType: { type: 'string', enum: ['AWS_OWNED_CMK', 'CUSTOMER_MANAGED_CMK'] },
  },
  required: ['KeyType'],
}

const TAG_KEY: StringShape = {
  type: 'string',
  min: 1,
  max: 128,
  pattern: '^(?!aws:)[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@%]*$',
}

const TAG: StructureShape = {
  type: 'structure',
  members: {
    Key: TAG_KEY,
    Value: { type: 'string', min: 0, max: 256, pattern: '^[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@%]*$' },
  },
  required: ['Key'],
}

const TAG_DELIVERY_STREAM_INPUT_TAG_LIST: ListShape = { type: 'list', member: TAG, min: 1, max: 50 }

export const CREATE_DELIVERY_STREAM_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    DeliveryStreamType: DELIVERY_STREAM_TYPE,
    DirectPutSourceConfiguration: DIRECT_PUT_SOURCE_CONFIGURATION,
    KinesisStreamSourceConfiguration: KINESIS_STREAM_SOURCE_CONFIGURATION,
    DeliveryStreamEncryptionConfigurationInput: DELIVERY_STREAM_ENCRYPTION_CONFIGURATION_INPUT,
    S3DestinationConfiguration: S3_DESTINATION_CONFIGURATION,
    ExtendedS3DestinationConfiguration: EXTENDED_S3_DESTINATION_CONFIGURATION,
    RedshiftDestinationConfiguration: REDSHIFT_DESTINATION_CONFIGURATION,
    ElasticsearchDestinationConfiguration: ELASTICSEARCH_DESTINATION_CONFIGURATION,
    AmazonopensearchserviceDestinationConfiguration: AMAZON_OPENSEARCH_DESTINATION_CONFIGURATION,
    SplunkDestinationConfiguration: SPLUNK_DESTINATION_CONFIGURATION,
    HttpEndpointDestinationConfiguration: HTTP_ENDPOINT_DESTINATION_CONFIGURATION,
    Tags: TAG_DELIVERY_STREAM_INPUT_TAG_LIST,
    AmazonOpenSearchServerlessDestinationConfiguration:
      AMAZON_OPENSEARCH_SERVERLESS_DESTINATION_CONFIGURATION,
    MSKSourceConfiguration: MSK_SOURCE_CONFIGURATION,
    SnowflakeDestinationConfiguration: SNOWFLAKE_DESTINATION_CONFIGURATION,
    IcebergDestinationConfiguration: ICEBERG_DESTINATION_CONFIGURATION,
    DatabaseSourceConfiguration: DATABASE_SOURCE_CONFIGURATION,
  },
  required: ['DeliveryStreamName'],
}

export const DELETE_DELIVERY_STREAM_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    AllowForceDelete: { type: 'boolean' },
  },
  required: ['DeliveryStreamName'],
}

const DESTINATION_ID: StringShape = { type: 'string', min: 1, max: 100, pattern: '[a-zA-Z0-9-]+' }

export const DESCRIBE_DELIVERY_STREAM_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    Limit: { type: 'integer', min: 1, max: 10_000 },
    ExclusiveStartDestinationId: DESTINATION_ID,
  },
  required: ['DeliveryStreamName'],
}

export const LIST_DELIVERY_STREAMS_INPUT: StructureShape = {
  type: 'structure',
  members: {
    Limit: { type: 'integer', min: 1, max: 10_000 },
    DeliveryStreamType: DELIVERY_STREAM_TYPE,
    ExclusiveStartDeliveryStreamName: DELIVERY_STREAM_NAME,
  },
}

export const LIST_TAGS_FOR_DELIVERY_STREAM_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    ExclusiveStartTagKey: TAG_KEY,
    Limit: { type: 'integer', min: 1, max: 50 },
  },
  required: ['DeliveryStreamName'],
}

const DATA: Shape = { type: 'blob', min: 0, max: 1_024_000 }

const RECORD: StructureShape = {
  type: 'structure',
  members: {
    Data: DATA,
  },
  required: ['Data'],
}

export const PUT_RECORD_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    Record: RECORD,
  },
  required: ['DeliveryStreamName', 'Record'],
}

const PUT_RECORD_BATCH_REQUEST_ENTRY_LIST: ListShape = { type: 'list', member: RECORD, min: 1, max: 500 }

export const PUT_RECORD_BATCH_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    Records: PUT_RECORD_BATCH_REQUEST_ENTRY_LIST,
  },
  required: ['DeliveryStreamName', 'Records'],
}

export const START_DELIVERY_STREAM_ENCRYPTION_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    DeliveryStreamEncryptionConfigurationInput: DELIVERY_STREAM_ENCRYPTION_CONFIGURATION_INPUT,
  },
  required: ['DeliveryStreamName'],
}

export const STOP_DELIVERY_STREAM_ENCRYPTION_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
  },
  required: ['DeliveryStreamName'],
}

export const TAG_DELIVERY_STREAM_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    Tags: TAG_DELIVERY_STREAM_INPUT_TAG_LIST,
  },
  required: ['DeliveryStreamName', 'Tags'],
}

export const UNTAG_DELIVERY_STREAM_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    TagKeys: { type: 'list', member: TAG_KEY, min: 1, max: 50 },
  },
  required: ['DeliveryStreamName', 'TagKeys'],
}

export const UPDATE_DESTINATION_INPUT: StructureShape = {
  type: 'structure',
  members: {
    DeliveryStreamName: DELIVERY_STREAM_NAME,
    CurrentDeliveryStreamVersionId: { type: 'string', min: 1, max: 50, pattern: '[0-9]+' },
    DestinationId: DESTINATION_ID,
    S3DestinationUpdate: S3_DESTINATION_UPDATE,
    ExtendedS3DestinationUpdate: EXTENDED_S3_DESTINATION_UPDATE,
    RedshiftDestinationUpdate: REDSHIFT_DESTINATION_UPDATE,
    ElasticsearchDestinationUpdate: ELASTICSEARCH_DESTINATION_UPDATE,
    AmazonopensearchserviceDestinationUpdate: AMAZON_OPENSEARCH_DESTINATION_UPDATE,
    SplunkDestinationUpdate: SPLUNK_DESTINATION_UPDATE,
    HttpEndpointDestinationUpdate: HTTP_ENDPOINT_DESTINATION_UPDATE,
    AmazonOpenSearchServerlessDestinationUpdate: AMAZON_OPENSEARCH_SERVERLESS_DESTINATION_UPDATE,
    SnowflakeDestinationUpdate: SNOWFLAKE_DESTINATION_UPDATE,
    IcebergDestinationUpdate: ICEBERG_DESTINATION_UPDATE,
  },
  required: ['DeliveryStreamName', 'CurrentDeliveryStreamVersionId', 'DestinationId'],
}

/** By operation. */
export const INPUTS = {
  CreateDeliveryStream: CREATE_DELIVERY_STREAM_INPUT,
  DeleteDeliveryStream: DELETE_DELIVERY_STREAM_INPUT,
  DescribeDeliveryStream: DESCRIBE_DELIVERY_STREAM_INPUT,
  ListDeliveryStreams: LIST_DELIVERY_STREAMS_INPUT,
  ListTagsForDeliveryStream: LIST_TAGS_FOR_DELIVERY_STREAM_INPUT,
  PutRecord: PUT_RECORD_INPUT,
  PutRecordBatch: PUT_RECORD_BATCH_INPUT,
  StartDeliveryStreamEncryption: START_DELIVERY_STREAM_ENCRYPTION_INPUT,
  StopDeliveryStreamEncryption: STOP_DELIVERY_STREAM_ENCRYPTION_INPUT,
  TagDeliveryStream: TAG_DELIVERY_STREAM_INPUT,
  UntagDeliveryStream: UNTAG_DELIVERY_STREAM_INPUT,
  UpdateDestination: UPDATE_DESTINATION_INPUT,
} satisfies Record<string, StructureShape>
