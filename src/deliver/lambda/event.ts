/** AWS's event: what a function gets, and how units are portioned so that none is larger than AWS allows. */
import { basename } from 'node:path'
import { uuid5 } from '../../base/uuid5.ts'
import type { TransformJob } from './transformer.ts'

/** AWS's limit on the payload of a synchronous call. */
export const EVENT_BYTES_MAX = 6 * 1024 * 1024
/**
 * A record with its answer is some 2 KB of objects here while it is on its way, however small it is: events of 50,000
 * one-byte records took 600 MB.
 */
const EVENT_UNITS_MAX = 8192

const NAMESPACE = '0b0d3a36-6f0e-4f5c-9a53-6a4f6c1f2d11'
/** A segment has at most some ten millions of units; ids of one length make the size of an event known beforehand. */
const INDEX_DIGITS = 10

export interface Portion<U> {
  /** The number of the first unit. */
  from: number
  units: U[]
  /** A single one that no event has room for. */
  tooLarge: boolean
}

/**
 * Of 32 letters: whose units, and which. A stream that was deleted and made again has the same name and the same file
 * names; and a stream that splits its records since another way has other units.
 */
export function segmentIdentity({ streamArn, path, bytes, firstArrivalMs, before }: TransformJob): string {
  const { decompression, deaggregation = null } = before
  const name = [streamArn, basename(path), bytes, firstArrivalMs, decompression, deaggregation]
  return uuid5(NAMESPACE, JSON.stringify(name)).replaceAll('-', '')
}

/** The same for the same unit, in every attempt and after a crash: a function may recognise what it has seen. */
export function recordIds(job: TransformJob): (unit: number) => string {
  const segment = segmentIdentity(job)
  return (unit) => `${segment}${String(unit).padStart(INDEX_DIGITS, '0')}`
}

export function encodeEvent(
  { streamArn, region, firstArrivalMs }: TransformJob,
  invocationId: string,
  records: readonly { id: string; data: Buffer }[],
): string {
  return JSON.stringify({
    invocationId,
    deliveryStreamArn: streamArn,
    region,
    records: records.map(({ id, data }) => ({
      recordId: id,
      approximateArrivalTimestamp: firstArrivalMs,
      data: data.toString('base64'),
    })),
  })
}

/** Portions of at most `bufferBytes` of data, of which each fits into an event of `eventBytesMax`, in order. */
export async function* portions<U extends { data: Buffer }>(
  job: TransformJob,
  chunks: AsyncIterable<readonly U[]> | Iterable<readonly U[]>,
  eventBytesMax: number = EVENT_BYTES_MAX,
): AsyncGenerator<Portion<U>> {
  const noData = Buffer.alloc(0)
  const sample = { id: recordIds(job)(0), data: noData }
  const headBytes = Buffer.byteLength(encodeEvent(job, sample.id, []))
  // With its comma.
  const emptyBytes = Buffer.byteLength(encodeEvent(job, sample.id, [sample])) - headBytes + 1
  let from = 0
  let units: U[] = []
  let dataBytes = 0
  let eventBytes = headBytes
  const isTooLarge = (): boolean => eventBytes > eventBytesMax
  for await (const chunk of chunks) {
    for (const unit of chunk) {
      const { length } = unit.data
      const bytes = emptyBytes + Math.ceil(length / 3) * 4
      const isFull =
        units.length === EVENT_UNITS_MAX ||
        dataBytes + length > job.lambda.bufferBytes ||
        eventBytes + bytes > eventBytesMax
      if (isFull && units.length > 0) {
        yield { from, units, tooLarge: isTooLarge() }
        from += units.length
        units = []
        dataBytes = 0
        eventBytes = headBytes
      }
      units.push(unit)
      dataBytes += length
      eventBytes += bytes
    }
  }
  if (units.length > 0) yield { from, units, tooLarge: isTooLarge() }
}
