/** Reads Firehose's prefix language: text with `!{namespace:value}` in it. */
import { HozonError } from '../base/errors.ts'
import { compileJavaTime, type JavaTimePattern } from '../base/java-time.ts'
import { AWS_PREFIX_MESSAGES } from './prefix-messages.ts'

export type PrefixKind = 'prefix' | 'errorPrefix'

export type PrefixPart =
  | { kind: 'text'; text: string }
  | { kind: 'timestamp'; pattern: JavaTimePattern }
  | { kind: 'random' }
  | { kind: 'errorType' }
  | { kind: 'partitionKey'; from: 'query' | 'lambda'; key: string }

export interface PrefixRules {
  /** Streams of the Firehose API that have it: `!{partitionKeyFromQuery:…}` and `!{partitionKeyFromLambda:…}` are known. */
  dynamicPartitioning?: boolean
}

/** Firehose's limit for both prefixes. */
export const MAX_PREFIX_LENGTH = 1024

const OPEN = '!{'
const CLOSE = '}'

export function readPrefixParts(text: string, which: PrefixKind, rules: PrefixRules = {}): PrefixPart[] {
  if (text.length > MAX_PREFIX_LENGTH) {
    throw prefixError(which, text, MAX_PREFIX_LENGTH, `is longer than ${MAX_PREFIX_LENGTH} characters`)
  }
  const parts: PrefixPart[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf(OPEN, at)
    if (open !== at) parts.push({ kind: 'text', text: text.slice(at, open < 0 ? text.length : open) })
    if (open < 0) break
    const close = text.indexOf(CLOSE, open)
    if (close < 0) throw prefixError(which, text, open, '"!{" is not closed by "}"')
    parts.push(readExpression(text, open, close, which, rules))
    at = close + 1
  }
  return parts
}

function readExpression(
  text: string,
  open: number,
  close: number,
  which: PrefixKind,
  rules: PrefixRules,
): PrefixPart {
  const inner = text.slice(open + OPEN.length, close)
  const colon = inner.indexOf(':')
  if (colon < 0) throw prefixError(which, text, open, `"!{${inner}}" is not of the form !{namespace:value}`)
  const namespace = inner.slice(0, colon)
  const value = inner.slice(colon + 1)
  if (value === '') throw prefixError(which, text, open, `"!{${inner}}" has no value`)
  switch (namespace) {
    case 'timestamp':
      return { kind: 'timestamp', pattern: readPattern(text, open, value, which) }
    case 'firehose':
      return readFirehoseValue(text, open, value, which)
    case 'partitionKeyFromQuery':
    case 'partitionKeyFromLambda':
      if (which === 'errorPrefix' || rules.dynamicPartitioning !== true) {
        throw partitionKeyError(text, open, namespace, which)
      }
      return {
        kind: 'partitionKey',
        from: namespace === 'partitionKeyFromQuery' ? 'query' : 'lambda',
        key: value,
      }
    default:
      throw prefixError(which, text, open, `the namespace "${namespace}" does not exist`)
  }
}

function readPattern(text: string, open: number, value: string, which: PrefixKind): JavaTimePattern {
  try {
    return compileJavaTime(value)
  } catch (error) {
    if (!(error instanceof HozonError)) throw error
    throw prefixError(which, text, open, error.message, error.hint)
  }
}

function readFirehoseValue(text: string, open: number, value: string, which: PrefixKind): PrefixPart {
  if (value === 'random-string') return { kind: 'random' }
  if (value !== 'error-output-type') {
    throw prefixError(which, text, open, `"firehose:${value}" does not exist`)
  }
  if (which === 'prefix') {
    throw prefixError(which, text, open, '!{firehose:error-output-type} belongs into the error prefix only')
  }
  return { kind: 'errorType' }
}

function partitionKeyError(text: string, open: number, namespace: string, which: PrefixKind): HozonError {
  if (which === 'errorPrefix') {
    return prefixError(which, text, open, `"${namespace}" can not be used in the error prefix`)
  }
  const hint = 'partitions are made from the event time; filter by other fields in the query'
  return prefixError(which, text, open, AWS_PREFIX_MESSAGES.dynamicPartitioningOff, hint)
}

const NAMES: Record<PrefixKind, string> = { prefix: 'prefix', errorPrefix: 'error prefix' }
const HINT =
  'expressions are !{timestamp:yyyy/MM/dd}, !{firehose:random-string} and, in the error prefix, !{firehose:error-output-type}'

/** `position` counts from 0; people count from 1. */
export function prefixError(
  which: PrefixKind,
  text: string,
  position: number,
  problem: string,
  hint: string = HINT,
): HozonError {
  return new HozonError('HOZON_PREFIX', `${problem} (at character ${position + 1})`, {
    op: `read ${NAMES[which]}`,
    target: text,
    hint,
  })
}
