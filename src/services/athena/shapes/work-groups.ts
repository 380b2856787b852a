/** Of workgroups, which carry settings of Spark that are taken and not used. */
import type { ListShape, MapShape, NumberShape, StringShape, StructureShape } from '../../../aws/shape.ts'
import {
  ACL_CONFIGURATION,
  AWS_ACCOUNT_ID,
  BOOLEAN,
  ENCRYPTION_CONFIGURATION,
  ENGINE_CONFIGURATION,
  NAME_STRING,
  RESULT_CONFIGURATION,
  TAG_LIST,
  TEXT,
  TOKEN,
  WORK_GROUP_NAME,
} from './shared.ts'

const KMS_KEY: StringShape = {
  type: 'string',
  min: 1,
  max: 2048,
  pattern:
    '^(arn:aws[a-z\\-]*:kms:([a-z0-9\\-]+):\\d{12}:key/?[a-zA-Z_0-9+=,.@\\-_/]+|arn:aws[a-z\\-]*:kms:([a-z0-9\\-]+):\\d{12}:alias/?[a-zA-Z_0-9+=,.@\\-_/]+|alias/[a-zA-Z0-9/_-]+|[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})$',
}
const MANAGED_QUERY_RESULTS_ENCRYPTION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { KmsKey: KMS_KEY },
  required: ['KmsKey'],
}
const MANAGED_QUERY_RESULTS_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { Enabled: BOOLEAN, EncryptionConfiguration: MANAGED_QUERY_RESULTS_ENCRYPTION_CONFIGURATION },
  required: ['Enabled'],
}
const BYTES_SCANNED_CUTOFF_VALUE: NumberShape = { type: 'long', min: 10_000_000 }
const ENGINE_VERSION: StructureShape = {
  type: 'structure',
  members: { SelectedEngineVersion: NAME_STRING, EffectiveEngineVersion: NAME_STRING },
}
const ROLE_ARN: StringShape = {
  type: 'string',
  min: 20,
  max: 2048,
  pattern: '^arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+$',
}
const LOG_TYPE_VALUES_LIST: ListShape = { type: 'list', member: TEXT }
const LOG_TYPES_MAP: MapShape = { type: 'map', key: TEXT, value: LOG_TYPE_VALUES_LIST }
const CLOUD_WATCH_LOGGING_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    Enabled: BOOLEAN,
    LogGroup: { type: 'string', min: 1, max: 512, pattern: '^[a-zA-Z0-9._/-]+$' },
    LogStreamNamePrefix: { type: 'string', min: 1, max: 512, pattern: '^[^:*]*$' },
    LogTypes: LOG_TYPES_MAP,
  },
  required: ['Enabled'],
}
const MANAGED_LOGGING_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { Enabled: BOOLEAN, KmsKey: KMS_KEY },
  required: ['Enabled'],
}
const S3_OUTPUT_LOCATION: StringShape = {
  type: 'string',
  max: 1024,
  pattern: '^s3://[a-z0-9][a-z0-9\\-]*[a-z0-9](/.*)?$',
}
const S3_LOGGING_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { Enabled: BOOLEAN, KmsKey: KMS_KEY, LogLocation: S3_OUTPUT_LOCATION },
  required: ['Enabled'],
}
const MONITORING_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    CloudWatchLoggingConfiguration: CLOUD_WATCH_LOGGING_CONFIGURATION,
    ManagedLoggingConfiguration: MANAGED_LOGGING_CONFIGURATION,
    S3LoggingConfiguration: S3_LOGGING_CONFIGURATION,
  },
}
const IDENTITY_CENTER_INSTANCE_ARN: StringShape = {
  type: 'string',
  min: 0,
  max: 255,
  pattern: '^arn:(aws|aws-us-gov|aws-cn|aws-iso|aws-iso-b):sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}$',
}
const IDENTITY_CENTER_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { EnableIdentityCenter: BOOLEAN, IdentityCenterInstanceArn: IDENTITY_CENTER_INSTANCE_ARN },
}
const QUERY_RESULTS_S3_ACCESS_GRANTS_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    EnableS3AccessGrants: BOOLEAN,
    CreateUserLevelPrefix: BOOLEAN,
    AuthenticationType: { type: 'string', enum: ['DIRECTORY_IDENTITY'] },
  },
  required: ['EnableS3AccessGrants', 'AuthenticationType'],
}
const SYSTEM_TABLE_STATUS: StructureShape = {
  type: 'structure',
  members: { TableName: { type: 'string', enum: ['QUERY_EXECUTIONS'] }, Enabled: BOOLEAN },
  required: ['TableName', 'Enabled'],
}
const SYSTEM_TABLE_STATUS_LIST: ListShape = { type: 'list', member: SYSTEM_TABLE_STATUS, min: 0, max: 50 }
const WORK_GROUP_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    ResultConfiguration: RESULT_CONFIGURATION,
    ManagedQueryResultsConfiguration: MANAGED_QUERY_RESULTS_CONFIGURATION,
    EnforceWorkGroupConfiguration: BOOLEAN,
    PublishCloudWatchMetricsEnabled: BOOLEAN,
    BytesScannedCutoffPerQuery: BYTES_SCANNED_CUTOFF_VALUE,
    RequesterPaysEnabled: BOOLEAN,
    EngineVersion: ENGINE_VERSION,
    AdditionalConfiguration: NAME_STRING,
    ExecutionRole: ROLE_ARN,
    MonitoringConfiguration: MONITORING_CONFIGURATION,
    EngineConfiguration: ENGINE_CONFIGURATION,
    CustomerContentEncryptionConfiguration: MANAGED_QUERY_RESULTS_ENCRYPTION_CONFIGURATION,
    EnableMinimumEncryptionConfiguration: BOOLEAN,
    IdentityCenterConfiguration: IDENTITY_CENTER_CONFIGURATION,
    QueryResultsS3AccessGrantsConfiguration: QUERY_RESULTS_S3_ACCESS_GRANTS_CONFIGURATION,
    SystemTableStatuses: SYSTEM_TABLE_STATUS_LIST,
  },
}
const WORK_GROUP_DESCRIPTION_STRING: StringShape = { type: 'string', min: 0, max: 1024 }
const RESULT_CONFIGURATION_UPDATES: StructureShape = {
  type: 'structure',
  members: {
    OutputLocation: TEXT,
    RemoveOutputLocation: BOOLEAN,
    EncryptionConfiguration: ENCRYPTION_CONFIGURATION,
    RemoveEncryptionConfiguration: BOOLEAN,
    ExpectedBucketOwner: AWS_ACCOUNT_ID,
    RemoveExpectedBucketOwner: BOOLEAN,
    AclConfiguration: ACL_CONFIGURATION,
    RemoveAclConfiguration: BOOLEAN,
  },
}
const MANAGED_QUERY_RESULTS_CONFIGURATION_UPDATES: StructureShape = {
  type: 'structure',
  members: {
    Enabled: BOOLEAN,
    EncryptionConfiguration: MANAGED_QUERY_RESULTS_ENCRYPTION_CONFIGURATION,
    RemoveEncryptionConfiguration: BOOLEAN,
  },
}
const WORK_GROUP_CONFIGURATION_UPDATES: StructureShape = {
  type: 'structure',
  members: {
    EnforceWorkGroupConfiguration: BOOLEAN,
    ResultConfigurationUpdates: RESULT_CONFIGURATION_UPDATES,
    ManagedQueryResultsConfigurationUpdates: MANAGED_QUERY_RESULTS_CONFIGURATION_UPDATES,
    PublishCloudWatchMetricsEnabled: BOOLEAN,
    BytesScannedCutoffPerQuery: BYTES_SCANNED_CUTOFF_VALUE,
    RemoveBytesScannedCutoffPerQuery: BOOLEAN,
    RequesterPaysEnabled: BOOLEAN,
    EngineVersion: ENGINE_VERSION,
    RemoveCustomerContentEncryptionConfiguration: BOOLEAN,
    AdditionalConfiguration: NAME_STRING,
    ExecutionRole: ROLE_ARN,
    CustomerContentEncryptionConfiguration: MANAGED_QUERY_RESULTS_ENCRYPTION_CONFIGURATION,
    EnableMinimumEncryptionConfiguration: BOOLEAN,
    QueryResultsS3AccessGrantsConfiguration: QUERY_RESULTS_S3_ACCESS_GRANTS_CONFIGURATION,
    MonitoringConfiguration: MONITORING_CONFIGURATION,
    EngineConfiguration: ENGINE_CONFIGURATION,
  },
}

export const WORK_GROUPS = {
  CreateWorkGroup: {
    type: 'structure',
    members: {
      Name: WORK_GROUP_NAME,
      Configuration: WORK_GROUP_CONFIGURATION,
      Description: WORK_GROUP_DESCRIPTION_STRING,
      Tags: TAG_LIST,
    },
    required: ['Name'],
  },
  GetWorkGroup: { type: 'structure', members: { WorkGroup: WORK_GROUP_NAME }, required: ['WorkGroup'] },
  ListWorkGroups: {
    type: 'structure',
    members: { NextToken: TOKEN, MaxResults: { type: 'integer', min: 1, max: 50 } },
  },
  UpdateWorkGroup: {
    type: 'structure',
    members: {
      WorkGroup: WORK_GROUP_NAME,
      Description: WORK_GROUP_DESCRIPTION_STRING,
      ConfigurationUpdates: WORK_GROUP_CONFIGURATION_UPDATES,
      State: { type: 'string', enum: ['ENABLED', 'DISABLED'] },
    },
    required: ['WorkGroup'],
  },
  DeleteWorkGroup: {
    type: 'structure',
    members: { WorkGroup: WORK_GROUP_NAME, RecursiveDeleteOption: BOOLEAN },
    required: ['WorkGroup'],
  },
} satisfies Record<string, StructureShape>
