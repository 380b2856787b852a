/** A stream as the pipeline file makes it. */
import type { DeliverConfig, StreamConfig } from '../../../base/stream.ts'
import { pipelineDefinition } from '../pipeline-definition.ts'
import { TEST_NOW_MS, TEST_REGION, type MemoryStream, type TestFirehose } from './memory-streams.ts'

export function testPipelineConfig(name: string, deliver: Partial<DeliverConfig> = {}): StreamConfig {
  return {
    name,
    collect: [],
    deliver: {
      bucket: 'logs',
      prefix: `${name}/dt=!{timestamp:yyyy-MM-dd}/`,
      errorPrefix: `errors/${name}/!{firehose:error-output-type}/`,
      partitionBy: 'event',
      timezone: 'Asia/Tokyo',
      format: 'parquet',
      compression: 'zstd',
      buffer: { sizeBytes: 64 * 1024 * 1024, intervalMs: 60_000 },
      time: undefined,
      ...deliver,
    },
    table: { database: 'logs', name },
  }
}

export function testPipelineStream({ streams }: TestFirehose, name: string): MemoryStream {
  const facts = { region: TEST_REGION, createdMs: TEST_NOW_MS }
  return streams.add('pipeline', pipelineDefinition(testPipelineConfig(name), facts))
}
