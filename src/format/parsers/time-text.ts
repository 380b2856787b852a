/** Times of log lines as ISO 8601 in UTC, with as many fraction digits as the line had. */
import { parseEventTime } from '../event-time.ts'
import { writeName, writeText } from './members.ts'
import type { LineJob } from './line-parser.ts'
import type { ParserOptions } from './parser.ts'

const FRACTION = /:\d\d[.,](\d{1,9})/

export type TimeWriter = (job: LineJob, name: Uint8Array, start: number, end: number) => boolean

/** No time in any log is longer. */
const MAX_TIME_BYTES = 64

/**
 * Writes the member, or nothing and returns false when the text is no time. Lines of the same second follow one
 * another in logs: the last answer is kept.
 */
export function timeWriter({ timezone, now }: ParserOptions): TimeWriter {
  const lastText = Buffer.alloc(MAX_TIME_BYTES)
  let lastLength = -1
  let lastIso = Buffer.alloc(0)
  return (job, name, start, end) => {
    const length = end - start
    if (length > MAX_TIME_BYTES) return false
    if (length !== lastLength || !sameBytes(lastText, job.source, start, length)) {
      const iso = isoText(job.source, start, end, timezone, now())
      if (iso === undefined) return false
      lastIso = Buffer.from(`"${iso}"`, 'latin1')
      job.source.copy(lastText, 0, start, end)
      lastLength = length
    }
    writeName(job, name)
    job.sink.copy(lastIso, 0, lastIso.length)
    return true
  }
}

export function isoText(
  source: Buffer,
  start: number,
  end: number,
  timezone: string,
  nowMs: number,
): string | undefined {
  const epochMs = parseEventTime(source, start, end, timezone, nowMs)
  if (epochMs === undefined) return undefined
  const text = source.toString('latin1', start, end)
  const fraction = FRACTION.exec(text)?.[1]
  const iso = new Date(epochMs).toISOString()
  if (fraction !== undefined) return `${iso.slice(0, 19)}.${fraction}Z`
  return epochMs % 1000 === 0 ? `${iso.slice(0, 19)}Z` : iso
}

/** As the source has it where it is no time. */
export function writeTimeOrText(
  write: TimeWriter,
  job: LineJob,
  name: Uint8Array,
  start: number,
  end: number,
): void {
  if (!write(job, name, start, end)) writeText(job, name, start, end)
}

function sameBytes(known: Uint8Array, source: Uint8Array, start: number, length: number): boolean {
  // From the end: seconds change before years do.
  for (let i = length - 1; i >= 0; i--) if (known[i] !== source[start + i]) return false
  return true
}
