/** Sizes and durations as people write them: `64MiB`, `1.5GB`, `60s`, `250ms`. */

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 }

/** Whole bytes, or undefined when the text is not a size with a unit. */
export function parseBytes(text: string): number | undefined {
  return parseWithUnit(text, BYTES_PER_UNIT)
}

/** Whole milliseconds, or undefined when the text is not a duration with a unit. */
export function parseDurationMs(text: string): number | undefined {
  return parseWithUnit(text, MS_PER_UNIT)
}

/** Three digits and a binary unit, for people: `0 B`, `999 B`, `1.50 KiB`, `64.0 MiB`. */
export function formatBytes(bytes: number): string {
  return formatScaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'])
}

/** At most two units, for people: `0 s`, `850 ms`, `12 s`, `3 m 20 s`, `2 h 5 m`, `4 d 1 h`. */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.floor(ms / 1000)
  const parts = [
    { count: Math.floor(seconds / 86_400), unit: 'd' },
    { count: Math.floor(seconds / 3600) % 24, unit: 'h' },
    { count: Math.floor(seconds / 60) % 60, unit: 'm' },
    { count: seconds % 60, unit: 's' },
  ]
  const first = parts.findIndex((part) => part.count > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter((part) => part.count > 0)
    .map((part) => `${part.count} ${part.unit}`)
    .join(' ')
}

/** `1234567` as `1,234,567`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

function parseWithUnit(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text)
  if (match === null) return undefined
  const [, digits, unit] = match
  const factor = Object.hasOwn(units, unit!) ? units[unit!] : undefined
  if (factor === undefined) return undefined
  const value = Number(digits) * factor
  return Number.isSafeInteger(Math.round(value)) ? Math.round(value) : undefined
}

function formatScaled(value: number, base: number, units: readonly string[]): string {
  let scaled = value
  let unit = 0
  while (scaled >= base && unit < units.length - 1) {
    scaled /= base
    unit++
  }
  if (unit === 0) return `${scaled} ${units[0]}`
  const decimals = scaled < 10 ? 2 : scaled < 100 ? 1 : 0
  return `${scaled.toFixed(decimals)} ${units[unit]}`
}
