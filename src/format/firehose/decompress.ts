/**
 * Records as CloudWatch Logs subscriptions send them, gzip, become what is in them: the envelope, or the message of
 * each of its log events. Nothing that a sender can compress asks for more memory than the limits here.
 */
import { gunzipSync } from 'node:zlib'
import type { FirehoseProcessing } from '../../base/firehose-delivery.ts'

/** One record: CloudWatch Logs sends envelopes of about a megabyte; much more is no log. */
export const RECORD_INFLATED_BYTES_MAX = 8 * 1024 * 1024
/** All records of a segment, 16 MiB of compressed data: 32 to 1, where logs have 10 to 1. */
export const SEGMENT_INFLATED_BYTES_MAX = 512 * 1024 * 1024

export interface Decompressed {
  contents: Buffer[]
  problem?: { code: string; message: string }
}

/** Undefined: the stream has no such step. For the records of one segment, in order. */
export function createDecompressor(
  kind: FirehoseProcessing['decompression'],
): ((data: Buffer) => Decompressed) | undefined {
  if (kind === 'none') return undefined
  let roomBytes = SEGMENT_INFLATED_BYTES_MAX
  return (data) => {
    const inflated = inflate(data, Math.min(roomBytes, RECORD_INFLATED_BYTES_MAX))
    if (!Buffer.isBuffer(inflated)) return { contents: [], problem: inflated }
    roomBytes -= inflated.length
    if (kind === 'envelope') return { contents: [inflated] }
    return messagesOf(inflated)
  }
}

interface Problem {
  code: string
  message: string
}

/** All members of the gzip data; anything else behind them is damage. */
function inflate(data: Buffer, maxBytes: number): Buffer | Problem {
  if (maxBytes < 1) return tooLarge(SEGMENT_INFLATED_BYTES_MAX, 'the records that arrived together')
  try {
    return gunzipSync(data, { maxOutputLength: maxBytes })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes, 'the record')
    return {
      code: 'Decompression.InvalidData',
      message: `The record is not valid GZIP data: ${error.message}`,
    }
  }
}

function tooLarge(bytes: number, what: string): Problem {
  return { code: 'Decompression.TooLarge', message: `More than ${bytes} bytes come out of ${what}` }
}

/** Control messages have their text as a log event like any other. */
function messagesOf(envelope: Buffer): Decompressed {
  const messages = logMessages(envelope)
  if (messages === undefined) {
    const message = 'The decompressed record is not in the format of CloudWatch Logs'
    return { contents: [], problem: { code: 'Decompression.InvalidLogFormat', message } }
  }
  return { contents: messages.map((text) => Buffer.from(text)) }
}

function logMessages(envelope: Buffer): string[] | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(envelope.toString())
  } catch {
    // Not JSON is one way not to be an envelope.
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null || !('logEvents' in parsed)) return undefined
  const events: unknown = parsed.logEvents
  if (!Array.isArray(events)) return undefined
  const texts = events.map((event: unknown) =>
    typeof event === 'object' && event !== null && 'message' in event ? event.message : undefined,
  )
  return texts.every((text): text is string => typeof text === 'string') ? texts : undefined
}
