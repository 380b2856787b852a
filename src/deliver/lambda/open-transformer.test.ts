/** Whole segments through the transformer in the simulator, with an HTTP endpoint whose answers the test decides. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { test } from 'node:test'
import type { Transformed } from '../../format/firehose/unit.ts'
import { readTransformedFile } from '../../format/firehose/transformed-file.ts'
import { writeUnits } from '../../format/firehose/units-file.ts'
import type { HttpPost, HttpPosted } from '../../sys/http-post.ts'
import { simulatedSys, type SimulatedSys } from '../../sys/simulated.ts'
import { ANSWER_BYTES_MAX, FUNCTION_TIMEOUT_MS, openTransformer } from './open-transformer.ts'
import type { TransformJob } from './transformer.ts'

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:f'
const OUT = '/dir/transformed/s/1'

interface Event {
  invocationId: string
  records: { recordId: string; data: string }[]
}

type Answer = (event: Event, post: HttpPost) => Promise<HttpPosted> | HttpPosted

interface World {
  sys: SimulatedSys
  job: TransformJob
  events: string[]
  told: string[]
  transform: (answer: Answer, change?: Partial<TransformJob>) => Promise<Transformed[]>
}

async function world(records: readonly (string | Buffer)[]): Promise<World> {
  const sys = simulatedSys(11)
  const bytes = Buffer.concat(records.map((record) => Buffer.from(record)))
  let end = 0
  const recordEnds = Uint32Array.from(records, (record) => (end += Buffer.byteLength(record)))
  await sys.files.makeDirectory('/dir/buffer')
  await sys.files.syncDirectory('/')
  await sys.files.syncDirectory('/dir')
  await sys.files.writeFileDurably('/dir/buffer/1.data', bytes)
  const job: TransformJob = {
    lambda: { arn: ARN, retries: 3, bufferBytes: 1024 * 1024, bufferIntervalMs: 60_000 },
    streamArn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/s',
    region: 'us-east-1',
    path: '/dir/buffer/1.data',
    bytes: bytes.length,
    recordEnds,
    firstArrivalMs: 5,
    before: { decompression: 'none', deaggregation: undefined },
    out: OUT,
  }
  const events: string[] = []
  const told: string[] = []
  return {
    sys,
    job,
    events,
    told,
    async transform(answer, change = {}) {
      const transformer = openTransformer(sys, {
        functions: { [ARN]: { url: 'http://f.test/' } },
        events: {
          printed: () => {},
          failing: (_, reason) => told.push(reason),
          recovered: () => told.push('recovered'),
        },
        writeUnits: (units) => writeUnits(sys.files, units),
        post: async (post) => {
          events.push(post.body.toString())
          return answer(JSON.parse(post.body.toString()) as Event, post)
        },
      })
      const done = transformer.transform({ ...job, ...change })
      await sys.clock.runUntil(done)
      await done
      return readTransformedFile(sys.files, OUT)
    },
  }
}

function posted(value: unknown, status = 200, headers: Record<string, string> = {}): HttpPosted {
  return { status, headers, body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) }
}

const upperCase: Answer = ({ records }) =>
  posted({
    records: records.map(({ recordId, data }) => ({
      recordId,
      result: 'Ok',
      data: Buffer.from(Buffer.from(data, 'base64').toString().toUpperCase()).toString('base64'),
    })),
  })

function hang(_: Event, { signal }: HttpPost): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('aborted'))),
  )
}

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:9`), { code, syscall: 'connect' })
}

const ok = (text: string): Transformed => ({ kind: 'ok', data: Buffer.from(text), keys: undefined })

/** Code, attempts and how often the endpoint was asked. */
async function failureOf(answer: Answer) {
  const { transform, events, told } = await world(['one', 'two'])
  const found = await transform(answer)
  const failures = found.map((entry) => (entry.kind === 'failed' ? entry.failure : undefined))
  assert.deepEqual(
    failures.map((failure) => failure?.raw.toString()),
    ['one', 'two'],
  )
  assert.ok(failures.every((failure) => failure?.type === 'processing-failed' && failure.lambdaArn === ARN))
  assert.ok(failures.every((failure) => failure?.arrivalMs === 5))
  assert.equal(failures[0]?.code, failures[1]?.code)
  return { code: failures[0]?.code, attempts: failures[0]?.attempts, calls: events.length, told: told.join() }
}

const MISSING = {
  type: 'processing-failed',
  code: 'Lambda.MissingRecordId',
  message:
    'One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.',
  attempts: 1,
  arrivalMs: 6,
  endedMs: 1_767_323_045_000,
  lambdaArn: ARN,
} as const

test('the answers are in the file, unit by unit', async () => {
  const { transform, events } = await world(['one', 'two', 'three'])
  assert.deepEqual(await transform(upperCase), [ok('ONE'), ok('TWO'), ok('THREE')])
  assert.equal(events.length, 1)
})

test('a segment without units has an empty file', async () => {
  const { transform, events } = await world([])
  assert.deepEqual(await transform(upperCase), [])
  assert.equal(events.length, 0)
})

const FAILURES: [name: string, answer: Answer, code: string, attempts: number, reason: RegExp][] = [
  ['status 500', () => posted('boom', 500), 'Lambda.FunctionError', 4, /status 500: boom/],
  ['status 429', () => posted('', 429), 'Lambda.InvokeLimitExceeded', 4, /status 429/],
  ['status 503', () => posted('', 503), 'Lambda.ServiceUnavailable', 4, /status 503/],
  ['status 504', () => posted('', 504), 'Lambda.FunctionTimedOut', 4, /status 504/],
  ['status 403', () => posted('', 403), 'Lambda.InvokeAccessDenied', 1, /status 403/],
  ['status 404', () => posted('', 404), 'Lambda.ResourceNotFound', 1, /status 404/],
  ['status 413', () => posted('', 413), 'Lambda.RequestTooLargeException', 1, /status 413/],
  ['status 302', () => posted('', 302), 'Lambda.InvocationFailure', 1, /status 302/],
  [
    'no connection',
    () => Promise.reject(systemError('ECONNREFUSED')),
    'Lambda.TargetServerFailedToRespond',
    4,
    /ECONNREFUSED/,
  ],
  ['no answer', hang, 'Lambda.FunctionTimedOut', 4, /within 300 s/],
  [
    'a response of more than 6 MB',
    () => ({ status: 200, headers: {}, body: undefined }),
    'Lambda.FunctionError',
    4,
    /larger than 6 MB/,
  ],
  [
    "an error by AWS's header",
    () => posted('{}', 200, { 'x-amz-function-error': 'Unhandled' }),
    'Lambda.FunctionError',
    4,
    /Unhandled/,
  ],
  [
    "an error in AWS's body",
    () => posted({ errorType: 'Error', errorMessage: 'boom' }),
    'Lambda.FunctionError',
    4,
    /Error: boom/,
  ],
  ['no JSON', () => posted('<html>'), 'Lambda.JsonProcessingException', 1, /^$/],
  ['no records', () => posted({}), 'Lambda.MissingRecordId', 1, /^$/],
]
for (const [name, answer, code, attempts, reason] of FAILURES)
  test(`${name} is ${code}`, async () => {
    const { told, ...found } = await failureOf(answer)
    assert.deepEqual(found, { code, attempts, calls: attempts })
    assert.match(told, reason)
  })

test('each record has its own failure, and the others are delivered', async () => {
  const { transform } = await world(['a', 'b', 'c', 'd', 'e'])
  const found = await transform(({ records }) => {
    const [a, b, c, , e] = records.map(({ recordId, data }) => ({ recordId, result: 'Ok', data }))
    const keys = { ...a, metadata: { partitionKeys: { team: 'x' } } }
    return posted({
      records: [keys, { ...b, result: 'Dropped' }, { ...c, result: 'ProcessingFailed' }, e, e],
    })
  })
  const codes = found.map((entry) => (entry.kind === 'failed' ? entry.failure.code : entry.kind))
  const failures = ['Lambda.ProcessingFailedStatus', 'Lambda.MissingRecordId', 'Lambda.DuplicatedRecordId']
  assert.deepEqual(codes, ['ok', 'dropped', ...failures])
  assert.deepEqual(found[0], { kind: 'ok', data: Buffer.from('a'), keys: { team: 'x' } })
})

test('another attempt has the same records under another invocation, after a longer wait each time', async () => {
  const { transform, events, sys, told } = await world(['one'])
  const times: number[] = []
  const found = await transform((event, post) => {
    times.push(sys.clock.now())
    return times.length < 4 ? posted('', 500) : upperCase(event, post)
  })
  assert.deepEqual(found, [ok('ONE')])
  const parsed = events.map((event) => JSON.parse(event) as Event)
  assert.equal(new Set(parsed.map(({ invocationId }) => invocationId)).size, 4)
  assert.equal(new Set(parsed.map(({ records }) => JSON.stringify(records))).size, 1)
  const waits = times.slice(1).map((time, index) => time - times[index]!)
  assert.ok(
    waits[0]! >= 750 && waits[1]! > waits[0]! && waits[2]! > waits[1]! && waits[2]! <= 4000,
    waits.join(),
  )
  assert.deepEqual(told, [])
})

test('batches are called side by side and stay in order; none is larger than the buffer', async () => {
  const records = Array.from({ length: 12 }, (_, index) => `record-${String(index).padStart(3, '0')}`)
  const { transform, events, sys, job } = await world(records)
  let open = 0
  let openMax = 0
  const found = await transform(
    async (event, post) => {
      openMax = Math.max(openMax, ++open)
      // Later ones answer earlier.
      await sys.clock.sleep(1000 / events.length)
      open--
      return upperCase(event, post)
    },
    { lambda: { ...job.lambda, bufferBytes: 25 } },
  )
  assert.deepEqual(
    found,
    records.map((record) => ok(record.toUpperCase())),
  )
  assert.equal(events.length, 6)
  assert.equal(openMax, 5)
})

test('a file that is there is the answer: nothing is called', async () => {
  const { transform, events } = await world(['one'])
  await transform(upperCase)
  assert.deepEqual(await transform(() => posted('', 500)), [ok('ONE')])
  assert.equal(events.length, 1)
})

test('a file of another segment is not the answer: a stream of the same name was deleted', async () => {
  const { transform, events } = await world(['one'])
  await transform(upperCase)
  assert.deepEqual(await transform(() => posted({}), { firstArrivalMs: 6 }), [
    { kind: 'failed', failure: { ...MISSING, raw: Buffer.from('one') } },
  ])
  assert.equal(events.length, 2)
})

test('after a power cut the answers are whole, or the function is called again', async () => {
  const { sys, transform } = await world(['one'])
  await transform(upperCase)
  const next = sys.crash({ mode: 'power' })
  assert.deepEqual(await readTransformedFile(next.files, OUT), [ok('ONE')])
})

test('an operation of the disk that fails, whichever, is told, and the next attempt makes it', async () => {
  for (let nth = 1; ; nth++) {
    const { sys, transform } = await world(['one'])
    sys.faults.failAt(sys.faults.operations + nth, 'EIO')
    const failed = await transform(upperCase).then(
      () => undefined,
      (error: unknown) => error as NodeJS.ErrnoException,
    )
    if (failed === undefined) {
      assert.ok(nth > 8)
      return
    }
    assert.equal(failed.code, 'EIO')
    assert.deepEqual(await transform(upperCase), [ok('ONE')])
  }
})

test('an ARN with a version or an alias is the function; an ARN of nothing is ResourceNotFound', async () => {
  const { transform, job, events } = await world(['one'])
  const lambda = { ...job.lambda, arn: `${ARN}:$LATEST` }
  assert.deepEqual(await transform(upperCase, { lambda }), [ok('ONE')])
  const other = await world(['one'])
  const [entry] = await other.transform(upperCase, { lambda: { ...job.lambda, arn: `${ARN}-other` } })
  assert.ok(entry?.kind === 'failed')
  assert.equal(entry.failure.code, 'Lambda.ResourceNotFound')
  assert.deepEqual([events.length, other.events.length], [1, 0])
  assert.match(other.told.join(), /pipeline file has nothing for/)
})

test('a record that no event has room for fails alone', async () => {
  const large = Buffer.alloc(5 * 1024 * 1024, 'x')
  const { transform, events } = await world(['one', large, 'two'])
  const found = await transform(upperCase)
  assert.deepEqual([found[0], found[2]], [ok('ONE'), ok('TWO')])
  assert.ok(found[1]?.kind === 'failed' && found[1].failure.raw.equals(large))
  assert.equal(found[1].failure.code, 'Lambda.RequestTooLargeException')
  assert.equal(events.length, 2)
})

test('of a compressed record the failure keeps the compressed bytes', async () => {
  const record = gzipSync(
    '{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":"m"}]}',
  )
  const { transform } = await world([record])
  const [entry] = await transform(() => posted('', 404), {
    before: { decompression: 'envelope', deaggregation: undefined },
  })
  assert.ok(entry?.kind === 'failed')
  assert.deepEqual(entry.failure.raw, record)
})

test('a failing function is told of once, and its recovery too', async () => {
  const { transform, told, job } = await world(['one', 'two', 'three'])
  let batch = 0
  await transform((event, post) => (++batch <= 2 ? posted('', 404) : upperCase(event, post)), {
    lambda: { ...job.lambda, bufferBytes: 1 },
  })
  assert.deepEqual(told, ['Lambda.ResourceNotFound: status 404: ', 'recovered'])
})

test('the end of the server is not a failure of the function: nothing is written', async () => {
  for (const answer of [hang, () => posted('', 500)] satisfies Answer[]) {
    const { sys, job } = await world(['one'])
    const transformer = openTransformer(sys, {
      functions: { [ARN]: { url: 'http://f.test/' } },
      events: { printed: () => {}, failing: () => {}, recovered: () => {} },
      writeUnits: (units) => writeUnits(sys.files, units),
      post: async (post) => answer(JSON.parse(post.body.toString()) as Event, post),
    })
    const done = transformer.transform(job)
    done.catch(() => {})
    await sys.clock.settle()
    await transformer.close()
    await assert.rejects(done, { code: 'HOZON_STOPPING', retryable: true })
    assert.deepEqual(await sys.files.list('/dir/transformed/s'), [])
    await assert.rejects(transformer.transform(job), { code: 'HOZON_STOPPING' })
  }
})

test("the limits are AWS's", () => {
  assert.equal(FUNCTION_TIMEOUT_MS, 300_000)
  assert.equal(ANSWER_BYTES_MAX, 6_291_556)
})
