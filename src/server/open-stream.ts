/** Everything of one stream: table, buffer, preparations, deliveries and sources. */
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { DeliverConfig, StreamConfig } from '../base/stream.ts'
import { openBuffer } from '../buffer/open-buffer.ts'
import type { StreamBuffer } from '../buffer/buffer.ts'
import { DEFAULT_BUFFER_LIMITS } from '../buffer/buffer.ts'
import type { Catalog, Table } from '../catalog/catalog.ts'
import type { Source } from '../collect/source.ts'
import { tailSource } from '../collect/tail/tail-source.ts'
import type { Converter } from '../deliver/converter/contract.ts'
import { openPreparations, type Preparations } from '../deliver/preparations.ts'
import { prepareTables } from '../deliver/rebuild.ts'
import { openStreamDelivery, type DeliveryEvents, type StreamDelivery } from '../deliver/stream-delivery.ts'
import type { Transformer } from '../deliver/lambda/transformer.ts'
import { makeParser } from '../format/parsers/registry.ts'
import { compilePrefix } from '../format/prefix.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'

export interface StreamContext {
  sys: Sys
  catalog: Catalog
  store: Store
  /** Of a stream of the pipeline file, before it is opened. */
  openBucket: (bucket: string) => Promise<void>
  converter: Converter
  /** Undefined where nothing is mapped: a stream that wants a function then waits. */
  transformer: Transformer
  /** Fills in what a stream's settings leave to another table (DataFormatConversion). The same object while nothing changed. */
  resolve: (deliver: DeliverConfig) => DeliverConfig
  events: DeliveryEvents
  /** DIR */
  dataDirectory: string
}

export interface OpenStream {
  config: StreamConfig
  buffer: StreamBuffer
  preparations: Preparations
  delivery: StreamDelivery
  sources: Source[]
  /** Callbacks of live tails. */
  tails: Set<(lines: Buffer) => void>
}

/** Opens the stream without starting it. */
export async function openStream(context: StreamContext, config: StreamConfig): Promise<OpenStream> {
  const { sys, catalog, store, converter, events, dataDirectory } = context
  const table = tableOf(config)
  prepareTables({ catalog, config, table })
  // That of an API stream is opened when the stream is made, and by its deliveries: it must not keep the server from starting.
  if (config.deliver.firehose === undefined) await context.openBucket(config.deliver.bucket)
  const scratch = join(dataDirectory, 'scratch', config.name)
  await sys.files.makeDirectory(scratch)
  const buffer = await openBuffer(sys, {
    stream: config.name,
    directory: join(dataDirectory, 'buffer'),
    deliveredThrough: catalog.deliveredThrough(config.name),
    limits: { segmentBytesMax: segmentBytesMax(config.deliver) },
  })
  await sweepTransformed(context, config)
  const preparations = openPreparations(sys, {
    config,
    catalog,
    scratch,
    prepare: (job) => converter.prepare(job),
    settings: () => context.resolve(config.deliver),
    recordEnds: (segment) => buffer.recordEnds(segment),
    ...transformations(context, config, buffer),
  })
  const delivery = openStreamDelivery({
    sys,
    config,
    store,
    converter,
    table,
    scratch,
    catalog,
    buffer,
    preparations,
    events,
  })
  const tails = new Set<(lines: Buffer) => void>()
  buffer.onCommit = (chunks) => {
    if (tails.size === 0) return
    for (const chunk of chunks) for (const tail of tails) tail(chunk)
  }
  return { config, buffer, preparations, delivery, sources: sourcesOf(sys, config, buffer), tails }
}

/** A small buffer size means that small deliveries are wanted: segments may not be larger than one. */
export function segmentBytesMax({ buffer }: DeliverConfig): number {
  return Math.min(DEFAULT_BUFFER_LIMITS.segmentBytesMax, buffer.sizeBytes)
}

/** Answers of Lambda functions are kept until their segment is delivered: a function need not answer alike twice. */
function transformations(
  { sys, transformer, dataDirectory }: StreamContext,
  config: StreamConfig,
  buffer: StreamBuffer,
): Pick<Parameters<typeof openPreparations>[1], 'transform' | 'forgetTransformed'> {
  const folder = join(dataDirectory, 'transformed', config.name)
  const fileOf = (segment: number): string => join(folder, String(segment).padStart(10, '0'))
  return {
    async transform(segment, { firehose }) {
      if (firehose?.processing.lambda === undefined) return undefined
      await sys.files.makeDirectory(folder)
      const { streamArn, region, processing } = firehose
      const out = fileOf(segment.id)
      await transformer.transform({
        lambda: firehose.processing.lambda,
        streamArn,
        region,
        path: segment.path,
        bytes: segment.bytes,
        recordEnds: buffer.recordEnds(segment.id),
        firstArrivalMs: segment.firstArrivalMs,
        before: processing,
        out,
      })
      return out
    },
    forgetTransformed: (segment) => sys.files.remove(fileOf(segment)),
  }
}

/** What a crash left behind: answers of segments that are delivered, and files that were not finished. */
async function sweepTransformed(
  { sys, catalog, dataDirectory }: StreamContext,
  { name }: StreamConfig,
): Promise<void> {
  const folder = join(dataDirectory, 'transformed', name)
  const delivered = catalog.deliveredThrough(name)
  for (const file of await filesIn(sys, folder)) {
    const segment = /^\d{10}$/.test(file) ? Number(file) : 0
    if (segment <= delivered) await sys.files.remove(join(folder, file))
  }
}

async function filesIn({ files }: Sys, folder: string): Promise<string[]> {
  try {
    return (await files.list(folder)).map(({ name }) => name)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

function sourcesOf(sys: Sys, config: StreamConfig, buffer: StreamBuffer): Source[] {
  return config.collect.map((collect) => {
    const parser = makeParser(collect.parse, config.deliver.format, {
      timezone: config.deliver.timezone,
      now: () => sys.clock.now(),
    })
    return tailSource(sys, collect, buffer, parser, { isRaw: config.deliver.format === 'raw' })
  })
}

export function tableOf(config: StreamConfig): Omit<Table, 'schema'> {
  const { bucket, prefix, firehose } = config.deliver
  const compiled = firehose === undefined ? compilePrefix(prefix, 'prefix') : undefined
  const staticPart = compiled?.staticPart ?? prefix.split('!{', 1)[0]!
  // The folder: of `web/dt=!{…}` that is web/, since dt=… is a partition in it.
  const folder = staticPart.slice(0, staticPart.lastIndexOf('/') + 1)
  return {
    ...config.table,
    stream: config.name,
    // A Firehose stream's folders say when records arrived and may change with every update: no columns of the table.
    partitionKeys: compiled?.hiveKeys ?? [],
    location: `s3://${bucket}/${folder}`,
  }
}
