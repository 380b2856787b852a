import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartitionKeyValues, PrepareJob } from '../prepare.ts'
import { createJqEngine } from './jq-engine.ts'
import { partitionQueryProblem, wrapProgram } from './jq-program.ts'
import { createPartitioner, type PartitionProblem } from './partitions.ts'
import { createPartitionQuery } from './query.ts'

const ENGINE = createJqEngine()
const NOW_MS = Date.UTC(2026, 10, 23, 1, 2, 3)

const evaluate = (program: string, ...records: string[]): Promise<unknown[]> =>
  createPartitionQuery(program, NOW_MS, ENGINE).evaluate(records.map((text) => Buffer.from(text)))

test('keys of an object; numbers and booleans are text', async () => {
  assert.deepEqual(
    (
      await evaluate(
        '{c:.c, y:(.ts|strftime("%Y")), n:.n, b}',
        '{"c":"a b","ts":1565382027,"n":1.0,"b":true}',
      )
    ).map((result) => ({ ...(result as { keys: object }).keys })),
    [{ c: 'a b', y: '2019', n: '1', b: 'true' }],
  )
})

const EMPTY = { problem: 'partitionKeys values must not be null or empty' }
const NOT_JSON = { problem: 'Non JSON record provided' }

test('what gives no key says why, and the others are not touched by it', async () => {
  const results = await evaluate(
    '{c:.c}',
    '{"c":null}',
    'text',
    '{"c":""}',
    '{"c":{}}',
    '5',
    '{"c":1}{"c":2}',
    '{"c":"x"}',
  )
  assert.deepEqual(results.slice(0, 4), [EMPTY, NOT_JSON, EMPTY, EMPTY])
  assert.match((results[4] as { problem: string }).problem, /Cannot index number/)
  assert.deepEqual(results[5], NOT_JSON)
  assert.ok('keys' in (results[6] as object))
})

test('a program has one result, and nothing but its record', async () => {
  const noObject = { problem: 'The metadata extraction query must give one JSON object' }
  for (const program of ['empty', '{a:1},{a:2}', '.a', 'repeat({a:1})', '[1]']) {
    assert.deepEqual(await evaluate(program, '{"a":"x"}', '{"a":"y"}'), [noObject, noObject], program)
  }
  const refused = ['input', 'inputs', 'env', 'halt', 'halt_error', 'input_filename', '"a"|modulemeta']
  for (const program of refused) {
    const [first, second] = (await evaluate(program, '{"a":"x"}', '{}')) as { problem: string }[]
    assert.match(first!.problem, /is not available/, program)
    assert.deepEqual(first, second)
  }
  assert.deepEqual(await evaluate('{a:$ENV.HOME}', '{}'), [EMPTY])
  assert.deepEqual(
    await evaluate('{a:(now|todate)}', '{}'),
    await evaluate('{a:"2026-11-23T01:02:03Z"}', '{}'),
  )
})

test('programs that fail, break out of labels or take all memory end with their record', async () => {
  const problems = (await evaluate(
    'if .a == 1 then error({__jq:0}) elif .a == 2 then error("mine") elif .a == 3 then {a:("x" * (1000000000 + .a))} else {a:"ok"} end',
    ...[0, 1, 2, 3, 0].map((a) => JSON.stringify({ a })),
  )) as ({ problem: string } | { keys: object })[]
  assert.deepEqual(
    problems.map((result) => ('keys' in result ? 'ok' : result.problem)),
    [
      'ok',
      problems[1] !== undefined && 'problem' in problems[1] ? problems[1].problem : '',
      'mine',
      'The metadata extraction query did not end, or took too much memory',
      'ok',
    ],
  )
  assert.ok('problem' in problems[1]!)
})

test('a program without an end is ended', async () => {
  const stopped = await ENGINE.run('[0,1]\n', wrapProgram('def f: f; f', 0), 50)
  assert.equal(stopped.kind, 'stopped')
  assert.equal((await ENGINE.run('[0,1]\n', wrapProgram('{}', 0), 5000)).kind, 'ended')
})

test('programs that do not compile, that break out of ours or that need modules are refused', async () => {
  for (const program of ['{a:.a}', '{a:.a} # why', '{a:.a} #\\', 'def f: .a; {a:f}']) {
    assert.equal(await partitionQueryProblem(program), undefined, program)
  }
  for (const program of ['{a:', '.a) | (.b', 'import "a" as a; .', 'include "a"; .', 'nothing(.)', '', '#']) {
    assert.equal(typeof (await partitionQueryProblem(program)), 'string', program)
  }
})

interface Partitioned {
  of: (number | PartitionProblem)[]
  keys: readonly PartitionKeyValues[]
}

async function partition(
  prefix: string,
  max: number,
  values: (string | undefined)[],
  from: 'query' | 'lambda',
): Promise<Partitioned> {
  const job = { firstArrivalMs: NOW_MS, deliver: { prefix, timezone: 'UTC' } } as PrepareJob
  const partitioner = createPartitioner(job, max, from === 'query' ? '{k:.k}' : undefined)
  const units = values.map((k) => ({
    data: Buffer.from(JSON.stringify({ k })),
    keys: from === 'lambda' && k !== undefined ? { k } : undefined,
  }))
  // In two pieces: what is known of the first holds for the second.
  const of = [...(await partitioner.assign(units.slice(0, 2))), ...(await partitioner.assign(units.slice(2)))]
  return { of, keys: partitioner.keys }
}

const codes = ({ of }: Partitioned): (number | string)[] =>
  of.map((found) => (typeof found === 'number' ? found : found.code.replace('DynamicPartitioning.', '')))

test('a partition for each combination of keys, up to the limit', async () => {
  for (const from of ['query', 'lambda'] as const) {
    const prefix = from === 'query' ? 'k=!{partitionKeyFromQuery:k}/' : 'k=!{partitionKeyFromLambda:k}/'
    const result = await partition(prefix, 2, ['a', 'b', 'a', 'c', undefined, 'b', 'd'], from)
    assert.deepEqual(codes(result), [
      0,
      1,
      0,
      'ActivePartitionsLimitExceeded',
      'MetadataExtractionFailed',
      1,
      'ActivePartitionsLimitExceeded',
    ])
    assert.deepEqual(
      result.keys.map((keys) => ({ ...keys[from] })),
      [{ k: 'a' }, { k: 'b' }],
    )
  }
})

test('values that would leave their folder, or that no store takes, fail', async () => {
  const values = ['..', '.', 'a/../b', '/a', 'a//b', 'x'.repeat(251), 'a\\b', 'a\0b', 'a/b', 'ä %2F']
  const result = await partition('p/!{partitionKeyFromLambda:k}/', 500, values, 'lambda')
  assert.deepEqual(codes(result), [...values.slice(0, -2).map(() => 'MetadataExtractionFailed'), 0, 1])
  assert.deepEqual(codes(await partition('p//!{partitionKeyFromLambda:k}/', 500, ['a'], 'lambda')), [0])
})

test('no value leads into our own folder, whatever the prefix is', async () => {
  const failed = ['MetadataExtractionFailed', 'MetadataExtractionFailed', 0]
  for (const [prefix, ...values] of [
    ['!{partitionKeyFromLambda:k}/', '_hozon/streams/s', '_hozon', 'a'],
    ['_ho!{partitionKeyFromLambda:k}/', 'zon', 'ZON/runs', 'zone'],
    // Wrong for every value, which is no fault of a record.
    ['!{partitionKeyFromLambda:k}//a/', '_hozon', '_Hozon/', 'a'],
  ] as const) {
    assert.deepEqual(codes(await partition(prefix, 500, [...values], 'lambda')), failed, prefix)
  }
})
