import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePrefixes } from '../../format/prefix.ts'
import type { DeliveryStreamDefinition } from './definition.ts'
import { pipelineDefinition } from './pipeline-definition.ts'
import { streamConfigOf } from './stream-config.ts'
import { BUCKET, ROLE, callOperation, createInput } from './testing/call.ts'
import { TEST_NOW_MS, TEST_REGION, createTestFirehose } from './testing/memory-streams.ts'
import { testPipelineConfig } from './testing/pipeline-stream.ts'

const MIB = 1024 * 1024
const ARN = 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/Web-1'

async function definitionOf(destination: object): Promise<DeliveryStreamDefinition> {
  const firehose = createTestFirehose()
  await callOperation(firehose.context, 'CreateDeliveryStream', createInput('Web-1', destination))
  return firehose.streams.find('Web-1')!.definition
}

const processor = (Type: string, parameters: Record<string, string> = {}): object => ({
  Type,
  Parameters: Object.entries(parameters).map(([ParameterName, ParameterValue]) => ({
    ParameterName,
    ParameterValue,
  })),
})

test('a plain stream', async () => {
  const config = streamConfigOf(
    await definitionOf({ BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 } }),
  )
  assert.deepEqual(config, {
    name: 'Web-1',
    collect: [],
    deliver: {
      bucket: 'logs-bucket',
      prefix: '',
      errorPrefix: '',
      partitionBy: 'arrival',
      timezone: 'UTC',
      format: 'json',
      compression: 'none',
      buffer: { sizeBytes: MIB, intervalMs: 0 },
      time: undefined,
      firehose: {
        versionId: '1',
        streamArn: ARN,
        region: 'eu-central-1',
        fileExtension: undefined,
        processing: {
          decompression: 'none',
          deaggregation: undefined,
          lambda: undefined,
          partitionQuery: undefined,
          delimiter: undefined,
        },
        partitioning: undefined,
        conversion: undefined,
        backup: undefined,
      },
    },
    table: { database: 'firehose', name: 'web_1' },
  })
  compilePrefixes(config.deliver.prefix, config.deliver.errorPrefix)
})

test('a stream with everything but conversion', async () => {
  const definition = await definitionOf({
    Prefix: 'c=!{partitionKeyFromQuery:c}/',
    ErrorOutputPrefix: 'errors/',
    CustomTimeZone: 'Asia/Tokyo',
    FileExtension: '.log',
    CompressionFormat: 'HADOOP_SNAPPY',
    S3BackupMode: 'Enabled',
    S3BackupConfiguration: {
      RoleARN: ROLE,
      BucketARN: BUCKET.replace('logs-', 'backup-'),
      Prefix: 'b/',
      CompressionFormat: 'Snappy',
    },
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: {
      Enabled: true,
      Processors: [
        processor('AppendDelimiterToRecord', { Delimiter: '\\r\\n' }),
        processor('MetadataExtraction', {
          JsonParsingEngine: 'JQ-1.6',
          MetadataExtractionQuery: '{c:.customer}',
        }),
        processor('Lambda', { LambdaArn: 'arn:aws:lambda:eu-central-1:123456789012:function:f' }),
        processor('RecordDeAggregation', { SubRecordType: 'DELIMITED', Delimiter: 'IyMjIw==' }),
      ],
    },
  })
  const { deliver } = streamConfigOf(definition)
  assert.equal(deliver.timezone, 'Asia/Tokyo')
  assert.equal(deliver.compression, 'hadoop-snappy')
  assert.deepEqual(deliver.buffer, { sizeBytes: 128 * MIB, intervalMs: 300_000 })
  assert.deepEqual(deliver.firehose, {
    versionId: '1',
    streamArn: ARN,
    region: 'eu-central-1',
    fileExtension: '.log',
    processing: {
      decompression: 'none',
      deaggregation: { kind: 'delimited', delimiterBase64: 'IyMjIw==' },
      lambda: {
        arn: 'arn:aws:lambda:eu-central-1:123456789012:function:f',
        retries: 3,
        bufferBytes: MIB,
        bufferIntervalMs: 60_000,
      },
      partitionQuery: '{c:.customer}',
      delimiter: '\r\n',
    },
    partitioning: { activePartitionsMax: 500 },
    conversion: undefined,
    backup: {
      bucket: 'backup-bucket',
      prefix: 'b/',
      errorPrefix: '',
      compression: 'snappy',
      timezone: 'UTC',
    },
  })
  compilePrefixes(deliver.prefix, deliver.errorPrefix, { dynamicPartitioning: true })
})

test('processing that is not enabled is none', async () => {
  const Processors = [processor('AppendDelimiterToRecord')]
  const on = await definitionOf({ ProcessingConfiguration: { Enabled: true, Processors } })
  assert.equal(streamConfigOf(on).deliver.firehose?.processing.delimiter, '\n')
  const off = await definitionOf({ ProcessingConfiguration: { Processors } })
  assert.equal(streamConfigOf(off).deliver.firehose?.processing.delimiter, undefined)
})

test('decompression', async () => {
  const decompressionOf = async (...Processors: object[]): Promise<string | undefined> => {
    const definition = await definitionOf({ ProcessingConfiguration: { Enabled: true, Processors } })
    return streamConfigOf(definition).deliver.firehose?.processing.decompression
  }
  const decompression = processor('Decompression', { CompressionFormat: 'GZIP' })
  const extraction = (value: string): object =>
    processor('CloudWatchLogProcessing', { DataMessageExtraction: value })
  assert.equal(await decompressionOf(decompression), 'envelope')
  assert.equal(await decompressionOf(decompression, extraction('True')), 'messages')
  assert.equal(await decompressionOf(decompression, extraction('false')), 'envelope')
})

test('conversion', async () => {
  const conversion = {
    SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'db', TableName: 'table' },
    InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
    OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
  }
  const definition = await definitionOf({ DataFormatConversionConfiguration: conversion })
  const { deliver } = streamConfigOf(definition)
  assert.equal(deliver.format, 'parquet')
  assert.equal(deliver.compression, 'snappy')
  assert.deepEqual(deliver.firehose?.conversion, {
    deserializer: { kind: 'openx', caseInsensitive: true, dotsToUnderscores: false, keyMappings: {} },
    schema: {
      catalogId: '123456789012',
      database: 'db',
      table: 'table',
      region: 'eu-central-1',
      version: 'LATEST',
    },
    parquet: {
      compression: 'snappy',
      blockBytes: 256 * MIB,
      pageBytes: MIB,
      dictionary: false,
      writerVersion: 'V1',
    },
  })
  const off = await definitionOf({
    CompressionFormat: 'GZIP',
    DataFormatConversionConfiguration: { ...conversion, Enabled: false },
  })
  assert.equal(streamConfigOf(off).deliver.format, 'json')
  assert.equal(streamConfigOf(off).deliver.compression, 'gzip')
})

test('streams of the pipeline file, shown and read again, keep their bucket and their table', () => {
  const facts = { region: TEST_REGION, createdMs: TEST_NOW_MS }
  for (const compression of ['zstd', 'gzip', 'none'] as const) {
    for (const format of ['parquet', 'json', 'raw'] as const) {
      const config = testPipelineConfig('web', { compression, format })
      const { deliver, table } = streamConfigOf(pipelineDefinition(config, facts))
      assert.equal(deliver.bucket, 'logs')
      assert.deepEqual(table, config.table)
    }
  }
})
