/** What a pipeline file leaves out. The schema's descriptions name the same values; a test compares them. */
import { isAbsolute, resolve } from 'node:path'
import type { Compression, DeliverConfig, ParseConfig, StreamConfig, TailConfig } from '../base/stream.ts'
import { assert } from '../base/errors.ts'
import type { FunctionTargets } from '../deliver/lambda/transformer.ts'
import { parseBytes, parseDurationMs } from '../base/units.ts'
import { isUrl } from './function-target.ts'
import type { EndpointConfig, StoreConfig } from './pipeline.ts'
import type { PipelineInput, StreamInput, TailInput } from './schema.ts'

export const DEFAULT_BUCKET = 'logs'
const DEFAULT_BUFFER_SIZE = '64MiB'
const DEFAULT_BUFFER_INTERVAL = '60s'
const DEFAULT_REGION = 'us-east-1'

/** `base`: the folder that relative paths start from. The input must have passed the schema. */
export function toStreamConfig(name: string, input: StreamInput, base: string): StreamConfig {
  const format = input.deliver?.format ?? 'parquet'
  const collect = (input.collect ?? []).map((source) => toTailConfig(source.tail, format, base))
  return { name, collect, deliver: toDeliverConfig(name, input, collect), table: toTable(name, input.table) }
}

export function toStoreConfig(
  input: PipelineInput['store'],
  base: string,
  dataDirectory: string,
): StoreConfig {
  const s3 = input?.s3
  if (s3 === undefined) {
    const path = input?.path
    return { kind: 'local', path: path === undefined ? resolve(dataDirectory, 'store') : resolve(base, path) }
  }
  return {
    kind: 's3',
    endpoint: s3.endpoint,
    region: s3.region ?? DEFAULT_REGION,
    pathStyle: s3.pathStyle ?? s3.endpoint !== undefined,
  }
}

export function toFunctionTargets(input: PipelineInput['functions'], base: string): FunctionTargets {
  const entries = Object.entries(input ?? {}).map(([arn, target]) => [
    arn,
    isUrl(target) ? { url: target } : { module: resolve(base, target) },
  ])
  return Object.fromEntries(entries) as FunctionTargets
}

export function toEndpointConfig(input: PipelineInput['endpoint'], base: string): EndpointConfig {
  const { region = DEFAULT_REGION, names = [], certificate, key } = input ?? {}
  const hasOwn = certificate !== undefined && key !== undefined
  return {
    region,
    names,
    certificate: hasOwn ? { certificate: resolve(base, certificate), key: resolve(base, key) } : undefined,
  }
}

export function defaultPrefix(stream: string): string {
  return `${stream}/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/`
}

export function defaultErrorPrefix(stream: string): string {
  return `errors/${stream}/!{firehose:error-output-type}/`
}

export function defaultTable(stream: string): string {
  return `logs.${stream.toLowerCase().replace(/[-.]/g, '_')}`
}

function toTailConfig(input: TailInput, format: DeliverConfig['format'], base: string): TailConfig {
  return {
    kind: 'tail',
    paths: input.paths.map((path) => (isAbsolute(path) ? path : joinGlob(base, path))),
    parse: toParseConfig(input.parse ?? (format === 'raw' ? 'none' : 'json')),
    from: input.from ?? 'beginning',
    time: input.time,
  }
}

/** The folder's own name may hold characters that mean something in a glob; they are to be taken as they are. */
function joinGlob(base: string, glob: string): string {
  let folder = base
  let rest = glob
  for (;;) {
    if (rest.startsWith('./')) rest = rest.slice(2)
    else if (rest.startsWith('../')) {
      rest = rest.slice(3)
      folder = resolve(folder, '..')
    } else break
  }
  const literal = folder.replace(/[\\*?[\]{}()]/g, '\\$&')
  return literal.endsWith('/') ? `${literal}${rest}` : `${literal}/${rest}`
}

function toParseConfig(input: NonNullable<TailInput['parse']>): ParseConfig {
  if (typeof input === 'string') return { kind: input }
  return { kind: 'regex', regex: input.regex, types: input.types ?? {} }
}

function toDeliverConfig(name: string, input: StreamInput, collect: readonly TailConfig[]): DeliverConfig {
  const deliver = input.deliver ?? {}
  const format = deliver.format ?? 'parquet'
  const sizeBytes = parseBytes(deliver.buffer?.size ?? DEFAULT_BUFFER_SIZE)
  const intervalMs = parseDurationMs(deliver.buffer?.interval ?? DEFAULT_BUFFER_INTERVAL)
  assert(sizeBytes !== undefined && intervalMs !== undefined, 'the schema has checked size and interval')
  return {
    bucket: deliver.bucket ?? DEFAULT_BUCKET,
    prefix: deliver.prefix ?? defaultPrefix(name),
    errorPrefix: deliver.errorPrefix ?? defaultErrorPrefix(name),
    partitionBy: deliver.partitionBy ?? (format === 'raw' ? 'arrival' : 'event'),
    timezone: deliver.timezone ?? 'UTC',
    format,
    compression: deliver.compression ?? defaultCompression(format),
    buffer: { sizeBytes, intervalMs },
    time: collect.find((source) => source.time !== undefined)?.time,
  }
}

function defaultCompression(format: DeliverConfig['format']): Compression {
  return format === 'parquet' ? 'zstd' : 'gzip'
}

function toTable(stream: string, table: string | undefined): StreamConfig['table'] {
  const [database, name] = (table ?? defaultTable(stream)).split('.')
  assert(database !== undefined && name !== undefined, 'the schema has checked the table name')
  return { database, name }
}
