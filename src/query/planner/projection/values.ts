/** The values of one projected key that a predicate leaves, without making those that it does not. */
import { HozonError } from '../../../base/errors.ts'
import { DAY_MS } from '../../../base/civil-date.ts'
import type { ColumnType } from '../../../base/schema.ts'
import { compareKeys, folderValue, isoText, isText, type KeyValue } from '../key-value.ts'
import { isInRange, type KeyRange } from '../key-range.ts'
import { addSteps, type ProjectionRule, type StepUnit } from './rules.ts'

export interface ProjectedValue {
  /** As the folder writes it. */
  folder: string
  /** As the engine casts it to the key's type. */
  cell: string
  value: KeyValue | undefined
}

/**
 * More partitions than this are a mistake, of the table or of the statement. Each takes more than a kilobyte of the main process
 * and a listing of its folder: a million of them took gigabytes.
 */
export const PROJECTED_MAX = 100_000

export function projectedValues(
  rule: ProjectionRule,
  key: { name: string; type: ColumnType },
  range: KeyRange,
): ProjectedValue[] {
  return [...valuesInSteps(rule, key, range)].filter((value) => value !== undefined)
}

/**
 * For callers that do other things between the steps; undefined is a step that led to no value. A format that is coarser
 * than the steps writes several of them alike: the last of them counts.
 */
export function* valuesInSteps(
  rule: ProjectionRule,
  key: { name: string; type: ColumnType },
  range: KeyRange,
): Generator<ProjectedValue | undefined> {
  if (rule.type === 'injected') yield* injected(key, range)
  else if (rule.type === 'enum')
    yield* [...new Set(rule.values)].map((folder) => valueOf(folder, key)).filter(matches(range))
  else yield* steps(rule.type === 'integer' ? integerSteps(rule, key) : dateSteps(rule, key), range, key.name)
}

/** The projected value that a cell of the key's column belongs to. Undefined: it is none of them, and no query would find it. */
export function projectedValue(
  rule: ProjectionRule,
  key: { name: string; type: ColumnType },
  text: string,
): ProjectedValue | undefined {
  const read = folderValue(text, key.type)
  if (read === undefined || read.text === null) return undefined
  // No statement can name a value exactly that no number stands for.
  if (read.value === undefined && rule.type === 'injected') return undefined
  const found = projectedValues(rule, key, { values: [read.value ?? read.text] })
  return found.find(({ value, cell }) =>
    read.value === undefined ? cell === read.text : value === read.value,
  )
}

function injected(key: { name: string; type: ColumnType }, range: KeyRange): ProjectedValue[] {
  if (!('values' in range)) {
    const message = `CONSTRAINT_VIOLATION: For the injected projected partition column ${key.name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`
    throw new HozonError('HOZON_SQL_FAILED', message, { op: 'project partitions' })
  }
  return range.values.map((value) => {
    const text = textOf(value, key.type)
    return { folder: text, cell: text, value }
  })
}

function textOf(value: KeyValue, type: ColumnType): string {
  if (typeof value === 'string') return value
  if (type === 'date') return isoText(value * DAY_MS).slice(0, 10)
  if (type === 'timestamp') return isoText(value)
  if (typeof type === 'object' && 'decimal' in type) return decimalText(value, type.decimal.scale)
  return type === 'boolean' ? String(value === 1) : String(value)
}

/** Decimals compare as integers of their last digits. */
function decimalText(value: number, scale: number): string {
  const digits = String(Math.abs(value)).padStart(scale + 1, '0')
  const sign = value < 0 ? '-' : ''
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function valueOf(folder: string, key: { name: string; type: ColumnType }): ProjectedValue {
  const read = folderValue(folder, key.type)
  if (read === undefined || read.value === null || read.text === null) {
    const message = `HIVE_INVALID_METADATA: Column projection for column '${key.name}' failed. '${folder}' is no value of its type`
    throw new HozonError('HOZON_SQL_FAILED', message, { op: 'project partitions' })
  }
  return { folder, cell: read.text, value: read.value }
}

function matches(range: KeyRange): (value: ProjectedValue) => boolean {
  return ({ value }) => value === undefined || isInRange(range, value)
}

/** Values by their number, from 0. */
interface Steps {
  count: number
  at(step: number): ProjectedValue
  /** Are later values greater? */
  isOrdered: boolean
  /** Undefined: it is none of them. */
  find(value: KeyValue): ProjectedValue | undefined
}

function* steps(all: Steps, range: KeyRange, key: string): Generator<ProjectedValue | undefined> {
  if ('values' in range) {
    for (const value of range.values) yield all.find(value)
    return
  }
  const { min, max } = range
  const first =
    all.isOrdered && min !== undefined ? firstStep(all, (value) => compareKeys(value, min) >= 0) : 0
  const end =
    all.isOrdered && max !== undefined ? firstStep(all, (value) => compareKeys(value, max) > 0) : all.count
  if (end - first > PROJECTED_MAX) throw tooMany(`column '${key}'`)
  const isLeft = matches(range)
  for (let step = first; step < end; step++) {
    const value = all.at(step)
    yield isLeft(value) ? value : undefined
  }
}

/** The first step from which on it holds; it must hold for all after one for which it does. */
function firstStep(all: Steps, holds: (value: KeyValue) => boolean): number {
  let [low, high] = [0, all.count]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const { value } = all.at(middle)
    if (value === undefined || holds(value)) high = middle
    else low = middle + 1
  }
  return low
}

export function tooMany(what: string): HozonError {
  const message = `HIVE_EXCEEDED_PARTITION_LIMIT: Query over ${what} can potentially read more than ${PROJECTED_MAX} partitions`
  const hint = 'narrow the statement by the partition columns'
  return new HozonError('HOZON_SQL_FAILED', message, { op: 'project partitions', hint })
}

function integerSteps(
  { from, to, interval, digits }: ProjectionRule & { type: 'integer' },
  { type }: { type: ColumnType },
): Steps {
  const written = (value: bigint): string =>
    value < 0n ? `-${String(-value).padStart(digits, '0')}` : String(value).padStart(digits, '0')
  const isTextKey = isText(type)
  const sameWidth = from >= 0n && written(from).length === written(to).length
  const valueAt = (value: bigint): ProjectedValue => {
    const folder = written(value)
    const number = Number.isSafeInteger(Number(value)) ? Number(value) : undefined
    return { folder, cell: isTextKey ? folder : String(value), value: isTextKey ? folder : number }
  }
  return {
    count: Number((to - from) / interval) + 1,
    at: (step) => valueAt(from + BigInt(step) * interval),
    isOrdered: isTextKey ? sameWidth : Number.isSafeInteger(Number(to)) && Number.isSafeInteger(Number(from)),
    find(value) {
      const text = String(value)
      if (!/^-?\d{1,19}$/.test(text)) return undefined
      const number = BigInt(text)
      if (number < from || number > to || (number - from) % interval !== 0n) return undefined
      return isTextKey && written(number) !== text ? undefined : valueAt(number)
    },
  }
}

function dateSteps(
  { fromMs, toMs, interval, unit, format }: ProjectionRule & { type: 'date' },
  { type }: { type: ColumnType },
): Steps {
  const msAt = (step: number): number => addSteps(fromMs, step * interval, unit)
  const valueAt = (ms: number): ProjectedValue => {
    const folder = format.format(ms)
    if (type === 'date') return { folder, cell: isoText(ms).slice(0, 10), value: Math.floor(ms / DAY_MS) }
    return type === 'timestamp'
      ? { folder, cell: isoText(ms), value: ms }
      : { folder, cell: folder, value: folder }
  }
  const count = stepsUntil(msAt, fromMs, toMs, interval, unit)
  const isTextKey = isText(type)
  return {
    count,
    at: (step) => valueAt(msAt(step)),
    isOrdered: isTextKey ? format.isOrdered : true,
    find(value) {
      const ms = typeof value === 'string' ? format.parse(value) : type === 'date' ? value * DAY_MS : value
      if (ms === undefined) return undefined
      // The first step that writes this value: several may where the format is coarser than the steps.
      const near = Math.floor(lowerBound(count, (step) => msAt(step) >= ms))
      const steps = [near, near - 1].filter((step) => step >= 0 && step < count)
      return steps.map((step) => valueAt(msAt(step))).find((made) => made.value === value)
    },
  }
}

/** Steps until the end, inclusive. */
function stepsUntil(
  msAt: (step: number) => number,
  fromMs: number,
  toMs: number,
  interval: number,
  unit: StepUnit,
): number {
  const most = Math.ceil((toMs - fromMs) / (addSteps(0, 1, unit) * interval)) + 24
  return lowerBound(most, (step) => msAt(step) > toMs)
}

function lowerBound(count: number, holds: (step: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
