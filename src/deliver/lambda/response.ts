/**
 * AWS's response contract: `{records: [{recordId, result, data, metadata?: {partitionKeys?}}]}` with each id of the event
 * exactly once. What is wrong with a record fails that record; what can not be read as records at all fails the batch.
 */
import type { RecordFailure } from './failures.ts'

export type Verdict =
  | { kind: 'ok'; data: Buffer; keys: Record<string, string> | undefined }
  | { kind: 'dropped' }
  | { kind: 'failed'; failure: RecordFailure }

const NOT_BASE64 = /[^A-Za-z0-9+/=]/

/** A verdict for each of `ids`, in their order. Ids that nobody sent are passed over, as AWS does. */
export function readResponse(body: string, ids: readonly string[]): Verdict[] {
  const records = parseRecords(body)
  if (records === 'unparsable') return ids.map(() => ({ kind: 'failed', failure: 'unparsable' }))
  const found = new Map<string, Record<string, unknown>[]>()
  for (const record of records) {
    const id = record['recordId']
    if (typeof id !== 'string') continue
    const same = found.get(id)
    if (same === undefined) found.set(id, [record])
    else same.push(record)
  }
  return ids.map((id) => {
    const [record, ...more] = found.get(id) ?? []
    if (record === undefined) return { kind: 'failed', failure: 'missing' }
    return more.length > 0 ? { kind: 'failed', failure: 'duplicated' } : toVerdict(record)
  })
}

/** A function's error that comes with status 200, as from the emulator in AWS's container images. */
export function errorInBody(body: string): string | undefined {
  const value = parseJson(body)
  if (!isObject(value) || 'records' in value) return undefined
  const { errorType, errorMessage } = value
  if (typeof errorType !== 'string' && typeof errorMessage !== 'string') return undefined
  return [errorType, errorMessage].filter((text) => typeof text === 'string').join(': ')
}

/** Nothing at all (`null`, `{}`) are no records: then each id is missing. */
function parseRecords(body: string): Record<string, unknown>[] | 'unparsable' {
  const value = parseJson(body)
  if (value === null) return []
  if (!isObject(value)) return 'unparsable'
  const records = value['records'] ?? []
  return Array.isArray(records) && records.every(isObject) ? records : 'unparsable'
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // Not JSON: to the caller the same as JSON that is no object.
    return undefined
  }
}

function toVerdict({ result, data, metadata }: Record<string, unknown>): Verdict {
  if (result === 'Dropped') return { kind: 'dropped' }
  if (result === 'ProcessingFailed') return { kind: 'failed', failure: 'processingFailed' }
  if (result !== 'Ok') return { kind: 'failed', failure: 'invalid' }
  if (data === undefined || data === null) return { kind: 'failed', failure: 'withoutData' }
  const bytes = typeof data === 'string' ? decodeBase64(data) : undefined
  const keys = partitionKeys(metadata)
  if (bytes === undefined || keys === 'invalid') return { kind: 'failed', failure: 'invalid' }
  return { kind: 'ok', data: bytes, keys }
}

/** Line breaks are fine: some encoders put one after every 76 characters. */
function decodeBase64(text: string): Buffer | undefined {
  const joined = /\s/.test(text) ? text.replace(/\s+/g, '') : text
  if (joined.length % 4 !== 0 || NOT_BASE64.test(joined)) return undefined
  const padding = joined.endsWith('==') ? 2 : joined.endsWith('=') ? 1 : 0
  const bytes = Buffer.from(joined, 'base64')
  // Node ends at a = in the middle.
  return bytes.length === (joined.length / 4) * 3 - padding ? bytes : undefined
}

/** Numbers and booleans become texts. null becomes an empty one, which no partition can have: the record fails there. */
function partitionKeys(metadata: unknown): Record<string, string> | undefined | 'invalid' {
  if (metadata === undefined || metadata === null) return undefined
  if (!isObject(metadata)) return 'invalid'
  const keys = metadata['partitionKeys'] ?? undefined
  if (keys === undefined) return undefined
  if (!isObject(keys)) return 'invalid'
  const texts = Object.entries(keys).map(([key, value]) => [key, keyText(value)] as const)
  return texts.every(isText) ? Object.fromEntries(texts) : 'invalid'
}

function keyText(value: unknown): string | undefined {
  if (value === null) return ''
  return typeof value === 'object' ? undefined : String(value as string | number | boolean)
}

function isText(entry: readonly [string, string | undefined]): entry is readonly [string, string] {
  return entry[1] !== undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
