/**
 * The streams of the server, those of the pipeline file and those made through the Firehose API, as the operations of
 * services/firehose/ see them.
 *
 * The catalog keeps the definitions of API streams. Of pipeline streams it keeps tags and encryption only.
 */
import { assert, HozonError } from '../base/errors.ts'
import type { StreamConfig } from '../base/stream.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { DeliveryStreamDefinition } from '../services/firehose/definition.ts'
import type { DeliveryStream, DeliveryStreams } from '../services/firehose/delivery-streams.ts'
import { pipelineDefinition } from '../services/firehose/pipeline-definition.ts'
import { streamConfigOf } from '../services/firehose/stream-config.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { segmentBytesMax, type OpenStream } from './open-stream.ts'
import type { PublishedStream } from './published-streams.ts'
import { openPuts } from './puts.ts'

export interface StreamRegistry extends DeliveryStreams {
  /** Opens what the catalog remembers, and ends the deletions that a stop or a crash interrupted. */
  restore(): Promise<void>
  /** Stops and closes all API streams; what is buffered stays in the buffer. */
  close(): Promise<void>
}

interface Saved {
  origin: DeliveryStream['origin']
  definition: DeliveryStreamDefinition
}

export interface RegistryContext {
  catalog: Catalog
  /** All open streams, shared with status, queries and the rest of the server: grown and shrunk here. */
  streams: OpenStream[]
  open: (config: StreamConfig) => Promise<OpenStream>
  openBucket: (bucket: string) => Promise<void>
  /** Keeps the definition beside the objects (published-streams.ts). */
  publish: (bucket: string, published: PublishedStream) => Promise<void>
  nowMs: () => number
  /** Of the ARNs of pipeline streams. */
  region: string
  telemetry: Telemetry
}

type Known = DeliveryStream & { stream: OpenStream }

export function openDeliveryStreams(context: RegistryContext): StreamRegistry {
  const { catalog, streams, nowMs, region, telemetry } = context
  const known = new Map<string, Known>()
  /** API streams, also those that are draining. */
  const own = new Set<OpenStream>()
  const draining = new Set<string>()

  function add(stream: OpenStream, { origin, definition }: Saved): void {
    known.set(stream.config.name, {
      definition,
      origin,
      stream,
      put: openPuts(stream, origin, telemetry.cloudWatch),
    })
  }

  function find(name: string): Known {
    const found = known.get(name)
    assert(found !== undefined, `the stream ${name} was found before it is changed`)
    return found
  }

  function save(saved: Saved, isDraining = false): void {
    const { name } = saved.definition
    catalog.saveDeliveryStream({ name, definition: JSON.stringify(saved), isDraining })
  }

  const publish = (definition: DeliveryStreamDefinition, deleted: boolean): Promise<void> =>
    context.publish(streamConfigOf(definition).deliver.bucket, { version: 1, definition, deleted })

  async function start(definition: DeliveryStreamDefinition): Promise<OpenStream> {
    const stream = await context.open(streamConfigOf(definition))
    stream.delivery.start()
    streams.push(stream)
    own.add(stream)
    return stream
  }

  async function forget(stream: OpenStream): Promise<void> {
    own.delete(stream)
    await closeStream(stream)
    streams.splice(streams.indexOf(stream), 1)
  }

  /** The records go to the store first; only then is the stream gone. After a crash in between it begins here again. */
  async function drain(stream: OpenStream, definition: DeliveryStreamDefinition): Promise<void> {
    const { name } = stream.config
    draining.add(name)
    try {
      await stream.delivery.flush()
      await publish(definition, true)
      await forget(stream)
      catalog.removeDeliveryStream(name)
      telemetry.cloudWatch.forget(name)
      draining.delete(name)
    } catch (error) {
      // It goes on at the next start; that the server stops is no failure.
      if (error instanceof HozonError && error.code === 'HOZON_STOPPING') return
      telemetry.delivery.failed(name, error)
    }
  }

  function addPipelineStreams(saved: ReadonlyMap<string, Saved>): void {
    for (const stream of streams) {
      const before = saved.get(stream.config.name)
      if (before?.origin === 'api') throw takenError(stream.config.name)
      const definition = pipelineDefinition(stream.config, { region, createdMs: nowMs() })
      const { tags, encryption } = before?.definition ?? definition
      add(stream, { origin: 'pipeline', definition: { ...definition, tags, encryption } })
    }
  }

  return {
    list: () => [...known.values()].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1)),
    find: (name) => known.get(name),
    isDraining: (name) => draining.has(name),
    async create(definition) {
      // Opened before it is saved: a bucket that can not be had refuses the stream, and a crash leaves an empty folder.
      const stream = await start(definition)
      const saved: Saved = { origin: 'api', definition }
      try {
        await publish(definition, false)
        save(saved)
      } catch (error) {
        await forget(stream)
        throw error
      }
      add(stream, saved)
    },
    async update(definition) {
      const { origin, stream } = find(definition.name)
      if (origin === 'api') {
        await context.openBucket(streamConfigOf(definition).deliver.bucket)
        await publish(definition, false)
      }
      save({ origin, definition })
      known.set(definition.name, { ...find(definition.name), definition })
      if (origin === 'api') reconfigure(stream, streamConfigOf(definition))
    },
    async remove(name) {
      const { stream, definition } = find(name)
      save({ origin: 'api', definition }, true)
      known.delete(name)
      draining.add(name)
      void drain(stream, definition)
    },
    async restore() {
      const rows = catalog
        .deliveryStreams()
        .map((row) => ({ ...row, saved: JSON.parse(row.definition) as Saved }))
      addPipelineStreams(new Map(rows.map(({ name, saved }) => [name, saved])))
      for (const { saved, isDraining } of rows) {
        if (saved.origin !== 'api') continue
        const stream = await start(saved.definition)
        if (isDraining) void drain(stream, saved.definition)
        else add(stream, saved)
      }
    },
    async close() {
      for (const stream of own) await closeStream(stream)
    },
  }
}

async function closeStream({ delivery, buffer }: OpenStream): Promise<void> {
  await delivery.stop()
  await buffer.close()
}

/** For what is sealed from now on; segments that are sealed already keep the settings that they have. */
function reconfigure({ config, buffer }: OpenStream, { deliver }: StreamConfig): void {
  config.deliver = deliver
  buffer.setSegmentBytesMax(segmentBytesMax(deliver))
}

function takenError(name: string): HozonError {
  return new HozonError('HOZON_STREAM_TAKEN', 'a stream of this name was made through the Firehose API', {
    op: 'open stream',
    target: name,
    hint: 'give the stream of the pipeline file another name, or delete the other one (aws firehose delete-delivery-stream)',
  })
}
