/** The Iceberg destination. After AWS's model, as ../shapes.ts. */
import type { ListShape, StringShape, StructureShape } from '../../../aws/shape.ts'
import { LIST_OF_NON_EMPTY_STRINGS_WITHOUT_WHITESPACE } from './format-conversion.ts'
import { PROCESSING_CONFIGURATION } from './processing.ts'
import {
  BUFFERING_HINTS,
  CLOUD_WATCH_LOGGING_OPTIONS,
  ERROR_OUTPUT_PREFIX,
  RETRY_OPTIONS,
  S3_DESTINATION_CONFIGURATION,
} from './s3.ts'
import { NON_EMPTY_STRING_WITHOUT_WHITESPACE, ROLE_ARN } from './shared.ts'

const STRING_WITH_LETTERS_DIGITS_UNDERSCORES_DOTS: StringShape = {
  type: 'string',
  min: 1,
  max: 255,
  pattern: '[a-zA-Z0-9\\.\\_]+',
}

const PARTITION_FIELD: StructureShape = {
  type: 'structure',
  members: {
    SourceName: NON_EMPTY_STRING_WITHOUT_WHITESPACE,
  },
  required: ['SourceName'],
}

const PARTITION_SPEC: StructureShape = {
  type: 'structure',
  members: {
    Identity: { type: 'list', member: PARTITION_FIELD },
  },
}

const DESTINATION_TABLE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    DestinationTableName: STRING_WITH_LETTERS_DIGITS_UNDERSCORES_DOTS,
    DestinationDatabaseName: STRING_WITH_LETTERS_DIGITS_UNDERSCORES_DOTS,
    UniqueKeys: LIST_OF_NON_EMPTY_STRINGS_WITHOUT_WHITESPACE,
    PartitionSpec: PARTITION_SPEC,
    S3ErrorOutputPrefix: ERROR_OUTPUT_PREFIX,
  },
  required: ['DestinationTableName', 'DestinationDatabaseName'],
}

const DESTINATION_TABLE_CONFIGURATION_LIST: ListShape = {
  type: 'list',
  member: DESTINATION_TABLE_CONFIGURATION,
}

const SCHEMA_EVOLUTION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    Enabled: { type: 'boolean' },
  },
  required: ['Enabled'],
}

const TABLE_CREATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    Enabled: { type: 'boolean' },
  },
  required: ['Enabled'],
}

const ICEBERG_S3_BACKUP_MODE: StringShape = { type: 'string', enum: ['FailedDataOnly', 'AllData'] }

const CATALOG_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    CatalogARN: {
      type: 'string',
      min: 1,
      max: 512,
      pattern: 'arn:.*:glue:.*:\\d{12}:catalog(?:(/[a-z0-9_-]+){1,2})?',
    },
    WarehouseLocation: { type: 'string', min: 1, max: 2048, pattern: 's3:\\/\\/.*' },
  },
}

export const ICEBERG_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    DestinationTableConfigurationList: DESTINATION_TABLE_CONFIGURATION_LIST,
    SchemaEvolutionConfiguration: SCHEMA_EVOLUTION_CONFIGURATION,
    TableCreationConfiguration: TABLE_CREATION_CONFIGURATION,
    BufferingHints: BUFFERING_HINTS,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    S3BackupMode: ICEBERG_S3_BACKUP_MODE,
    RetryOptions: RETRY_OPTIONS,
    RoleARN: ROLE_ARN,
    AppendOnly: { type: 'boolean' },
    CatalogConfiguration: CATALOG_CONFIGURATION,
    S3Configuration: S3_DESTINATION_CONFIGURATION,
  },
  required: ['RoleARN', 'CatalogConfiguration', 'S3Configuration'],
}

export const ICEBERG_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    DestinationTableConfigurationList: DESTINATION_TABLE_CONFIGURATION_LIST,
    SchemaEvolutionConfiguration: SCHEMA_EVOLUTION_CONFIGURATION,
    TableCreationConfiguration: TABLE_CREATION_CONFIGURATION,
    BufferingHints: BUFFERING_HINTS,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    S3BackupMode: ICEBERG_S3_BACKUP_MODE,
    RetryOptions: RETRY_OPTIONS,
    RoleARN: ROLE_ARN,
    AppendOnly: { type: 'boolean' },
    CatalogConfiguration: CATALOG_CONFIGURATION,
    S3Configuration: S3_DESTINATION_CONFIGURATION,
  },
}
