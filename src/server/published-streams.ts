/**
 * What streams made through the Firehose API are, also in their bucket: an object per change under `_hozon/streams/`,
 * so that the catalog can be made anew from the buckets alone, with the streams that no pipeline file names.
 */
import { OWN_FOLDER } from '../base/own-folder.ts'
import type { DeliveryStreamDefinition } from '../services/firehose/definition.ts'
import { putPublished, readPublished, type Place } from './published-objects.ts'

export interface PublishedStream {
  version: 1
  definition: DeliveryStreamDefinition
  /** The stream was deleted; its table and objects stay. */
  deleted: boolean
}

const PREFIX = `${OWN_FOLDER}streams/`
/** Epoch ms: until the year 33658, in the order of a bucket's list. */
const TIME_DIGITS = 15
const KEY = /^([a-zA-Z0-9_.-]{1,64})\/(\d{15})-\d+(?:-deleted)?\.json$/
const OBJECT_KIND = 'stream'

export async function publishStream(place: Place, bucket: string, published: PublishedStream): Promise<void> {
  const time = String(place.sys.clock.now()).padStart(TIME_DIGITS, '0')
  const key = keyOf(published, time)
  await putPublished(place, { bucket, key, kind: OBJECT_KIND, content: published })
}

function keyOf({ definition: { name, version }, deleted }: PublishedStream, time: string): string {
  return `${PREFIX}${name}/${time}-${version}${deleted ? '-deleted' : ''}.json`
}

/** The newest of each stream over all these buckets, and every bucket that it ever delivered to. */
export async function publishedStreams(
  place: Place,
  buckets: readonly string[],
): Promise<{ published: PublishedStream; buckets: string[] }[]> {
  const newest = new Map<string, { order: Order; published: PublishedStream; buckets: string[] }>()
  for (const bucket of buckets) {
    for await (const { key } of place.store.list(bucket, PREFIX)) {
      const [, name, time] = KEY.exec(key.slice(PREFIX.length)) ?? []
      if (name === undefined || time === undefined) continue
      const published = await read(place, bucket, key)
      if (published === undefined || keyOf(published, time) !== key) continue
      const before = newest.get(name)
      const known = [...new Set([...(before?.buckets ?? []), bucket])]
      const order = orderOf(published, time)
      newest.set(
        name,
        before === undefined || isLater(order, before.order)
          ? { order, published, buckets: known }
          : { ...before, buckets: known },
      )
    }
  }
  return [...newest.values()]
}

/** Not the time alone: clocks are set back, and then a deletion would seem older than what it deletes. */
type Order = readonly (number | string)[]

function orderOf({ definition, deleted }: PublishedStream, time: string): Order {
  return [definition.createdMs, deleted ? 1 : 0, definition.version, time]
}

function isLater(order: Order, before: Order): boolean {
  const different = order.findIndex((value, index) => value !== before[index])
  return different >= 0 && order[different]! > before[different]!
}

async function read(place: Place, bucket: string, key: string): Promise<PublishedStream | undefined> {
  const parsed = (await readPublished(place, { bucket, key, kind: OBJECT_KIND })) as
    Partial<PublishedStream> | null | undefined
  return parsed?.version === 1 && parsed.definition !== undefined ? (parsed as PublishedStream) : undefined
}
