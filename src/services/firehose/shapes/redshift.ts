/** The Redshift destination. After AWS's model, as ../shapes.ts. */
import type { StringShape, StructureShape } from '../../../aws/shape.ts'
import { PROCESSING_CONFIGURATION } from './processing.ts'
import { CLOUD_WATCH_LOGGING_OPTIONS, S3_DESTINATION_CONFIGURATION, S3_DESTINATION_UPDATE } from './s3.ts'
import { ROLE_ARN, SECRETS_MANAGER_CONFIGURATION } from './shared.ts'

const CLUSTER_JDBC_URL: StringShape = {
  type: 'string',
  min: 1,
  max: 512,
  pattern:
    'jdbc:(redshift|postgresql)://((?!-)[A-Za-z0-9-]{1,63}(?<!-)\\.)+(redshift(-serverless)?)\\.([a-zA-Z0-9\\.\\-]+):\\d{1,5}/[a-zA-Z0-9_$-]+',
}

const COPY_COMMAND: StructureShape = {
  type: 'structure',
  members: {
    DataTableName: { type: 'string', min: 1, max: 512, pattern: '.*' },
    DataTableColumns: { type: 'string', min: 0, max: 10_240, pattern: '.*' },
    CopyOptions: { type: 'string', min: 0, max: 10_240, pattern: '.*' },
  },
  required: ['DataTableName'],
}

const USERNAME: StringShape = { type: 'string', min: 1, max: 512, pattern: '.*', sensitive: true }

const PASSWORD: StringShape = { type: 'string', min: 6, max: 512, pattern: '.*', sensitive: true }

const REDSHIFT_RETRY_OPTIONS: StructureShape = {
  type: 'structure',
  members: {
    DurationInSeconds: { type: 'integer', min: 0, max: 7200 },
  },
}

const REDSHIFT_S3_BACKUP_MODE: StringShape = { type: 'string', enum: ['Disabled', 'Enabled'] }

export const REDSHIFT_DESTINATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: ROLE_ARN,
    ClusterJDBCURL: CLUSTER_JDBC_URL,
    CopyCommand: COPY_COMMAND,
    Username: USERNAME,
    Password: PASSWORD,
    RetryOptions: REDSHIFT_RETRY_OPTIONS,
    S3Configuration: S3_DESTINATION_CONFIGURATION,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    S3BackupMode: REDSHIFT_S3_BACKUP_MODE,
    S3BackupConfiguration: S3_DESTINATION_CONFIGURATION,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    SecretsManagerConfiguration: SECRETS_MANAGER_CONFIGURATION,
  },
  required: ['RoleARN', 'ClusterJDBCURL', 'CopyCommand', 'S3Configuration'],
}

export const REDSHIFT_DESTINATION_UPDATE: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: ROLE_ARN,
    ClusterJDBCURL: CLUSTER_JDBC_URL,
    CopyCommand: COPY_COMMAND,
    Username: USERNAME,
    Password: PASSWORD,
    RetryOptions: REDSHIFT_RETRY_OPTIONS,
    S3Update: S3_DESTINATION_UPDATE,
    ProcessingConfiguration: PROCESSING_CONFIGURATION,
    S3BackupMode: REDSHIFT_S3_BACKUP_MODE,
    S3BackupUpdate: S3_DESTINATION_UPDATE,
    CloudWatchLoggingOptions: CLOUD_WATCH_LOGGING_OPTIONS,
    SecretsManagerConfiguration: SECRETS_MANAGER_CONFIGURATION,
  },
}
