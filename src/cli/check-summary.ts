/** What `hozon check` says of a valid file: where a line of now would go. */
import type { DeliverConfig, StreamConfig, TailConfig } from '../base/stream.ts'
import { formatBytes, formatDuration } from '../base/units.ts'
import { compilePrefixes, type Prefix } from '../format/prefix.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'

const LABEL_WIDTH = 10

export function pipelineSummary(pipeline: Pipeline, nowMs: number): string {
  const { store } = pipeline
  const where = store.kind === 'local' ? store.path : (store.endpoint ?? `AWS S3 (${store.region})`)
  const streams = pipeline.streams.map((stream) => streamSummary(stream, nowMs))
  const none = 'no streams: nothing is collected; streams can still be made through the endpoint\n'
  return [row('store', where), ...(streams.length === 0 ? [none] : streams)].join('\n')
}

function streamSummary(stream: StreamConfig, nowMs: number): string {
  const { deliver, table } = stream
  const { prefix, errorPrefix } = compilePrefixes(deliver.prefix, deliver.errorPrefix)
  const keyed =
    prefix.hiveKeys.length === 0 ? 'not partitioned' : `partitioned by ${prefix.hiveKeys.join(', ')}`
  const time = deliver.partitionBy === 'event' ? 'its own time' : 'its arrival'
  return [
    `${stream.name}\n`,
    ...(stream.collect.length === 0
      ? [row('from', 'senders to the endpoint')]
      : stream.collect.map(sourceRow)),
    row('as', `${deliver.format}, compression ${deliver.compression}, ${bufferText(deliver)}`),
    row('to', `${location(prefix, deliver, nowMs)}   (a line of now; ${time}, ${deliver.timezone})`),
    row('table', `${table.database}.${table.name}, ${keyed}`),
    row('rejected', `${location(errorPrefix, deliver, nowMs)}, table ${table.database}.${table.name}_errors`),
  ].join('')
}

function sourceRow(source: TailConfig): string {
  const time = source.time === undefined ? '' : `, time in ${source.time}`
  return source.paths
    .map((path) => row('from', `${path}   (${source.parse.kind}, from the ${source.from}${time})`))
    .join('')
}

function bufferText({ buffer }: DeliverConfig): string {
  const interval = buffer.intervalMs === 0 ? 'at once' : `after ${formatDuration(buffer.intervalMs)}`
  return `delivered ${interval} or at ${formatBytes(buffer.sizeBytes)}`
}

function location(prefix: Prefix, deliver: DeliverConfig, nowMs: number): string {
  const evaluated = prefix.evaluate(nowMs, { timezone: deliver.timezone, random: () => '<random>' })
  return `s3://${deliver.bucket}/${evaluated}`
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${text}\n`
}
