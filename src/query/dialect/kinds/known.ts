/** What can be known of an expression's type: enough to choose between rewrites. */

import { HozonError } from '../../../base/errors.ts'
import { contentOf, numberOf } from '../ast.ts'

export type Kind =
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'double'
  | 'varchar'
  | 'binary'
  | 'json'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  /** An instant with a zone of its own. Its value is the clock in that zone, a timestamp: see rules/zones.ts. */
  | 'zoned'
  | 'interval'
  | 'ip'
  | 'struct'
  | 'map'
  | 'list'
  | 'structlist'

/** What is known of a type: of decimals also the digits after the point, of zoned times the zone, of others their parts. */
export interface Known {
  kind: Kind
  scale?: number
  zone?: string
  /** `varchar(3)`, where a length is named. */
  sized?: string
  /** Elements of a list, values of a map. */
  of?: Known
  fields?: ReadonlyMap<string, Known | undefined>
}

export interface Oracle {
  knownOf(node: unknown): Known | undefined
  kindOf(node: unknown): Kind | undefined
  /** Keeps what is known of a node for what stands for it now. */
  remember(node: unknown, known: Known | undefined): void
}

export function listOf(element: Known | undefined): Known {
  if (element === undefined) return { kind: 'list' }
  return { kind: element.kind === 'struct' ? 'structlist' : 'list', of: element }
}

/** The common type: one double makes all doubles. */
export function knownOfAll(nodes: unknown[], known: Oracle['knownOf']): Known | undefined {
  const all = nodes.map(known)
  return (
    all.find((one) => one?.kind === 'double') ??
    all.find((one) => one?.kind === 'decimal') ??
    firstKnown(nodes, known)
  )
}

export function firstKnown(nodes: unknown[], known: Oracle['knownOf']): Known | undefined {
  for (const node of nodes) {
    const found = known(node)
    if (found !== undefined) return found
  }
  return undefined
}

/** Digits after the point of an exact number; undefined where it is none. */
export function scaleOf(known: Known | undefined): number | undefined {
  if (known?.kind === 'integer') return 0
  return known?.kind === 'decimal' ? known.scale : undefined
}

/** from_unixtime(x, 2, 30): `+02:30`; undefined where these are no literals. */
export function offsetOf(hours: unknown, minutes: unknown): string | undefined {
  const [hour, minute] = [signedNumberOf(hours), signedNumberOf(minutes)]
  if (hour === undefined || minute === undefined) return undefined
  const total = hour * 60 + minute
  const digits = [Math.floor(Math.abs(total) / 60), Math.abs(total) % 60].map((part) =>
    String(part).padStart(2, '0'),
  )
  return `${total < 0 ? '-' : '+'}${digits.join(':')}`
}

export function signedNumberOf(node: unknown): number | undefined {
  const negated = contentOf(node, 'neg')
  const number = numberOf(negated === undefined ? node : negated['this'])
  return number === undefined || negated === undefined ? number : -number
}

const FIXED = /^(?:UTC|GMT|UT|Z)?([+-])(\d\d?)(?::?(\d\d))?$/

/** As Trino calls it: `UTC`, `+03:00` for GMT+3 and Etc/GMT-3, others by their names. */
export function zoneOf(name: string): string {
  if (/^(Etc\/)?(UTC|GMT|UT|Z|Zulu|Greenwich|Universal|UCT|GMT0)$/.test(name)) return 'UTC'
  const [, hours = ''] = /^Etc\/GMT([+-]\d\d?)$/.exec(name) ?? []
  const [, sign, hour = '', minute = '00'] =
    FIXED.exec(hours === '' ? name : hours.replace(/[+-]/, (one) => (one === '+' ? '-' : '+'))) ?? []
  if (sign === undefined) return zoneName(name)
  const offset = `${hour.padStart(2, '0')}:${minute}`
  return offset === '00:00' ? 'UTC' : sign + offset
}

/** A name of the zone database; abbreviations are none. */
function zoneName(name: string): string {
  if (name !== '' && (!name.includes('/') || !isZoneName(name)))
    throw new HozonError(
      'HOZON_SQL_FAILED',
      `INVALID_FUNCTION_ARGUMENT: '${name}' is not a valid time zone`,
      {
        op: 'translate',
      },
    )
  return name
}

function isZoneName(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const ZONED = /^(.*\d)\s*(UTC|Z|[+-]\d\d(?::?\d\d)?|[A-Za-z]+\/[A-Za-z_/+-]+\d*)$/

/** TIMESTAMP '2026-11-23 09:00:00 Asia/Tokyo' by its parts; undefined for one without a zone. */
export function zonedLiteral(text: string): { clock: string; zone: string } | undefined {
  // The end of a date without a time looks like an offset.
  const found = /^[\d-]+$/.test(text.trim()) ? null : ZONED.exec(text)
  if (found === null) return undefined
  return { clock: found[1]!, zone: zoneOf(found[2]!) }
}
