/** A stream of the pipeline file as the Firehose API shows it. */
import type { DeliverConfig, StreamConfig } from '../../base/stream.ts'
import { PIPELINE_ROLE_ARN, bucketArn, streamArn } from './arns.ts'
import { formatOf, parquetNameOf } from './compression-names.ts'
import type { DataFormatConversion, DeliveryStreamDefinition, ExtendedS3Destination } from './definition.ts'
import { NOT_ENCRYPTED } from './encryption.ts'

const MIB = 1024 * 1024

export interface PipelineStreamFacts {
  region: string
  createdMs: number
}

/** Pure; without tags and encryption, which are not in the file. */
export function pipelineDefinition(
  config: StreamConfig,
  { region, createdMs }: PipelineStreamFacts,
): DeliveryStreamDefinition {
  return {
    name: config.name,
    arn: streamArn(region, config.name),
    region,
    type: 'DirectPut',
    createdMs,
    updatedMs: undefined,
    version: 1,
    destination: destinationOf(config, region),
    tags: [],
    encryption: NOT_ENCRYPTED,
    table: config.table,
  }
}

function destinationOf({ deliver, table }: StreamConfig, region: string): ExtendedS3Destination {
  const isParquet = deliver.format === 'parquet'
  return {
    RoleARN: PIPELINE_ROLE_ARN,
    BucketARN: bucketArn(deliver.bucket),
    ...(deliver.prefix === '' ? {} : { Prefix: deliver.prefix }),
    ...(deliver.errorPrefix === '' ? {} : { ErrorOutputPrefix: deliver.errorPrefix }),
    BufferingHints: {
      SizeInMBs: Math.max(1, Math.ceil(deliver.buffer.sizeBytes / MIB)),
      IntervalInSeconds: Math.ceil(deliver.buffer.intervalMs / 1000),
    },
    CompressionFormat: isParquet ? 'UNCOMPRESSED' : formatOf(deliver.compression),
    EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
    CloudWatchLoggingOptions: { Enabled: false },
    S3BackupMode: 'Disabled',
    ...(isParquet ? { DataFormatConversionConfiguration: conversionOf(deliver, table, region) } : {}),
    CustomTimeZone: deliver.timezone,
  }
}

function conversionOf(
  { compression }: DeliverConfig,
  table: StreamConfig['table'],
  region: string,
): DataFormatConversion {
  const name = parquetNameOf(compression)
  return {
    SchemaConfiguration: {
      RoleARN: PIPELINE_ROLE_ARN,
      DatabaseName: table.database,
      TableName: table.name,
      Region: region,
      VersionId: 'LATEST',
    },
    InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
    OutputFormatConfiguration: {
      Serializer: { ParquetSerDe: name === undefined ? {} : { Compression: name } },
    },
    Enabled: true,
  }
}
