/** What Prefix and ErrorOutputPrefix may be, in AWS's texts. The expressions themselves are read by format/prefix.ts. */
import { HozonError } from '../../base/errors.ts'
import { isInOwnFolder, OWN_FOLDER } from '../../base/own-folder.ts'
import { AWS_PREFIX_MESSAGES } from '../../format/prefix-messages.ts'
import { compilePrefixes, type Prefix } from '../../format/prefix.ts'
import { invalidArgument } from './faults.ts'

export interface Prefixes {
  Prefix?: string
  ErrorOutputPrefix?: string
}

type Which = keyof Prefixes

interface Expression {
  namespace: string
  value: string
}

/** The beginning of AWS's messages about prefixes, its spelling mistake included. */
const CONSTRAINT = 'Ths supplied prefix(es) do not satisfy the following constraint: '
const EXPRESSION = /!\{([^{}:]+):([^{}]+)\}/g
const NAMESPACES = ['timestamp', 'firehose', 'partitionKeyFromQuery', 'partitionKeyFromLambda']
const PARTITION_KEYS = /^partitionKeyFrom(Query|Lambda)$/
const ERROR_TYPE = 'error-output-type'
/** S3 keys have 1,024 bytes; AWS keeps half of them for the rest of the name. */
const EVALUATED_MAX = 512
/** AWS counts characters, of which some have four bytes: an object's name needs up to 256, and no key could ever be longer. */
const EVALUATED_BYTES_MAX = 768
/** Of `!{firehose:random-string}`. */
const RANDOM_CHARACTERS = 11
/** What is as long as it can become; months and zones are longest in words, and differ little. */
const LONGEST = { timezone: 'America/Argentina/Buenos_Aires', errorOutputType: 'format-conversion-failed' }

/** The names behind `!{partitionKeyFrom<from>:…}` in a prefix. */
export function partitionKeysIn(prefix: string | undefined, from: 'Query' | 'Lambda'): string[] {
  return expressionsIn(prefix ?? '')
    .filter(({ namespace }) => namespace === `partitionKeyFrom${from}`)
    .map(({ value }) => value)
}

/** Throws InvalidArgumentException. */
export function checkPrefixes(prefixes: Prefixes, dynamicPartitioning: boolean): void {
  const prefix = prefixes.Prefix ?? ''
  const errorPrefix = prefixes.ErrorOutputPrefix ?? ''
  checkExpressions('Prefix', prefix)
  checkExpressions('ErrorOutputPrefix', errorPrefix)
  const inPrefix = expressionsIn(prefix)
  const inError = expressionsIn(errorPrefix)
  if (inPrefix.some(isErrorType))
    throw broken('Prefix must not contain any occurrence of !{firehose:error-output-type}')
  if (inPrefix.length > 0 && errorPrefix === '') throw invalidArgument(AWS_PREFIX_MESSAGES.errorPrefixMissing)
  if (inError.some(({ namespace }) => PARTITION_KEYS.test(namespace)))
    throw invalidArgument("Dynamic Partitioning Namespaces can't be part of an error prefix expression")
  if (inError.length > 0 && !inError.some(isErrorType))
    throw broken('ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}')
  if (!dynamicPartitioning && inPrefix.some(({ namespace }) => PARTITION_KEYS.test(namespace)))
    throw invalidArgument(AWS_PREFIX_MESSAGES.dynamicPartitioningOff)
  checkLength(prefix, 'prefix')
  checkLength(errorPrefix, 'ErrorOutputPrefix')
  checkPatterns(prefix, errorPrefix, dynamicPartitioning)
}

function broken(constraint: string): Error {
  return invalidArgument(CONSTRAINT + constraint)
}

function expressionsIn(text: string): Expression[] {
  return [...text.matchAll(EXPRESSION)].map(([, namespace = '', value = '']) => ({ namespace, value }))
}

function isErrorType({ namespace, value }: Expression): boolean {
  return namespace === 'firehose' && value === ERROR_TYPE
}

function checkExpressions(which: Which, text: string): void {
  if (text.replace(EXPRESSION, '').includes('!{')) throw broken('Invalid expression usage')
  for (const { namespace, value } of expressionsIn(text)) {
    if (!NAMESPACES.includes(namespace))
      throw broken(`Namespace to the left of colon (${namespace}) is an invalid keyword!`)
    if (namespace === 'firehose' && value !== ERROR_TYPE && value !== 'random-string')
      throw invalidValue(which)
  }
}

function invalidValue(which: Which): Error {
  return broken(`Invalid conversion character used in the value of the expression in ${which}`)
}

/** What an expression becomes is not known yet, but it is something. */
function checkLength(text: string, name: string): void {
  if (text.replace(EXPRESSION, '?').length > EVALUATED_MAX)
    throw broken(`Length of evaluated ${name} cannot be greater than ${EVALUATED_MAX}`)
}

/** What is left to be wrong are patterns of time. */
function checkPatterns(prefix: string, errorPrefix: string, dynamicPartitioning: boolean): void {
  try {
    const compiled = compilePrefixes(prefix, errorPrefix, { dynamicPartitioning })
    checkEvaluated(compiled.prefix, 'prefix')
    checkEvaluated(compiled.errorPrefix, 'ErrorOutputPrefix')
  } catch (error) {
    if (!(error instanceof HozonError)) throw error
    throw invalidArgument(
      `${invalidValue(error.op.includes('error') ? 'ErrorOutputPrefix' : 'Prefix').message}: ${error.message}`,
    )
  }
}

/** With what no store takes as a key, nothing could ever be delivered; and in our own folder nobody's objects may lie. */
function checkEvaluated(prefix: Prefix, name: string): void {
  const evaluated = prefix.evaluate(0, { ...LONGEST, random: () => 'x'.repeat(RANDOM_CHARACTERS) })
  if (isInOwnFolder(evaluated))
    throw broken(`The ${name} must not begin with ${OWN_FOLDER}: that folder is the server's own`)
  if (!evaluated.isWellFormed()) throw broken(`The ${name} must be valid Unicode`)
  if (Buffer.byteLength(evaluated) > EVALUATED_BYTES_MAX)
    throw broken(
      `Length of evaluated ${name} cannot be greater than ${EVALUATED_MAX} (${EVALUATED_BYTES_MAX} bytes)`,
    )
}
