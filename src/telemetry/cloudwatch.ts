/**
 * The numbers that people watch in CloudWatch's namespace AWS/Firehose, by the same names, per stream: in
 * `hozon status --format json`, and for Prometheus as `aws_firehose_<snake case>[_total]{delivery_stream_name="…"}`.
 * Sums are since the start of the server.
 */
import type { Labels, Metric, MetricsRegistry } from './metrics.ts'

const METRICS = {
  IncomingRecords: ['sum', 'Records accepted by PutRecord and PutRecordBatch.'],
  IncomingBytes: ['sum', 'Bytes accepted by PutRecord and PutRecordBatch, decoded.'],
  IncomingPutRequests: ['sum', 'Accepted PutRecord and PutRecordBatch requests.'],
  'PutRecord.Requests': ['sum', 'PutRecord requests.'],
  'PutRecord.Bytes': ['sum', 'Bytes put with PutRecord.'],
  'PutRecord.Latency': ['sum', 'Milliseconds of all PutRecord requests; divide by the requests.'],
  'PutRecordBatch.Requests': ['sum', 'PutRecordBatch requests.'],
  'PutRecordBatch.Records': ['sum', 'Records put with PutRecordBatch.'],
  'PutRecordBatch.Bytes': ['sum', 'Bytes put with PutRecordBatch.'],
  'PutRecordBatch.Latency': ['sum', 'Milliseconds of all PutRecordBatch requests; divide by the requests.'],
  ThrottledRecords: [
    'sum',
    'Records refused with ServiceUnavailableException: the buffer or the disk was full.',
  ],
  'DeliveryToS3.Records': ['sum', 'Records delivered.'],
  'DeliveryToS3.Bytes': ['sum', 'Bytes of the objects that were delivered.'],
  'DeliveryToS3.ObjectCount': ['sum', 'Objects that were delivered.'],
  'DeliveryToS3.Success': ['last', '1 while deliveries work, 0 while they fail.'],
  'DeliveryToS3.DataFreshness': ['last', 'Age of the oldest record that is not delivered, in seconds.'],
  'SucceedConversion.Records': ['sum', 'Records converted to Parquet.'],
  'FailedConversion.Records': ['sum', 'Records that could not be converted or processed.'],
  PartitionCount: ['last', 'Partitions of the last delivery, with dynamic partitioning.'],
} as const

export type CloudWatchName = keyof typeof METRICS

export interface CloudWatch {
  add(stream: string, name: CloudWatchName, amount: number): void
  set(stream: string, name: CloudWatchName, value: number): void
  /** What is known of a stream, by CloudWatch's names. */
  of(stream: string): Partial<Record<CloudWatchName, number>>
  /** The stream was deleted. */
  forget(stream: string): void
}

interface Numbers {
  /** The same object for all metrics of the stream, so that it is formatted once. */
  labels: Labels
  values: Partial<Record<CloudWatchName, number>>
}

export function openCloudWatch(registry: MetricsRegistry): CloudWatch {
  const metrics = new Map<string, Metric>()
  for (const [name, [kind, help]] of Object.entries(METRICS)) {
    const prometheus = `aws_firehose_${snakeCase(name)}`
    metrics.set(
      name,
      kind === 'sum' ? registry.counter(`${prometheus}_total`, help) : registry.gauge(prometheus, help),
    )
  }
  const byStream = new Map<string, Numbers>()

  function numbersOf(stream: string): Numbers {
    const known = byStream.get(stream)
    if (known !== undefined) return known
    const numbers: Numbers = { labels: { delivery_stream_name: stream }, values: {} }
    byStream.set(stream, numbers)
    return numbers
  }

  function put(stream: string, name: CloudWatchName, change: (before: number) => number): void {
    const { labels, values } = numbersOf(stream)
    const value = change(values[name] ?? 0)
    values[name] = value
    metrics.get(name)?.set(labels, value)
  }

  return {
    add: (stream, name, amount) => put(stream, name, (before) => before + amount),
    set: (stream, name, value) => put(stream, name, () => value),
    of: (stream) => byStream.get(stream)?.values ?? {},
    forget(stream) {
      byStream.delete(stream)
      for (const metric of metrics.values()) metric.remove({ delivery_stream_name: stream })
    },
  }
}

/** `PutRecordBatch.Requests` -> `put_record_batch_requests`, `DeliveryToS3.Bytes` -> `delivery_to_s3_bytes`. */
function snakeCase(name: string): string {
  return name
    .replaceAll('.', '')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll(/(\d)([A-Z])/g, '$1_$2')
    .toLowerCase()
}
