/** What a stream made through the API means for buffer, delivery and queries: AWS's description in words of this house. */
import type {
  FirehoseBackup,
  FirehoseConversion,
  FirehoseDelivery,
  FirehoseProcessing,
} from '../../base/firehose-delivery.ts'
import type { StreamConfig } from '../../base/stream.ts'
import { ACCOUNT_ID } from '../../aws/service.ts'
import { assert } from '../../base/errors.ts'
import { bucketOf } from './arns.ts'
import { compressionOf, parquetCodecOf } from './compression-names.ts'
import type {
  DataFormatConversion,
  DeliveryStreamDefinition,
  ExtendedS3Destination,
  Processor,
} from './definition.ts'
import { activeProcessors, parameterOf, processorOf } from './processors.ts'

const MIB = 1024 * 1024
/** AWS's quota: partitions that one delivery may have; what is beyond goes to the error prefix. */
export const ACTIVE_PARTITIONS_MAX = 500
const PARQUET_BLOCK_BYTES = 256 * MIB
const PARQUET_PAGE_BYTES = MIB
const DEFAULT_DELIMITER = '\n'

/** Pure; the definition has been checked (destination-rules.ts). */
export function streamConfigOf(definition: DeliveryStreamDefinition): StreamConfig {
  const { destination } = definition
  const conversion = conversionOf(definition)
  const { SizeInMBs: sizeMbs, IntervalInSeconds: intervalSeconds } = destination.BufferingHints
  return {
    name: definition.name,
    collect: [],
    deliver: {
      bucket: bucketOf(destination.BucketARN),
      prefix: destination.Prefix ?? '',
      errorPrefix: destination.ErrorOutputPrefix ?? '',
      partitionBy: 'arrival',
      timezone: destination.CustomTimeZone ?? 'UTC',
      format: conversion === undefined ? 'json' : 'parquet',
      compression: conversion?.parquet.compression ?? compressionOf(destination.CompressionFormat),
      buffer: { sizeBytes: sizeMbs * MIB, intervalMs: intervalSeconds * 1000 },
      time: undefined,
      firehose: deliveryOf(definition, conversion),
    },
    table: definition.table,
  }
}

function deliveryOf(
  definition: DeliveryStreamDefinition,
  conversion: FirehoseConversion | undefined,
): FirehoseDelivery {
  const { destination } = definition
  const isPartitioned = destination.DynamicPartitioningConfiguration?.Enabled === true
  return {
    versionId: String(definition.version),
    streamArn: definition.arn,
    region: definition.region,
    fileExtension: destination.FileExtension,
    processing: processingOf(activeProcessors(destination.ProcessingConfiguration)),
    partitioning: isPartitioned ? { activePartitionsMax: ACTIVE_PARTITIONS_MAX } : undefined,
    conversion,
    backup: backupOf(destination),
  }
}

function processingOf(processors: readonly Processor[]): FirehoseProcessing {
  const append = processorOf(processors, 'AppendDelimiterToRecord')
  return {
    decompression: decompressionOf(processors),
    deaggregation: deaggregationOf(processorOf(processors, 'RecordDeAggregation')),
    lambda: lambdaOf(processorOf(processors, 'Lambda')),
    partitionQuery: parameterOf(processorOf(processors, 'MetadataExtraction'), 'MetadataExtractionQuery'),
    delimiter:
      append === undefined ? undefined : unescaped(parameterOf(append, 'Delimiter') ?? DEFAULT_DELIMITER),
  }
}

function decompressionOf(processors: readonly Processor[]): FirehoseProcessing['decompression'] {
  if (processorOf(processors, 'Decompression') === undefined) return 'none'
  const extraction = parameterOf(processorOf(processors, 'CloudWatchLogProcessing'), 'DataMessageExtraction')
  return extraction?.toLowerCase() === 'true' ? 'messages' : 'envelope'
}

function deaggregationOf(processor: Processor | undefined): FirehoseProcessing['deaggregation'] {
  if (processor === undefined) return undefined
  if (parameterOf(processor, 'SubRecordType') === 'JSON') return { kind: 'json' }
  return { kind: 'delimited', delimiterBase64: parameterOf(processor, 'Delimiter') ?? '' }
}

function lambdaOf(processor: Processor | undefined): FirehoseProcessing['lambda'] {
  if (processor === undefined) return undefined
  const number = (name: string): number => Number(parameterOf(processor, name))
  return {
    arn: parameterOf(processor, 'LambdaArn') ?? '',
    retries: number('NumberOfRetries'),
    bufferBytes: Math.round(number('BufferSizeInMBs') * MIB),
    bufferIntervalMs: Math.round(number('BufferIntervalInSeconds') * 1000),
  }
}

/** Configurations write `\n` as two characters, which AWS takes for a line feed. */
function unescaped(delimiter: string): string {
  const letters: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\' }
  return delimiter.replace(/\\([nrt\\])/g, (_, letter: string) => letters[letter] ?? '')
}

function conversionOf({ destination, region }: DeliveryStreamDefinition): FirehoseConversion | undefined {
  const conversion = destination.DataFormatConversionConfiguration
  if (conversion === undefined || conversion.Enabled === false) return undefined
  const schema = conversion.SchemaConfiguration
  assert(
    schema?.DatabaseName !== undefined && schema.TableName !== undefined,
    'the rules have checked the schema',
  )
  return {
    deserializer: deserializerOf(conversion),
    schema: {
      catalogId: schema.CatalogId ?? ACCOUNT_ID,
      database: schema.DatabaseName,
      table: schema.TableName,
      region: schema.Region ?? region,
      version: schema.VersionId ?? 'LATEST',
    },
    parquet: parquetOf(conversion),
  }
}

function deserializerOf({
  InputFormatConfiguration: input,
}: DataFormatConversion): FirehoseConversion['deserializer'] {
  const { OpenXJsonSerDe: openx = {}, HiveJsonSerDe: hive } = input?.Deserializer ?? {}
  if (hive !== undefined) return { kind: 'hive', timestampFormats: hive.TimestampFormats ?? [] }
  return {
    kind: 'openx',
    caseInsensitive: openx.CaseInsensitive ?? true,
    dotsToUnderscores: openx.ConvertDotsInJsonKeysToUnderscores ?? false,
    keyMappings: openx.ColumnToJsonKeyMappings ?? {},
  }
}

function parquetOf({
  OutputFormatConfiguration: output,
}: DataFormatConversion): FirehoseConversion['parquet'] {
  const parquet = output?.Serializer?.ParquetSerDe ?? {}
  return {
    compression: parquetCodecOf(parquet.Compression ?? 'SNAPPY'),
    blockBytes: parquet.BlockSizeBytes ?? PARQUET_BLOCK_BYTES,
    pageBytes: parquet.PageSizeBytes ?? PARQUET_PAGE_BYTES,
    dictionary: parquet.EnableDictionaryCompression ?? false,
    writerVersion: parquet.WriterVersion === 'V2' ? 'V2' : 'V1',
  }
}

/** The time zone is the destination's alone: AWS writes backups in UTC. */
function backupOf({
  S3BackupMode: mode,
  S3BackupDescription: backup,
}: ExtendedS3Destination): FirehoseBackup | undefined {
  if (mode !== 'Enabled' || backup === undefined) return undefined
  return {
    bucket: bucketOf(backup.BucketARN),
    prefix: backup.Prefix ?? '',
    errorPrefix: backup.ErrorOutputPrefix ?? '',
    compression: compressionOf(backup.CompressionFormat),
    timezone: 'UTC',
  }
}
