/** The `projection.*` properties of a table: how the values of each partition key come about. */
import { HozonError } from '../../../base/errors.ts'
import { dateFormat, type DateFormat, type DateUnit } from './date-format.ts'

export type ProjectionRule =
  | { type: 'enum'; values: string[] }
  | { type: 'integer'; from: bigint; to: bigint; interval: bigint; digits: number }
  | { type: 'date'; fromMs: number; toMs: number; interval: number; unit: StepUnit; format: DateFormat }
  | { type: 'injected' }

export type StepUnit = DateUnit | 'WEEKS'

/** Lower-case names of the properties, as Glue's users write them in any case. */
type Properties = ReadonlyMap<string, string>

export function isProjected(parameters: Record<string, string> | undefined): boolean {
  return propertiesOf(parameters).get('projection.enabled')?.trim().toLowerCase() === 'true'
}

/** Throws for properties that make no rule, in Athena's words. */
export function projectionRules(
  parameters: Record<string, string> | undefined,
  keys: readonly string[],
  nowMs: number,
): ProjectionRule[] {
  const properties = propertiesOf(parameters)
  return keys.map((key) => ruleOf(properties, key, nowMs))
}

export function locationTemplate(parameters: Record<string, string> | undefined): string | undefined {
  return propertiesOf(parameters).get('storage.location.template')
}

function propertiesOf(parameters: Record<string, string> = {}): Properties {
  return new Map(Object.entries(parameters).map(([key, value]) => [key.toLowerCase(), value]))
}

function ruleOf(properties: Properties, key: string, nowMs: number): ProjectionRule {
  const type = required(properties, key, 'type').trim().toLowerCase()
  if (type === 'enum') return { type, values: required(properties, key, 'values').split(',') }
  if (type === 'integer') return integerRule(properties, key)
  if (type === 'date') return dateRule(properties, key, nowMs)
  if (type === 'injected') return { type }
  throw invalid(key, `Property: 'projection.${key}.type' has an unknown type: ${type}`)
}

function integerRule(properties: Properties, key: string): ProjectionRule {
  const [from, to] = rangeOf(properties, key, (text) =>
    /^[+-]?\d{1,19}$/.test(text) ? BigInt(text.replace('+', '')) : undefined,
  )
  const interval = wholeNumber(properties, key, 'interval') ?? 1
  const digits = wholeNumber(properties, key, 'digits') ?? 0
  return { type: 'integer', from, to, interval: BigInt(interval), digits }
}

function dateRule(properties: Properties, key: string, nowMs: number): ProjectionRule {
  const pattern = required(properties, key, 'format')
  const format = readFormat(key, pattern)
  const [fromMs, toMs] = rangeOf(properties, key, (text) => {
    const bound = nowBound(text, nowMs)
    // To what the format can write: nothing finer decides which values there are.
    return format.parse(bound === undefined ? text : format.format(bound)) ?? format.parse(text.trim())
  })
  const interval = wholeNumber(properties, key, 'interval')
  const unit = properties.get(`projection.${key}.interval.unit`)?.trim().toUpperCase()
  const isCoarse = ['YEARS', 'MONTHS', 'DAYS'].includes(format.finest)
  if (!isCoarse && (interval === undefined || unit === undefined))
    throw invalid(
      key,
      `Property: 'projection.${key}.interval' and 'projection.${key}.interval.unit' are required for the format '${pattern}', which is finer than a day`,
    )
  return {
    type: 'date',
    fromMs,
    toMs,
    interval: interval ?? 1,
    unit: stepUnit(key, unit ?? format.finest),
    format,
  }
}

function readFormat(key: string, pattern: string): DateFormat {
  try {
    return dateFormat(pattern)
  } catch (error) {
    if (error instanceof HozonError)
      throw invalid(key, `Property: 'projection.${key}.format': ${error.message}`)
    throw error
  }
}

const UNITS: StepUnit[] = ['YEARS', 'MONTHS', 'WEEKS', 'DAYS', 'HOURS', 'MINUTES', 'SECONDS', 'MILLIS']

function stepUnit(key: string, text: string): StepUnit {
  const unit = UNITS.find((name) => name === text || name === `${text}S`)
  if (unit === undefined)
    throw invalid(key, `Property: 'projection.${key}.interval.unit' has an unknown unit: ${text}`)
  return unit
}

const NOW = /^\s*NOW\s*(?:([+-])\s*(\d{1,9})\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND|MILLI)S?\s*)?$/i

function nowBound(text: string, nowMs: number): number | undefined {
  const found = NOW.exec(text)
  if (found === null) return undefined
  if (found[1] === undefined) return nowMs
  const amount = Number(found[2]) * (found[1] === '-' ? -1 : 1)
  return addSteps(nowMs, amount, `${found[3]!.toUpperCase()}S` as StepUnit)
}

const STEP_MS: Partial<Record<StepUnit, number>> = {
  WEEKS: 7 * 86_400_000,
  DAYS: 86_400_000,
  HOURS: 3_600_000,
  MINUTES: 60_000,
  SECONDS: 1000,
  MILLIS: 1,
}

/** Months keep the day where there is such a day, and else end with the month. */
export function addSteps(ms: number, amount: number, unit: StepUnit): number {
  const stepMs = STEP_MS[unit]
  if (stepMs !== undefined) return ms + amount * stepMs
  const start = new Date(ms)
  const moved = new Date(ms)
  moved.setUTCMonth(start.getUTCMonth() + amount * (unit === 'YEARS' ? 12 : 1))
  if (moved.getUTCDate() !== start.getUTCDate()) moved.setUTCDate(0)
  return moved.getTime()
}

function rangeOf<T>(properties: Properties, key: string, read: (text: string) => T | undefined): [T, T] {
  const text = required(properties, key, 'range')
  const bounds = text.split(',')
  const [from, to] = bounds.map((bound) => read(bound.trim()))
  if (bounds.length !== 2 || from === undefined || to === undefined || from === null || to === null)
    throw invalid(key, `Property: 'projection.${key}.range' is invalid: ${text}`)
  if (from > to) throw invalid(key, `Property: 'projection.${key}.range' ends before it begins: ${text}`)
  return [from, to]
}

function wholeNumber(properties: Properties, key: string, name: string): number | undefined {
  const text = properties.get(`projection.${key}.${name}`)?.trim()
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d{1,9}$/.test(text) || value < 1)
    throw invalid(key, `Property: 'projection.${key}.${name}' is no positive number: ${text}`)
  return value
}

function required(properties: Properties, key: string, name: string): string {
  const value = properties.get(`projection.${key}.${name}`)
  if (value !== undefined) return value
  throw invalid(key, `Missing required property: 'projection.${key}.${name}'`)
}

function invalid(key: string, reason: string): HozonError {
  const message = `HIVE_INVALID_METADATA: Column projection for column '${key}' failed. ${reason}`
  return new HozonError('HOZON_SQL_FAILED', message, { op: 'read partition projection' })
}
