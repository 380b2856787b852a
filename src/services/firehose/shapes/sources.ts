/** What a stream can read from instead of being put to. After AWS's model, as ../shapes.ts. */
import type { ListShape, StringShape, StructureShape } from '../../../aws/shape.ts'
import { NON_EMPTY_STRING_WITHOUT_WHITESPACE, ROLE_ARN, SECRETS_MANAGER_CONFIGURATION } from './shared.ts'

export const DIRECT_PUT_SOURCE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    ThroughputHintInMBs: { type: 'integer', min: 1, max: 100 },
  },
  required: ['ThroughputHintInMBs'],
}

export const KINESIS_STREAM_SOURCE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    KinesisStreamARN: {
      type: 'string',
      min: 1,
      max: 512,
      pattern: 'arn:.*:kinesis:[a-zA-Z0-9\\-]+:\\d{12}:stream/[a-zA-Z0-9_.-]+',
    },
    RoleARN: ROLE_ARN,
  },
  required: ['KinesisStreamARN', 'RoleARN'],
}

const AUTHENTICATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: ROLE_ARN,
    Connectivity: { type: 'string', enum: ['PUBLIC', 'PRIVATE'] },
  },
  required: ['RoleARN', 'Connectivity'],
}

export const MSK_SOURCE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    MSKClusterARN: { type: 'string', min: 1, max: 512, pattern: 'arn:.*' },
    TopicName: { type: 'string', min: 1, max: 255, pattern: '[a-zA-Z0-9\\\\._\\\\-]+' },
    AuthenticationConfiguration: AUTHENTICATION_CONFIGURATION,
    ReadFromTimestamp: { type: 'timestamp' },
  },
  required: ['MSKClusterARN', 'TopicName', 'AuthenticationConfiguration'],
}

const DATABASE_INCLUDE_OR_EXCLUDE_LIST: ListShape = {
  type: 'list',
  member: { type: 'string', min: 1, max: 64, pattern: '[\\u0001-\\uFFFF]*' },
}

const DATABASE_LIST: StructureShape = {
  type: 'structure',
  members: {
    Include: DATABASE_INCLUDE_OR_EXCLUDE_LIST,
    Exclude: DATABASE_INCLUDE_OR_EXCLUDE_LIST,
  },
}

const DATABASE_TABLE_NAME: StringShape = { type: 'string', min: 1, max: 129, pattern: '[\\u0001-\\uFFFF]*' }

const DATABASE_TABLE_INCLUDE_OR_EXCLUDE_LIST: ListShape = { type: 'list', member: DATABASE_TABLE_NAME }

const DATABASE_TABLE_LIST: StructureShape = {
  type: 'structure',
  members: {
    Include: DATABASE_TABLE_INCLUDE_OR_EXCLUDE_LIST,
    Exclude: DATABASE_TABLE_INCLUDE_OR_EXCLUDE_LIST,
  },
}

const DATABASE_COLUMN_INCLUDE_OR_EXCLUDE_LIST: ListShape = {
  type: 'list',
  member: { type: 'string', min: 1, max: 194, pattern: '[\\u0001-\\uFFFF]*' },
}

const DATABASE_COLUMN_LIST: StructureShape = {
  type: 'structure',
  members: {
    Include: DATABASE_COLUMN_INCLUDE_OR_EXCLUDE_LIST,
    Exclude: DATABASE_COLUMN_INCLUDE_OR_EXCLUDE_LIST,
  },
}

const DATABASE_SOURCE_AUTHENTICATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    SecretsManagerConfiguration: SECRETS_MANAGER_CONFIGURATION,
  },
  required: ['SecretsManagerConfiguration'],
}

const DATABASE_SOURCE_VPC_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    VpcEndpointServiceName: {
      type: 'string',
      min: 47,
      max: 255,
      pattern: '([a-zA-Z0-9\\-\\_]+\\.){2,3}vpce\\.[a-zA-Z0-9\\-]*\\.vpce-svc\\-[a-zA-Z0-9\\-]{17}$',
    },
  },
  required: ['VpcEndpointServiceName'],
}

export const DATABASE_SOURCE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    Type: { type: 'string', enum: ['MySQL', 'PostgreSQL'] },
    Endpoint: { type: 'string', min: 1, max: 255, pattern: '^(?!\\s*$).+' },
    Port: { type: 'integer', min: 0, max: 65_535 },
    SSLMode: { type: 'string', enum: ['Disabled', 'Enabled'] },
    Databases: DATABASE_LIST,
    Tables: DATABASE_TABLE_LIST,
    Columns: DATABASE_COLUMN_LIST,
    SurrogateKeys: { type: 'list', member: NON_EMPTY_STRING_WITHOUT_WHITESPACE },
    SnapshotWatermarkTable: DATABASE_TABLE_NAME,
    DatabaseSourceAuthenticationConfiguration: DATABASE_SOURCE_AUTHENTICATION_CONFIGURATION,
    DatabaseSourceVPCConfiguration: DATABASE_SOURCE_VPC_CONFIGURATION,
  },
  required: [
    'Type',
    'Endpoint',
    'Port',
    'Databases',
    'Tables',
    'SnapshotWatermarkTable',
    'DatabaseSourceAuthenticationConfiguration',
    'DatabaseSourceVPCConfiguration',
  ],
}
