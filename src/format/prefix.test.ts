import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../base/errors.ts'
import { AWS_PREFIX_MESSAGES } from './prefix-messages.ts'
import { compilePrefix, compilePrefixes, hiveValues, objectKey, randomString } from './prefix.ts'

const AT = Date.UTC(2026, 6, 13, 14, 5, 6)
const UTC = { timezone: 'UTC' }

const evaluate = (text: string): string => compilePrefix(text, 'prefix').evaluate(AT, UTC)
const evaluateError = (text: string): string =>
  compilePrefix(text, 'errorPrefix').evaluate(AT, { ...UTC, errorOutputType: 'processing-failed' })

test('no prefix, and prefixes without a timestamp, get the default time without a slash before it', () => {
  assert.equal(evaluate(''), '2026/07/13/14/')
  assert.equal(evaluate('legacy'), 'legacy2026/07/13/14/')
  assert.equal(evaluate('legacy/'), 'legacy/2026/07/13/14/')
  assert.equal(evaluate('a/!{firehose:random-string}/'), 'a/!{firehose:random-string}/2026/07/13/14/')
})

test('all timestamps are the same instant, in the zone', () => {
  const prefix = compilePrefix('web/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/', 'prefix')
  assert.equal(prefix.evaluate(AT, UTC), 'web/dt=2026-07-13/hour=14/')
  assert.equal(prefix.evaluate(AT + 10 * 3_600_000, { timezone: 'Asia/Tokyo' }), 'web/dt=2026-07-14/hour=09/')
  assert.equal(prefix.staticPart, 'web/dt=')
  assert.deepEqual(prefix.hiveKeys, ['dt', 'hour'])
  assert.equal(prefix.partitionCacheKeyMs, 60_000)
})

test('quoted text and slashes inside of a pattern', () => {
  assert.equal(evaluate("!{timestamp:'year='yyyy'/month='MM}/"), 'year=2026/month=07/')
})

test('the cache key is as fine as the pattern', () => {
  assert.equal(compilePrefix('!{timestamp:HH-mm-ss}/', 'prefix').partitionCacheKeyMs, 1000)
  assert.equal(compilePrefix('!{timestamp:HH}/!{timestamp:SSS}/', 'prefix').partitionCacheKeyMs, 1)
})

test('random strings are fresh at each occurrence', () => {
  let draws = 0
  const prefix = compilePrefix(
    '!{firehose:random-string}/!{firehose:random-string}/!{timestamp:yyyy}/',
    'prefix',
  )
  assert.equal(prefix.evaluate(AT, { ...UTC, random: () => `r${++draws}` }), 'r1/r2/2026/')
  let float = 0
  assert.match(
    randomString(() => (float = (float + 0.37) % 1)),
    /^[A-Za-z0-9]{11}$/,
  )
})

test('error prefixes', () => {
  assert.equal(evaluateError('errors/!{firehose:error-output-type}/'), 'errors/processing-failed/')
  assert.equal(
    evaluateError('e/!{firehose:error-output-type}/!{timestamp:yyyy}/'),
    'e/processing-failed/2026/',
  )
  assert.equal(evaluateError('errors'), 'errors2026/07/13/14/')
  assert.equal(evaluateError(''), 'processing-failed/2026/07/13/14/')
})

test('without an error prefix the errors go below the prefix, unless that has expressions', () => {
  const { errorPrefix } = compilePrefixes('logs/', '')
  const at = { ...UTC, errorOutputType: 'processing-failed' }
  assert.equal(errorPrefix.evaluate(AT, at), 'logs/processing-failed/2026/07/13/14/')
  assert.throws(
    () => compilePrefixes('logs/!{timestamp:yyyy}/', ''),
    (error: unknown) =>
      error instanceof HozonError && error.message.startsWith(AWS_PREFIX_MESSAGES.errorPrefixMissing),
  )
})

const REFUSED: [text: string, which: 'prefix' | 'errorPrefix', problem: RegExp][] = [
  ['a/!{timestamp:yyyy', 'prefix', /not closed.*character 3\)/],
  ['a/!{yyyy}', 'prefix', /not of the form .*character 3\)/],
  ['!{timestamp:}', 'prefix', /no value.*character 1\)/],
  ['!{time:yyyy}', 'prefix', /namespace "time" does not exist/],
  [
    'x!{timestamp:yyyy-bb}',
    'prefix',
    /"b" is not a pattern letter at character 6 of "yyyy-bb" \(at character 2\)/,
  ],
  ['!{timestamp:YYYY-{MM}', 'prefix', /"\{" is reserved/],
  ['!{firehose:nonsense}', 'prefix', /"firehose:nonsense" does not exist/],
  ['!{firehose:error-output-type}/', 'prefix', /belongs into the error prefix only/],
  ['e/!{timestamp:yyyy}/', 'errorPrefix', /must contain !\{firehose:error-output-type\} \(at character 3\)/],
  ['!{partitionKeyFromQuery:customer}/', 'prefix', /Dynamic Partitioning Namespaces can only be part/],
  ['!{partitionKeyFromLambda:customer}/', 'errorPrefix', /can not be used in the error prefix/],
  ['x'.repeat(1025), 'prefix', /longer than 1024/],
]

test('what Firehose refuses is refused, with the position', () => {
  for (const [text, which, problem] of REFUSED) {
    assert.throws(
      () => compilePrefix(text, which),
      (error: unknown) =>
        error instanceof HozonError && error.code === 'HOZON_PREFIX' && problem.test(error.message),
      text.slice(0, 60),
    )
  }
})

test('partition keys, where dynamic partitioning is on', () => {
  const text = 'c=!{partitionKeyFromQuery:c}/!{partitionKeyFromLambda:d}!{partitionKeyFromQuery:c}/'
  const prefix = compilePrefix(text, 'prefix', { dynamicPartitioning: true })
  assert.deepEqual(prefix.partitionKeys, { query: ['c'], lambda: ['d'] })
  const keys = { query: { c: 'x y' }, lambda: { d: '%2F' } }
  assert.equal(prefix.evaluate(AT, { ...UTC, keys }), 'c=x y/%2Fx y/')
  assert.deepEqual(prefix.hiveKeys, ['c'])
  assert.throws(
    () => compilePrefixes(text, 'e/!{partitionKeyFromQuery:c}/', { dynamicPartitioning: true }),
    /can not be used in the error prefix/,
  )
})

test('Hive folders, decoded; the beginning of the file name is none', () => {
  assert.deepEqual(hiveValues('web/dt=2026-07-13/t=10%3A30/x=a=b/no/=v/dt=file'), [
    { key: 'dt', value: '2026-07-13' },
    { key: 't', value: '10:30' },
    { key: 'x', value: 'a=b' },
  ])
  assert.deepEqual(hiveValues('p=100%/q=%zz/'), [
    { key: 'p', value: '100%' },
    { key: 'q', value: '%zz' },
  ])
})

test('the key of an object is in Firehose’s grammar, in the zone', () => {
  const uuid = '2ed6657d-e927-568b-95e1-2665a8aea6a2'
  assert.equal(
    objectKey('web/dt=2026-07-13/', 'web-access', '1', AT, 'UTC', uuid, '.parquet'),
    `web/dt=2026-07-13/web-access-1-2026-07-13-14-05-06-${uuid}.parquet`,
  )
  assert.equal(objectKey('', 's', '2', AT, 'Asia/Tokyo', uuid, ''), `s-2-2026-07-13-23-05-06-${uuid}`)
})
