/** What must become of the body of a put, worked out in the plainest way. */
import { isUtf8 } from 'node:buffer'

export type PutOutcome = { error: string } | { records: Buffer[] }

const DEPTH_MAX = 64
const RECORDS_MAX = 500
const RECORD_BYTES_MAX = 1_024_000
const PUT_BYTES_MAX = 4 * 1024 * 1024

const SERIALIZATION = { error: 'SerializationException' }
const VALIDATION = { error: 'ValidationException' }

/** `streams`: those that there are. */
export function putOutcome(
  operation: 'PutRecord' | 'PutRecordBatch',
  body: Buffer,
  streams: readonly string[],
): PutOutcome {
  const json = parse(body)
  if (!isObject(json)) return SERIALIZATION
  const name = json['DeliveryStreamName'] ?? null
  if (name !== null && typeof name !== 'string') return SERIALIZATION
  const list = operation === 'PutRecord' ? [json['Record'] ?? null] : (json['Records'] ?? [])
  if (!Array.isArray(list)) return SERIALIZATION
  const records: (Buffer | null)[] = []
  for (const entry of list as unknown[]) {
    if (entry !== null && !isObject(entry)) return SERIALIZATION
    const data = entry?.['Data'] ?? null
    if (data !== null && typeof data !== 'string') return SERIALIZATION
    if (data !== null && !isBase64(data)) return SERIALIZATION
    records.push(data === null ? null : Buffer.from(data, 'base64'))
  }
  if (name === null || !/^[a-zA-Z0-9_.-]{1,64}$/.test(name)) return VALIDATION
  if (records.length < 1 || records.length > RECORDS_MAX) return VALIDATION
  if (records.some((record) => record === null || record.length > RECORD_BYTES_MAX)) return VALIDATION
  if (!streams.includes(name)) return { error: 'ResourceNotFoundException' }
  const whole = records as Buffer[]
  if (whole.reduce((sum, { length }) => sum + length, 0) > PUT_BYTES_MAX)
    return { error: 'InvalidArgumentException' }
  return { records: whole }
}

function parse(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined
  const text = body.toString('utf8')
  try {
    const json = JSON.parse(text) as unknown
    return depthOf(text) > DEPTH_MAX ? undefined : json
  } catch {
    return undefined
  }
}

/** Of the text: a member that is there twice counts, although only the last is kept. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  for (const [bracket] of json.replace(/"(?:[^"\\]|\\.)*"/g, '').matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Letter by letter, as RFC 4648 has it: padded, nothing else in it, no bits after the end. */
export function isBase64(text: string): boolean {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return false
  if (text.endsWith('==')) return 'AQgw'.includes(text.at(-3)!)
  return !text.endsWith('=') || 'AEIMQUYcgkosw048'.includes(text.at(-2)!)
}
