/** Everything of one stream: table, buffer, preparations, deliveries and sources. */
import { join } from 'node:path'
import type { StreamConfig } from '../base/stream.ts'
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
import { makeParser } from '../format/parsers/registry.ts'
import { compilePrefix } from '../format/prefix.ts'
import type { Store } from '../store/store.ts'
import type { Sys } from '../sys/sys.ts'

export interface StreamContext {
  sys: Sys
  catalog: Catalog
  store: Store
  converter: Converter
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
  await store.openBucket(config.deliver.bucket)
  const scratch = join(dataDirectory, 'scratch', config.name)
  await sys.files.makeDirectory(scratch)
  const buffer = await openBuffer(sys, {
    stream: config.name,
    directory: join(dataDirectory, 'buffer'),
    deliveredThrough: catalog.deliveredThrough(config.name),
    // A small buffer size means that small deliveries are wanted: segments may not be larger than one.
    limits: {
      segmentBytesMax: Math.min(DEFAULT_BUFFER_LIMITS.segmentBytesMax, config.deliver.buffer.sizeBytes),
    },
  })
  const preparations = openPreparations(sys, {
    config,
    catalog,
    scratch,
    prepare: (job) => converter.prepare(job),
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
  const prefix = compilePrefix(config.deliver.prefix, 'prefix')
  // The folder: of `web/dt=!{…}` that is web/, since dt=… is a partition in it.
  const folder = prefix.staticPart.slice(0, prefix.staticPart.lastIndexOf('/') + 1)
  return {
    ...config.table,
    stream: config.name,
    partitionKeys: prefix.hiveKeys,
    location: `s3://${config.deliver.bucket}/${folder}`,
  }
}
