/** The Snowflake destination. After AWS's model, as ../shapes.ts. */
import type { StringShape, StructureShape } from '../../../aws/shape.ts'
import { PROCESSING_CONFIGURATION } from './processing.ts'
import { CLOUD_WATCH_LOGGING_OPTIONS, S3_DESTINATION_CONFIGURATION, S3_DESTINATION_UPDATE } from './s3.ts'
import { ROLE_ARN, SECRETS_MANAGER_CONFIGURATION } from './shared.ts'

const SNOWFLAKE_ACCOUNT_URL: StringShape = {
  type: 'string',
  min: 24,
  max: 2048,
  pattern: '.+?\\.snowflakecomputing\\.com',
  sensitive: true,
}

const SNOWFLAKE_PRIVATE_KEY: StringShape = {
  type: 'string',
  min: 256,
  max: 4096,
  pattern: '^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=)?$',
  sensitive: true,
}

const SNOWFLAKE_KEY_PASSPHRASE: StringShape = { type: 'string', min: 7, max: 255, sensitive: true }

const SNOWFLAKE_USER: StringShape = { type: 'string', min: 1, max: 255, sensitive: true }

const SNOWFLAKE_DATABASE: StringShape = { type: 'string', min: 1, max: 255, sensitive: true }

const SNOWFLAKE_SCHEMA: StringShape = { type: 'string', min: 1, max: 255, sensitive: true }

const SNOWFLAKE_TABLE: StringShape = { type: 'string', min: 1, max: 255, sensitive: true }

const SNOWFLAKE_ROLE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    Enabled: { type: 'boolean' },
    SnowflakeRole: { type: 'string', min: 1, max: 255, sensitive: true },
  },
}

const SNOWFLAKE_DATA_LOADING_OPTION: StringShape = {
  type: 'string',
  enum: ['JSON_MAPPING', 'VARIANT_CONTENT_MAPPING', 'VARIANT_CONTENT_AND_METADATA_MAPPING'],
}

const SNOWFLAKE_META_DATA_COLUMN_NAME: StringShape = { type: 'string', min: 1, max: 255, sensitive: true }

const SNOWFLAKE_CONTENT_COLUMN_NAME: StringShape = { type: 'string', min: 1, max: 255, sensitive: true }

const SNOWFLAKE_VPC_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    PrivateLinkVpceId: {
      type: 'string',
      min: 47,
      max: 255,
      pattern: '([a-zA-Z0-9\\-\\_]+\\.){2,3}vpce\\.[a-zA-Z0-9\\-]*\\.vpce-svc\\-[a-zA-Z0-9\\-]{17}$',
      sensitive: true,
    },
  },
  required: ['PrivateLinkVpceId'],
}

const SNOWFLAKE_RETRY_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    DurationInSeconds: { type: 'integer', min: 0, max: 7200 },
  },
}

const SNOWFLAKE_S3_BACKUP_MODE: StringShape = { type: 'string', enum: ['FailedDataOnly', 'AllData'] }

const SNOWFLAKE_BUFFERING_HINTS: StructureShape = {
  type: 'structure',
  members: {
    SizeInMBs: { type: 'integer', min: 1, max: 128 },
    IntervalInSeconds: { type: 'integer', min: 0, max: 900 },
  },
}

export const SNOWFLAKE_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    AccountUrl: SNOWFLAKE_ACCOUNT_URL,
    PrivateKey: SNOWFLAKE_PRIVATE_KEY,
    KeyPassphrase: SNOWFLAKE_KEY_PASSPHRASE,
    User: SNOWFLAKE_USER,
    Database: SNOWFLAKE_DATABASE,
    Schema: SNOWFLAKE_SCHEMA,
    Table: SNOWFLAKE_TABLE,
    SnowflakeRoleConfiguration: SNOWFLAKE_ROLE_CONFIGURATION,
    DataLoadingOption: SNOWFLAKE_DATA_LOADING_OPTION,
    MetaDataColumnName: SNOWFLAKE_META_DATA_COLUMN_NAME,
    ContentColumnName: SNOWFLAKE_CONTENT_COLUMN_NAME,
    SnowflakeVpcConfiguration: SNOWFLAKE_VPC_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    RoleARN: ROLE_ARN,
    RetryOptions: SNOWFLAKE_RETRY_OPTIONS,
    S3BackupMode: SNOWFLAKE_S3_BACKUP_MODE,
    S3Configuration: S3_DESTINATION_CONFIGURATION,
    SecretsManagerConfiguration: SECRETS_MANAGER_CONFIGURATION,
    BufferingHints: SNOWFLAKE_BUFFERING_HINTS,
  },
  required: ['AccountUrl', 'Database', 'Schema', 'Table', 'RoleARN', 'S3Configuration'],
}

export const SNOWFLAKE_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    AccountUrl: SNOWFLAKE_ACCOUNT_URL,
    PrivateKey: SNOWFLAKE_PRIVATE_KEY,
    KeyPassphrase: SNOWFLAKE_KEY_PASSPHRASE,
    User: SNOWFLAKE_USER,
    Database: SNOWFLAKE_DATABASE,
    Schema: SNOWFLAKE_SCHEMA,
    Table: SNOWFLAKE_TABLE,
    SnowflakeRoleConfiguration: SNOWFLAKE_ROLE_CONFIGURATION,
    DataLoadingOption: SNOWFLAKE_DATA_LOADING_OPTION,
    MetaDataColumnName: SNOWFLAKE_META_DATA_COLUMN_NAME,
    ContentColumnName: SNOWFLAKE_CONTENT_COLUMN_NAME,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    RoleARN: ROLE_ARN,
    RetryOptions: SNOWFLAKE_RETRY_OPTIONS,
    S3BackupMode: SNOWFLAKE_S3_BACKUP_MODE,
    S3Update: S3_DESTINATION_UPDATE,
    SecretsManagerConfiguration: SECRETS_MANAGER_CONFIGURATION,
    BufferingHints: SNOWFLAKE_BUFFERING_HINTS,
  },
}
