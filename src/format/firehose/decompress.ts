/**
 * Records as CloudWatch Logs subscriptions send them, gzip, become what is in them: the envelope, or the message of
 * each of its log events. Nothing that a sender can compress asks for more memory than the limits here.
 */
import { gunzipSync } from 'node:zlib'
import type { FirehoseProcessing } from '../../base/firehose-delivery.ts'
import { logMessages } from './log-events.ts'

/** One record: CloudWatch Logs sends envelopes of about a megabyte; much more is no log. */
export const RECORD_INFLATED_BYTES_MAX = 8 * 1024 * 1024
/** All records of a segment, 16 MiB of compressed data: 32 to 1, where logs have 10 to 1. */
export const SEGMENT_INFLATED_BYTES_MAX = 512 * 1024 * 1024
/** One envelope: 8 MiB of events as CloudWatch Logs writes them, each with an id of 56 digits and a time, are fewer. */
export const ENVELOPE_EVENTS_MAX = 100_000

/** The contents are made one by one, as they are asked for. */
export interface Decompressed {
  contents: Iterable<Buffer>
  /** What the contents may be views of. */
  inflatedBytes: number
}

export interface Problem {
  code: string
  message: string
}

/** Undefined: the stream has no such step. For the records of one segment, in order. */
export function createDecompressor(
  kind: FirehoseProcessing['decompression'],
): ((data: Buffer) => Decompressed | Problem) | undefined {
  if (kind === 'none') return undefined
  let roomBytes = SEGMENT_INFLATED_BYTES_MAX
  return (data) => {
    const inflated = inflate(data, Math.min(roomBytes, RECORD_INFLATED_BYTES_MAX))
    if (!Buffer.isBuffer(inflated)) return inflated
    roomBytes -= inflated.length
    const contents = kind === 'envelope' ? [inflated] : messagesOf(inflated)
    return 'code' in contents ? contents : { contents, inflatedBytes: inflated.length }
  }
}

/** All members of the gzip data; anything else behind them is damage. */
function inflate(data: Buffer, maxBytes: number): Buffer | Problem {
  if (maxBytes < 1) return tooLarge(SEGMENT_INFLATED_BYTES_MAX, 'the records that arrived together')
  try {
    const inflated = gunzipSync(data, { maxOutputLength: maxBytes })
    // What is small lies in a buffer of 16 KiB, and a window may hold some thousands of them.
    return inflated.buffer.byteLength > 2 * inflated.length ? Buffer.from(inflated) : inflated
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes, 'the record')
    return {
      code: 'Decompression.InvalidData',
      message: `The record is not valid GZIP data: ${error.message}`,
    }
  }
}

const TOO_LARGE = 'Decompression.TooLarge'

function tooLarge(bytes: number, what: string): Problem {
  return { code: TOO_LARGE, message: `More than ${bytes} bytes come out of ${what}` }
}

/** Control messages have their text as a log event like any other. */
function messagesOf(envelope: Buffer): Iterable<Buffer> | Problem {
  const found = logMessages(envelope, ENVELOPE_EVENTS_MAX)
  if (found === 'invalid') {
    const message = 'The decompressed record is not in the format of CloudWatch Logs'
    return { code: 'Decompression.InvalidLogFormat', message }
  }
  return found === 'too many' ? tooMany(ENVELOPE_EVENTS_MAX, 'the record') : found.messages
}

export function tooMany(units: number, what: string): Problem {
  return { code: TOO_LARGE, message: `More than ${units} records come out of ${what}` }
}
