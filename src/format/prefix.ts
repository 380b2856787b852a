/**
 * Firehose's prefix expressions, checked once and evaluated often: which folder an instant belongs to, and the key of
 * an object in it. docs/formats/prefix.md is the page for users.
 */
import { compileJavaTime } from '../base/java-time.ts'
import type { DeliverConfig } from '../base/stream.ts'
import { AWS_PREFIX_MESSAGES } from './prefix-messages.ts'
import {
  prefixError,
  readPrefixParts,
  type PrefixKind,
  type PrefixPart,
  type PrefixRules,
} from './prefix-parts.ts'
import type { PartitionKeyValues } from './prepare.ts'

export interface PrefixContext {
  /** IANA name. */
  timezone: string
  /** `processing-failed`, `format-conversion-failed` …; needed where the prefix has !{firehose:error-output-type}. */
  errorOutputType?: string
  /** A fresh text of 11 letters and digits each time. Without it the expression stays in the result, for later. */
  random?: () => string
  /** What the partition key expressions stand for; needed where the prefix has them. */
  keys?: PartitionKeyValues
}

export interface Prefix {
  readonly text: string
  readonly which: PrefixKind
  /** The text before the first expression: where to look for objects of any time. */
  readonly staticPart: string
  /** Names of the `k=v` folders, in order. */
  readonly hiveKeys: string[]
  /** Two instants in the same unit of this many milliseconds have the same folder: 60000, 1000 or 1. */
  readonly partitionCacheKeyMs: number
  /** Names of the partition keys that are inserted, each once. */
  readonly partitionKeys: { query: string[]; lambda: string[] }
  evaluate(timeMs: number, context: PrefixContext): string
}

export const RANDOM_EXPRESSION = '!{firehose:random-string}'
/** Appended as it is, without a slash before it: `legacy` becomes `legacy2026/07/13/14/`. */
const DEFAULT_TIME: PrefixPart = { kind: 'timestamp', pattern: compileJavaTime('yyyy/MM/dd/HH/') }
const DEFAULT_ERROR_TYPE: PrefixPart = { kind: 'errorType' }
const SLASH: PrefixPart = { kind: 'text', text: '/' }

export function compilePrefix(text: string, which: PrefixKind, rules: PrefixRules = {}): Prefix {
  const parts = withDefaults(readPrefixParts(text, which, rules), which)
  checkErrorType(text, which, parts)
  const evaluate = (timeMs: number, context: PrefixContext): string =>
    parts.map((part) => evaluatePart(part, timeMs, context)).join('')
  return {
    text,
    which,
    staticPart: parts[0]?.kind === 'text' ? parts[0].text : '',
    hiveKeys: hiveValues(evaluate(0, { timezone: 'UTC', errorOutputType: 'x' })).map(({ key }) => key),
    partitionKeys: { query: keysFrom(parts, 'query'), lambda: keysFrom(parts, 'lambda') },
    partitionCacheKeyMs: Math.min(60_000, ...parts.map(finestUnit)),
    evaluate,
  }
}

function keysFrom(parts: PrefixPart[], from: 'query' | 'lambda'): string[] {
  const keys = parts.flatMap((part) => (part.kind === 'partitionKey' && part.from === from ? [part.key] : []))
  return [...new Set(keys)]
}

/** Both prefixes of a stream, with the rule that binds them: expressions in one need the other to be given. */
export function compilePrefixes(
  prefix: string,
  errorPrefix: string,
  rules: PrefixRules = {},
): { prefix: Prefix; errorPrefix: Prefix } {
  const compiled = compilePrefix(prefix, 'prefix', rules)
  if (errorPrefix !== '') return { prefix: compiled, errorPrefix: compilePrefix(errorPrefix, 'errorPrefix') }
  if (hasExpression(prefix)) {
    throw prefixError('errorPrefix', errorPrefix, 0, AWS_PREFIX_MESSAGES.errorPrefixMissing)
  }
  // `<Prefix><error-output-type>/<time>/`
  const text = `${prefix}!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/`
  return { prefix: compiled, errorPrefix: compilePrefix(text, 'errorPrefix') }
}

/** As compilePrefixes, by a stream's own settings. */
export function prefixesOf(deliver: DeliverConfig): { prefix: Prefix; errorPrefix: Prefix } {
  const dynamicPartitioning = deliver.firehose?.partitioning !== undefined
  return compilePrefixes(deliver.prefix, deliver.errorPrefix, { dynamicPartitioning })
}

export function hasExpression(text: string): boolean {
  return text.includes('!{')
}

/**
 * The default time goes to the end of a prefix without a timestamp and without partition keys. An error prefix keeps its form as soon as it has
 * an expression: `errors/!{firehose:error-output-type}/` is the folder that it looks like.
 */
function withDefaults(parts: PrefixPart[], which: PrefixKind): PrefixPart[] {
  const has = (kind: PrefixPart['kind']): boolean => parts.some((part) => part.kind === kind)
  if (which === 'prefix') return has('timestamp') || has('partitionKey') ? parts : [...parts, DEFAULT_TIME]
  if (parts.length === 0) return [DEFAULT_ERROR_TYPE, SLASH, DEFAULT_TIME]
  return parts.every(({ kind }) => kind === 'text') ? [...parts, DEFAULT_TIME] : parts
}

function checkErrorType(text: string, which: PrefixKind, parts: PrefixPart[]): void {
  if (which === 'prefix' || !hasExpression(text)) return
  if (parts.some(({ kind }) => kind === 'errorType')) return
  const problem = 'an error prefix with expressions must contain !{firehose:error-output-type}'
  throw prefixError(which, text, text.indexOf('!{'), problem)
}

function evaluatePart(part: PrefixPart, timeMs: number, context: PrefixContext): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'timestamp':
      return part.pattern.format(timeMs, context.timezone)
    case 'random':
      return context.random === undefined ? RANDOM_EXPRESSION : context.random()
    case 'errorType':
      return context.errorOutputType ?? 'processing-failed'
    case 'partitionKey':
      return context.keys?.[part.from][part.key] ?? ''
  }
}

function finestUnit(part: PrefixPart): number {
  return part.kind === 'timestamp' ? part.pattern.finestUnitMs : 60_000
}

/**
 * The `k=v` folders of an evaluated prefix, in order, decoded as Hive does (`%3A` is a colon). What follows the last
 * slash is the beginning of the file's name, not a folder.
 */
export function hiveValues(evaluated: string): { key: string; value: string }[] {
  const folders = evaluated.split('/').slice(0, -1)
  return folders.flatMap((folder) => {
    const equals = folder.indexOf('=')
    if (equals <= 0) return []
    return [{ key: hiveDecode(folder.slice(0, equals)), value: hiveDecode(folder.slice(equals + 1)) }]
  })
}

/** Only whole escapes of valid UTF-8 are decoded; anything else stays as it is written. */
function hiveDecode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone % or bytes that are no UTF-8: single escapes, as Hive's own byte-wise reading gives them.
    return text.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
}

const KEY_TIME = compileJavaTime('yyyy-MM-dd-HH-mm-ss')

/** `<prefix><stream>-<version>-<yyyy-MM-dd-HH-mm-ss>-<uuid><extension>`; `extension` begins with its dot. */
export function objectKey(
  evaluatedPrefix: string,
  stream: string,
  version: string,
  timeMs: number,
  timezone: string,
  uuid: string,
  extension: string,
): string {
  return `${evaluatedPrefix}${stream}-${version}-${KEY_TIME.format(timeMs, timezone)}-${uuid}${extension}`
}

const RANDOM_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const RANDOM_LENGTH = 11

/** `nextFloat` is uniform in [0, 1): `() => sys.random.float()`. */
export function randomString(nextFloat: () => number): string {
  const pick = (): string => RANDOM_LETTERS[Math.floor(nextFloat() * RANDOM_LETTERS.length)]!
  return Array.from({ length: RANDOM_LENGTH }, pick).join('')
}
