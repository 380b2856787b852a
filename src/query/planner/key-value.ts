/**
 * Values of partition keys as they can be compared: text by its bytes, everything else by a number that stands for it.
 * A value that no number stands for exactly is `undefined`: nothing is left out because of it.
 */
import type { ColumnType } from '../../base/schema.ts'
import type { Node } from '../dialect/ast.ts'
import { DAY_MS, daysFromCivil, isCivilDate } from '../../base/civil-date.ts'
import { NULL_FOLDER } from '../../base/hive-folder.ts'

export type KeyValue = string | number

/** What a statement writes as a constant. Times are UTC. */
export type Constant =
  | { kind: 'text'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'boolean'; value: boolean }
  /** `isDate`: without a time of day, which is midnight here. */
  | { kind: 'instant'; ms: number; isDate: boolean }
  /** An expression without columns, whose value only the engine knows: to all who ask, not known. */
  | { kind: 'expression'; node: Node }

export interface FolderValue {
  /** Undefined: not known; null: NULL. */
  value: KeyValue | null | undefined
  /** What the engine casts to the key's type. */
  text: string | null
}

/** Undefined where the text is no value of the type. */
export function folderValue(text: string, type: ColumnType): FolderValue | undefined {
  if (text === NULL_FOLDER) return { value: null, text: null }
  if (isText(type)) return { value: text, text }
  const read = readersOf(type)?.(text.trim())
  return read === undefined ? undefined : { value: read.value, text: read.text }
}

/** Can a column of this type be a partition key? */
export function isKeyType(type: ColumnType): boolean {
  return isText(type) || readersOf(type) !== undefined
}

/** The constant as a value of the key; undefined where they do not compare exactly. */
export function keyConstant(constant: Constant, type: ColumnType): KeyValue | undefined {
  if (isText(type)) return constant.kind === 'text' ? constant.text : undefined
  if (type === 'date' || type === 'timestamp') return timeConstant(constant, type)
  if (constant.kind === 'boolean') return type === 'boolean' ? Number(constant.value) : undefined
  if (constant.kind !== 'number' || type === 'boolean') return undefined
  if (typeof type === 'object' && 'decimal' in type) return scaled(constant.text, type.decimal.scale)
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(constant.text) && constant.text.length <= 16
    ? Number(constant.text)
    : undefined
}

function timeConstant(constant: Constant, type: 'date' | 'timestamp'): number | undefined {
  // The engine takes a text for the time that it names.
  const instant = constant.kind === 'text' ? civilMs(constant.text) : undefined
  const ms = constant.kind === 'instant' ? constant.ms : instant
  if (ms === undefined) return undefined
  if (type === 'timestamp') return ms
  // A cast of the text to a date drops the time of day.
  return instant !== undefined && ms % DAY_MS !== 0 ? undefined : ms / DAY_MS
}

const setsOfLists = new WeakMap<readonly KeyValue[], ReadonlySet<KeyValue>>()

/** A statement may list thousands of values, and a table have as many partitions. */
export function isAmong(values: readonly KeyValue[], value: KeyValue): boolean {
  let set = setsOfLists.get(values)
  if (set === undefined) setsOfLists.set(values, (set = new Set(values)))
  return set.has(value)
}

/** SQL compares text by its UTF-8 bytes; JavaScript's `<` would compare UTF-16 units. */
export function compareKeys(left: KeyValue, right: KeyValue): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)))
}

export function isText(type: ColumnType): boolean {
  return type === 'varchar' || (typeof type === 'object' && ('varchar' in type || 'char' in type))
}

interface Read {
  value: number | undefined
  text: string
}
type Reader = (text: string) => Read | undefined

const INTEGER_BITS: Record<string, number> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 }

const READERS: Partial<Record<string, Reader>> = {
  boolean: (text) => {
    const lower = text.toLowerCase()
    return lower === 'true' || lower === 'false'
      ? { value: Number(lower === 'true'), text: lower }
      : undefined
  },
  float: (text) => {
    const read = readDouble(text)
    const value = read?.value === undefined || Math.fround(read.value) !== read.value ? undefined : read.value
    return read === undefined ? undefined : { value, text: read.text }
  },
  double: readDouble,
  date: (text) => {
    const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? civilMs(text) : undefined
    return ms === undefined ? undefined : { value: ms / DAY_MS, text }
  },
  timestamp: (text) => {
    const ms = civilMs(text)
    if (ms !== undefined) return { value: ms, text }
    return CIVIL.test(text) && civilMs(text.replace(/\.\d+$/, '')) !== undefined
      ? { value: undefined, text }
      : undefined
  },
}

function readersOf(type: ColumnType): Reader | undefined {
  if (typeof type === 'object') {
    if (!('decimal' in type)) return undefined
    const { scale } = type.decimal
    return (text) => (DECIMAL.test(text) ? { value: scaled(text, scale), text } : undefined)
  }
  const bits = INTEGER_BITS[type]
  return bits === undefined ? READERS[type] : (text) => readInteger(text, bits)
}

const DECIMAL = /^[+-]?\d{1,38}(\.\d{1,38})?$/

function readInteger(text: string, bits: number): Read | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined
  const value = BigInt(text.replace('+', ''))
  if (BigInt.asIntN(bits, value) !== value) return undefined
  return { value: Number.isSafeInteger(Number(value)) ? Number(value) : undefined, text: String(value) }
}

function readDouble(text: string): Read | undefined {
  const value = text === '' ? Number.NaN : Number(text)
  // The engine compares numbers that are not finite in its own order.
  if (Number.isNaN(value)) return /^nan$/i.test(text) ? { value: undefined, text: 'nan' } : undefined
  return { value: Number.isFinite(value) ? value : undefined, text }
}

/** A decimal as an integer of its last digits; undefined where digits would be lost. */
function scaled(text: string, scale: number): number | undefined {
  const [whole = '', fraction = ''] = text.split('.')
  const digits = fraction.replace(/0+$/, '')
  if (digits.length > scale || !DECIMAL.test(text)) return undefined
  const value = Number(whole.replace('+', '') + digits.padEnd(scale, '0'))
  return Number.isSafeInteger(value) ? value : undefined
}

const CIVIL =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(?: ?(?:UTC|Z|\+00:?00))?$/

/**
 * A text without a zone is UTC, as everywhere in Hozon's SQL. Undefined: no such time, another zone, or finer than a
 * millisecond.
 */
export function civilMs(text: string): number | undefined {
  const found = CIVIL.exec(text.trim())
  if (found === null) return undefined
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0))
  const fraction = (found[7] ?? '').padEnd(9, '0')
  if (!isCivilDate(year!, month!, day!) || hour! > 23 || minute! > 59 || second! > 59) return undefined
  if (!fraction.endsWith('000000')) return undefined
  const seconds = hour! * 3600 + minute! * 60 + second!
  return daysFromCivil(year!, month!, day!) * DAY_MS + seconds * 1000 + Number(fraction.slice(0, 3))
}

/** `2026-11-23 01:02:03.004` */
export function isoText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}
