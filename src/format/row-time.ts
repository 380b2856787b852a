/** Event times of rows in their order: mostly they are in the same minute as the one before, and need no full parse. */
import { parseEventTime } from './event-time.ts'
import { COLON, MINUS, QUOTE, isDigit } from './json-bytes.ts'

export interface RowTimes {
  /** Epoch ms of the JSON value [from, to), or undefined. */
  read(bytes: Buffer, from: number, to: number): number | undefined
}

/** `"2026-11-23T01:02`: what the texts of one minute have in common. */
const MINUTE_LENGTH = 17
const SECONDS_AT = 18
const FRACTION_AT = 21

export function createRowTimes(timezone: string, nowMs: number): RowTimes {
  const last = Buffer.alloc(64)
  let lastLength = 0
  let zoneAt = 0
  let minuteMs = 0

  function read(bytes: Buffer, from: number, to: number): number | undefined {
    if (to - from === lastLength && isSameMinute(bytes, from)) {
      const rest = restMs(bytes, from)
      if (rest >= 0) return minuteMs + rest
    }
    const timeMs = parseEventTime(bytes, from, to, timezone, nowMs)
    if (timeMs !== undefined) remember(bytes, from, to, timeMs)
    return timeMs
  }

  function remember(bytes: Buffer, from: number, to: number, timeMs: number): void {
    lastLength = 0
    const length = to - from
    if (bytes[from] !== QUOTE || length < 21 || length > last.length || bytes[from + 5] !== MINUS) return
    if (bytes[from + 8] !== MINUS || bytes[from + 14] !== COLON || bytes[from + 17] !== COLON) return
    bytes.copy(last, 0, from, to)
    zoneAt = SECONDS_AT + 2
    if (last[zoneAt] === 0x2e) for (zoneAt = FRACTION_AT; isDigit(last[zoneAt]);) zoneAt++
    const rest = restMs(last, 0)
    if (rest < 0) return
    minuteMs = timeMs - rest
    lastLength = length
  }

  function isSameMinute(bytes: Buffer, from: number): boolean {
    // The minutes change most often: from the end.
    for (let i = MINUTE_LENGTH; i >= 0; i--) if (bytes[from + i] !== last[i]) return false
    if (zoneAt > SECONDS_AT + 2 && bytes[from + 20] !== 0x2e) return false
    for (let i = zoneAt; i < lastLength; i++) if (bytes[from + i] !== last[i]) return false
    return true
  }

  /** Seconds and fraction in ms, or -1. */
  function restMs(bytes: Buffer, from: number): number {
    const tens = bytes[from + SECONDS_AT]! - 0x30
    const ones = bytes[from + SECONDS_AT + 1]! - 0x30
    if (tens < 0 || tens > 5 || ones < 0 || ones > 9) return -1
    let ms = (tens * 10 + ones) * 1000
    let unit = 100
    for (let i = from + FRACTION_AT; i < from + zoneAt; i++) {
      const digit = bytes[i]! - 0x30
      if (digit < 0 || digit > 9) return -1
      ms += digit * unit
      unit = unit === 1 ? 0 : Math.floor(unit / 10)
    }
    return ms
  }
  return { read }
}
