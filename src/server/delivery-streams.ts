/**
 * The streams of the server, those of the pipeline file and those made through the Firehose API, as the operations of
 * services/firehose/ see them.
 *
 * The catalog keeps the definitions of API streams. Of pipeline streams it keeps tags and encryption only.
 */
import { AwsError } from '../aws/errors.ts'
import { assert, HozonError } from '../base/errors.ts'
import type { StreamConfig } from '../base/stream.ts'
import type { Catalog, SavedDeliveryStream } from '../catalog/catalog.ts'
import type { DeliveryStreamDefinition } from '../services/firehose/definition.ts'
import type { DeliveryStream, DeliveryStreams } from '../services/firehose/delivery-streams.ts'
import { pipelineDefinition } from '../services/firehose/pipeline-definition.ts'
import { streamConfigOf } from '../services/firehose/stream-config.ts'
import { FIREHOSE_DATABASE } from '../services/firehose/table-name.ts'
import type { Clock } from '../sys/sys.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { openDrains } from './drains.ts'
import { segmentBytesMax, type OpenStream } from './open-stream.ts'
import type { PublishedStream } from './published-streams.ts'
import { openPuts, type Puts } from './puts.ts'

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
  clock: Clock
  /** Of the ARNs of pipeline streams. */
  region: string
  telemetry: Telemetry
}

type Known = DeliveryStream & Pick<Puts, 'settled'> & { stream: OpenStream }

/** A stream with few records in its buffer is gone before the request is answered, as many callers expect. */
const DRAIN_WAIT_MS = 2000

export function openDeliveryStreams(context: RegistryContext): StreamRegistry {
  const { catalog, streams, clock, region, telemetry } = context
  const known = new Map<string, Known>()
  /** API streams, also those that are draining. */
  const own = new Set<OpenStream>()

  function add(stream: OpenStream, { origin, definition }: Saved, isDeleting = false): void {
    known.set(stream.config.name, {
      definition,
      origin,
      isDeleting,
      stream,
      ...openPuts(stream, origin, telemetry.cloudWatch),
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

  async function start(definition: DeliveryStreamDefinition, isNew: boolean): Promise<OpenStream> {
    const stream = await context.open(streamConfigOf(definition))
    try {
      if (isNew && stream.buffer.stats().records > 0) throw leftBehind(definition.name)
      stream.delivery.start()
    } catch (error) {
      // A stream of the pipeline file had the name and left a delivery behind: nothing may stay open of its buffer.
      await closeStream(stream)
      throw error
    }
    streams.push(stream)
    own.add(stream)
    return stream
  }

  async function forget(stream: OpenStream): Promise<void> {
    own.delete(stream)
    await closeStream(stream)
    streams.splice(streams.indexOf(stream), 1)
  }

  const drains = openDrains({
    clock,
    events: telemetry.delivery,
    async remove(definition) {
      await publish(definition, true)
      catalog.removeDeliveryStream(definition.name)
    },
    async forget(stream: OpenStream) {
      await forget(stream)
      known.delete(stream.config.name)
      telemetry.cloudWatch.forget(stream.config.name)
    },
  })

  async function drain({ stream, definition, settled }: Known): Promise<void> {
    const gone = drains.begin(stream, definition, settled)
    const waited = new AbortController()
    await Promise.race([gone, clock.sleep(DRAIN_WAIT_MS, waited.signal)])
    waited.abort()
  }

  /** The records are given up: they would keep a stream whose bucket is gone for ever. */
  async function discard({ stream, definition }: Known): Promise<void> {
    const { name } = definition
    // Its drain waits for deliveries, and ends with them.
    await stream.delivery.stop()
    await drains.end(name)
    await stream.buffer.seal()
    const last = stream.buffer.sealed().at(-1)?.id
    if (last !== undefined) {
      catalog.discardRuns(name, last)
      await stream.buffer.forget(last)
    }
    // The bucket may be gone for good. A catalog made anew from it would know the stream again, which can be deleted again.
    await publish(definition, true).catch(() => {})
    catalog.removeDeliveryStream(name)
    await forget(stream)
    known.delete(name)
    telemetry.cloudWatch.forget(name)
  }

  function addPipelineStreams(saved: ReadonlyMap<string, Saved>): void {
    for (const stream of streams) {
      const before = saved.get(stream.config.name)
      const definition = pipelineDefinition(stream.config, { region, createdMs: clock.now() })
      const { tags, encryption } = before?.definition ?? definition
      add(stream, { origin: 'pipeline', definition: { ...definition, tags, encryption } })
    }
  }

  return {
    list: () => [...known.values()].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1)),
    find: (name) => known.get(name),
    tablesOfOthers: (name) => [
      ...catalog.tables().filter(({ stream }) => stream !== name),
      ...catalog.glue.tables(FIREHOSE_DATABASE),
    ],
    async create(definition) {
      // Opened before it is saved: a bucket that can not be had refuses the stream, and a crash leaves an empty folder.
      await context.openBucket(streamConfigOf(definition).deliver.bucket)
      const stream = await start(definition, true)
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
      const { origin, stream, definition: before } = find(definition.name)
      if (origin === 'api') {
        await context.openBucket(streamConfigOf(definition).deliver.bucket)
        await publish(definition, false)
      }
      save({ origin, definition })
      known.set(definition.name, { ...find(definition.name), definition })
      if (origin === 'api' && before.destination !== definition.destination)
        await reconfigure(stream, streamConfigOf(definition))
    },
    async remove(name, isDiscarded) {
      const found = find(name)
      if (!found.isDeleting) save({ origin: 'api', definition: found.definition }, true)
      known.set(name, { ...found, isDeleting: true })
      await (isDiscarded ? discard(found) : drain(found))
    },
    async restore() {
      const all = savedStreams(catalog)
      addPipelineStreams(new Map(all.map(({ name, saved }) => [name, saved])))
      for (const { saved, isDraining } of all) {
        if (saved.origin !== 'api') continue
        const stream = await start(saved.definition, false)
        add(stream, saved, isDraining)
        if (isDraining) void drain(find(saved.definition.name))
      }
    },
    async close() {
      drains.stop()
      for (const stream of own) await closeStream(stream)
      await drains.stopped()
    },
  }
}

async function closeStream({ delivery, buffer }: OpenStream): Promise<void> {
  await delivery.stop()
  await buffer.close()
}

/** For what is put from now on: what is durable is sealed, and segments that are sealed keep the settings that they have. */
async function reconfigure({ config, buffer }: OpenStream, { deliver }: StreamConfig): Promise<void> {
  await buffer.seal()
  config.deliver = deliver
  buffer.setSegmentBytesMax(segmentBytesMax(deliver))
}

/** Before streams are opened: one of the file must not deliver what another one of its name has buffered. */
export function refuseTakenNames(catalog: Catalog, configs: readonly StreamConfig[]): void {
  const names = new Set(configs.map(({ name }) => name))
  for (const { name, saved, isDraining } of savedStreams(catalog))
    if (saved.origin === 'api' && names.has(name)) throw takenError(name, isDraining)
}

function savedStreams(catalog: Catalog): (SavedDeliveryStream & { saved: Saved })[] {
  return catalog
    .deliveryStreams()
    .map((stream) => ({ ...stream, saved: JSON.parse(stream.definition) as Saved }))
}

/** Of a stream of the pipeline file that had the name; they must not end up in another bucket and table. */
function leftBehind(name: string): AwsError {
  return new AwsError(
    'ResourceInUseException',
    `Firehose ${name} cannot be created: records of a stream of the pipeline file with this name are not yet delivered. Restore it there and flush it, or take another name`,
  )
}

function takenError(name: string, isDraining: boolean): HozonError {
  const [message, hint] = isDraining
    ? [
        'a deleted stream of this name still has records to deliver',
        'start once without this one, and wait until they are delivered',
      ]
    : [
        'a stream of this name was made through the Firehose API',
        'give the stream of the pipeline file another name, or delete the other one (aws firehose delete-delivery-stream)',
      ]
  return new HozonError('HOZON_STREAM_TAKEN', message, { op: 'open stream', target: name, hint })
}
