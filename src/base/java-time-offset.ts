/** Zone offsets as the pattern letters O, X, x and Z write them. */
import type { CivilFields } from './java-time-fields.ts'

type Writer = (fields: CivilFields) => string

interface OffsetParts {
  sign: '+' | '-'
  hours: number
  minutes: number
  seconds: number
}

function partsOf(offsetMs: number): OffsetParts {
  const total = Math.abs(offsetMs) / 1000
  return {
    sign: offsetMs < 0 ? '-' : '+',
    hours: Math.floor(total / 3600),
    minutes: Math.floor(total / 60) % 60,
    seconds: total % 60,
  }
}

const two = (value: number): string => String(value).padStart(2, '0')

/** X and x: `+09` (1; minutes when there are any), `+0900` (2), `+09:00` (3), with seconds when there are any (4, 5). */
export function offsetText(count: number, zero: string | undefined): Writer | undefined {
  if (count > 5) return undefined
  const colon = count === 3 || count === 5 ? ':' : ''
  return ({ offsetMs }) => {
    const { sign, hours, minutes, seconds } = partsOf(offsetMs)
    if (offsetMs === 0 && zero !== undefined) return zero
    if (count === 1) return sign + two(hours) + (minutes === 0 ? '' : two(minutes))
    const tail = count >= 4 && seconds !== 0 ? colon + two(seconds) : ''
    return sign + two(hours) + colon + two(minutes) + tail
  }
}

/** Z: `+0900` (1 to 3), `GMT+09:00` (4), `+09:00` or `Z` (5). */
export function plainOffset(count: number): Writer | undefined {
  if (count <= 3) return offsetText(2, undefined)
  return count === 4 ? localizedOffset(4) : offsetText(count, 'Z')
}

/** O: `GMT+9` (1), `GMT+09:00` (4). */
export function localizedOffset(count: number): Writer | undefined {
  if (count !== 1 && count !== 4) return undefined
  return ({ offsetMs }) => {
    const { sign, hours, minutes, seconds } = partsOf(offsetMs)
    if (offsetMs === 0) return 'GMT'
    const tail = seconds === 0 ? '' : `:${two(seconds)}`
    if (count === 4) return `GMT${sign}${two(hours)}:${two(minutes)}${tail}`
    return `GMT${sign}${hours}${minutes === 0 && seconds === 0 ? '' : `:${two(minutes)}${tail}`}`
  }
}
