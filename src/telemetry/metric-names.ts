/** All metrics by name: `hozon_<layer>_<noun>_<unit>[_total]`. docs and dashboards rely on them. */
import type { Metric, MetricsRegistry } from './metrics.ts'

const COUNTERS = {
  receivedRecords: ['hozon_buffer_received_records_total', 'Records made durable since start.'],
  receivedBytes: ['hozon_buffer_received_bytes_total', 'Bytes made durable since start.'],
  deliveredRecords: ['hozon_deliver_records_total', 'Records in the store, since the stream was made.'],
  deliveredObjects: ['hozon_deliver_objects_total', 'Objects in the store, since the stream was made.'],
  rejectedRecords: ['hozon_deliver_rejected_records_total', 'Records that went to the error prefix.'],
  lateRecords: ['hozon_deliver_late_records_total', 'Records whose event time was over an hour old.'],
  deliveredBytes: ['hozon_deliver_bytes_total', 'Bytes of objects put since start.'],
  deliveries: ['hozon_deliver_runs_total', 'Deliveries committed since start.'],
  deliveriesFailed: ['hozon_deliver_failures_total', 'Episodes of failing deliveries since start.'],
  engineDeaths: ['hozon_engine_deaths_total', 'Engine processes that ended by themselves.'],
  filesDenied: ['hozon_collect_files_denied_total', 'Files that could not be opened for lack of permission.'],
  linesCut: ['hozon_collect_lines_cut_total', 'Lines cut for being longer than the limit.'],
  awsRequests: ['hozon_aws_requests_total', 'Requests of the AWS endpoint, by operation and HTTP status.'],
  awsRequestSeconds: ['hozon_aws_request_seconds_total', 'Time that these requests took, in seconds.'],
  requestsFailed: ['hozon_console_requests_failed_total', 'Control requests that met an unexpected error.'],
} as const

const GAUGES = {
  info: ['hozon_info', 'Always 1; the version is a label.'],
  startTime: ['hozon_start_time_seconds', 'When the server started, in seconds since 1970.'],
  bufferedRecords: ['hozon_buffer_records', 'Records in the buffer, not yet delivered.'],
  bufferedBytes: ['hozon_buffer_bytes', 'Bytes in the buffer, not yet delivered.'],
  oldestBuffered: ['hozon_buffer_oldest_record_seconds', 'Age of the oldest record in the buffer.'],
  bufferStalled: ['hozon_buffer_stalled', '1 while the disk refuses writes.'],
  certificateEnd: ['hozon_tls_certificate_end_seconds', "The end of the endpoint's certificate, since 1970."],
  functionFailing: ['hozon_deliver_function_failing', '1 while a function fails for good.'],
  deliveryFailing: ['hozon_deliver_failing', '1 while deliveries are being tried again.'],
  deliveryLag: [
    'hozon_deliver_lag_seconds',
    'From the arrival of the oldest record to its commit, last delivery.',
  ],
} as const

type Names = keyof typeof COUNTERS | keyof typeof GAUGES

export function declareMetrics(registry: MetricsRegistry): Record<Names, Metric> {
  const counters = Object.entries(COUNTERS).map(([key, [name, help]]) => [key, registry.counter(name, help)])
  const gauges = Object.entries(GAUGES).map(([key, [name, help]]) => [key, registry.gauge(name, help)])
  return Object.fromEntries([...counters, ...gauges]) as Record<Names, Metric>
}
