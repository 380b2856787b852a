/** Functions that are local modules, in their own processes: what modules may be, and how badly they may behave. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { fork } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../hozon-process.ts'
import { ARN, openBench, type Bench } from './segment.ts'

/** Answers in upper case, unless the record says what to do. */
const MODULE = `
type Event = { records: { recordId: string; data: string }[] }
let calls = 0
const behaviour: Record<string, () => unknown> = {
  throw: () => { throw new TypeError('as asked') },
  reject: () => Promise.reject('no error object'),
  'throw later': () => { setTimeout(() => { throw new Error('later') }, 5); return new Promise(() => {}) },
  'reject later': () => { void Promise.reject(new Error('unhandled')); return new Promise(() => {}) },
  exit: () => process.exit(0),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  disconnect: () => { process.disconnect(); return new Promise(() => {}) },
  heap: () => { const all: unknown[] = []; for (;;) all.push({ text: 'x'.repeat(100) + all.length }) },
  buffers: async () => {
    const all: Buffer[] = []
    for (;;) { all.push(Buffer.alloc(8e6, 1)); await new Promise((go) => setTimeout(go, 10)) }
  },
  loop: () => { for (;;); },
  hang: () => new Promise(() => {}),
  'endless flood': () => { for (;;) console.log('flood') },
  cyclic: () => { const value: Record<string, unknown> = {}; value.self = value; return value },
  bigint: () => ({ records: 1n }),
  large: () => ({ records: [], padding: 'x'.repeat(7e6) }),
  nothing: () => undefined,
  text: () => 'text',
  messages: () => { (process as { send?: (m: unknown) => void }).send?.(null); process.emit('message', null); return new Promise(() => {}) },
}
export const handler = async (event: Event, context: { getRemainingTimeInMillis(): number }) => {
  calls++
  const text = Buffer.from(event.records[0]!.data, 'base64').toString()
  if (text in behaviour) return behaviour[text]!()
  if (text === 'flood') for (let line = 0; line < 200_000; line++) console.error('flood', line)
  if (text === 'calls') return answer(event, () => String(calls))
  if (text === 'environment') return answer(event, () => JSON.stringify(process.env))
  if (text === 'context') return answer(event, () => JSON.stringify({ ...context, left: context.getRemainingTimeInMillis() }))
  if (text === 'event') return answer(event, () => JSON.stringify(event))
  return answer(event, (data) => data.toUpperCase())
}
const answer = (event: Event, change: (text: string) => string) => ({
  records: event.records.map(({ recordId, data }) => ({
    recordId,
    result: 'Ok',
    data: Buffer.from(change(Buffer.from(data, 'base64').toString())).toString('base64'),
  })),
})
`

/** Calls that never end are cut after the first; the others have all the time that a busy machine may take. */
const SHORT_MS = 3000
const LONG_MS = 120_000

function bench(t: TestContext, source = MODULE, name = 'function.ts', timeoutMs = LONG_MS): Bench {
  return openBench(
    t,
    (directory) => {
      const module = join(directory, name)
      writeFileSync(module, source)
      return { [ARN]: { module } }
    },
    { timeoutMs },
  )
}

const FAILURES: [record: string, code: string, log: RegExp][] = [
  ['throw', 'Lambda.FunctionError', /TypeError: as asked/],
  ['reject', 'Lambda.FunctionError', /no error object/],
  ['throw later', 'Lambda.FunctionError', /Error: later/],
  ['reject later', 'Lambda.FunctionError', /Error: unhandled/],
  ['exit', 'Lambda.FunctionError', /ended \(exit code 0\)/],
  ['kill', 'Lambda.FunctionError', /ended \(SIGKILL\)/],
  // A child without its parent kills itself: an engine that is busy would hold up an orderly end.
  ['disconnect', 'Lambda.FunctionError', /ended \(SIGKILL\)/],
  ['heap', 'Lambda.FunctionError', /ended \(SIGABRT|ended \(SIGTRAP|MiB of memory/],
  ['buffers', 'Lambda.FunctionError', /MiB of memory; 512 MiB are allowed/],
  ['loop', 'Lambda.FunctionTimedOut', /no answer within 3 s/],
  ['hang', 'Lambda.FunctionTimedOut', /no answer within 3 s/],
  ['endless flood', 'Lambda.FunctionTimedOut', /no answer within 3 s/],
  ['cyclic', 'Lambda.FunctionError', /circular structure/],
  ['bigint', 'Lambda.FunctionError', /BigInt/],
  ['large', 'Lambda.FunctionError', /more than 6 MB/],
  ['messages', 'Lambda.FunctionError', /TypeError/],
  ['nothing', 'Lambda.MissingRecordId', /^/],
  ['text', 'Lambda.JsonProcessingException', /^/],
]
for (const [record, code, expected] of FAILURES)
  test(`a function that does "${record}" fails, and the next batch works`, async (t) => {
    const timeoutMs = code === 'Lambda.FunctionTimedOut' ? SHORT_MS : LONG_MS
    const { run, log } = bench(t, MODULE, 'function.ts', timeoutMs)
    assert.deepEqual(await run([record, 'second']), [code, code])
    assert.match(log.join('\n'), expected)
    assert.ok(log.length < 120, `${log.length} lines`)
    assert.deepEqual(await run(['hello', 'x']), ['HELLO', 'X'])
  })

test('a flood of output does no harm, and most of it is not logged', async (t) => {
  const { run, log } = bench(t)
  assert.deepEqual(await run(['flood']), ['FLOOD'])
  assert.deepEqual(await run(['hello']), ['HELLO'])
  // What was still on its way counts for the second call.
  assert.ok(log.filter((line) => line.startsWith('flood')).length <= 200)
  assert.match(log.join('\n'), /and \d+ more lines, which are not logged/)
})

test('one process answers call after call; after a failure that it survives, too', async (t) => {
  const { run } = bench(t)
  assert.deepEqual(await run(['calls']), ['1'])
  assert.deepEqual(await run(['throw']), ['Lambda.FunctionError'])
  assert.deepEqual(await run(['calls']), ['3'])
})

test('a process that is killed during a call: the batch is tried again in a new one', async (t) => {
  const source = `
    const { existsSync, writeFileSync } = require('node:fs')
    exports.handler = async (event) => {
      const mark = __filename + '.' + event.records[0].recordId
      if (!existsSync(mark)) { writeFileSync(mark, ''); process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}) }
      return { records: event.records.map((record) => ({ ...record, result: 'Ok' })) }
    }`
  const { run, log } = bench(t, source, 'function.cjs')
  assert.deepEqual(await run(['a', 'b'], { retries: 1 }), ['a', 'b'])
  assert.deepEqual(log, [])
})

const ECHO = '({ records: event.records.map((record) => ({ ...record, result: "Ok" })) })'
const SHAPES: [string, string, string][] = [
  ['ES module, .mjs', 'a.mjs', `export const handler = async (event) => ${ECHO}`],
  ['ES module in .js without package.json', 'b.js', `export const handler = (event) => ${ECHO}`],
  ['default export', 'c.ts', `export default async (event: any) => ${ECHO}`],
  ['default export of an object', 'd.mjs', `export default { handler: (event) => ${ECHO} }`],
  ['CommonJS', 'e.js', `exports.handler = async (event) => ${ECHO}`],
  ['CommonJS function', 'f.cjs', `module.exports = (event) => ${ECHO}`],
  ['TypeScript CommonJS', 'g.cts', `exports.handler = (event: any) => ${ECHO}`],
  [
    'callback',
    'h.cjs',
    `exports.handler = (event, context, callback) => setTimeout(() => callback(null, ${ECHO}), 5)`,
  ],
  ['thenable', 'i.cjs', `exports.handler = (event) => ({ then: (done) => done(${ECHO}) })`],
]
for (const [name, file, source] of SHAPES)
  test(`a module as ${name}`, async (t) => {
    const { run, log } = bench(t, source, file)
    assert.deepEqual(await run(['hello']), ['hello'])
    assert.deepEqual(log, [])
  })

const BROKEN: [string, string, RegExp][] = [
  ['no handler', 'export const handle = 1', /exports no function named handler/],
  ['a syntax error', 'export const handler = (', /SyntaxError/],
  ['a throw at the top', 'throw new Error("top")', /Error: top/],
  ['a missing import', "import './missing.ts'", /missing\.ts/],
  ['TypeScript that is more than types', 'enum A { B }; export const handler = () => A.B', /enum/],
]
for (const [name, source, expected] of BROKEN)
  test(`a module with ${name} fails, and works as soon as it is mended`, async (t) => {
    const { run, log, directory } = bench(t, source)
    assert.deepEqual(await run(['hello']), ['Lambda.FunctionError'])
    assert.match(log.join('\n'), expected)
    writeFileSync(join(directory, 'function.ts'), MODULE)
    assert.deepEqual(await run(['hello']), ['HELLO'])
    assert.equal(log.at(-1), 'recovered')
  })

test('a module that was changed is loaded anew', async (t) => {
  const { run, directory } = bench(t)
  assert.deepEqual(await run(['hello']), ['HELLO'])
  writeFileSync(join(directory, 'function.ts'), MODULE.replace('toUpperCase()', "padEnd(7, '!')"))
  assert.deepEqual(await run(['hello']), ['hello!!'])
})

test("the event and the context are AWS's; the environment has nothing of ours", async (t) => {
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret'
  t.after(() => delete process.env['AWS_SECRET_ACCESS_KEY'])
  const { run } = bench(t)
  const [context, event, environment] = (
    await Promise.all(['context', 'event', 'environment'].map((record) => run([record], { arn: `${ARN}:7` })))
  ).map(([text]) => JSON.parse(text!) as Record<string, unknown>)
  const { awsRequestId, left, ...rest } = context!
  assert.match(String(awsRequestId), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.ok(Number(left) > 0 && Number(left) <= LONG_MS)
  assert.equal(rest['functionName'], 'test')
  assert.equal(rest['invokedFunctionArn'], `${ARN}:7`)
  assert.deepEqual(Object.keys(event!), ['invocationId', 'deliveryStreamArn', 'region', 'records'])
  const known = ['PATH', 'TZ', 'LANG', 'HOME', 'NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE', 'HOZON_TITLE']
  const ours = ['AWS_LAMBDA_FUNCTION_NAME', 'AWS_REGION', 'NODE_OPTIONS']
  assert.deepEqual(
    Object.keys(environment!).filter((name) => ![...known, ...ours].includes(name)),
    [],
  )
})

test('batches run side by side in two processes, one call at a time in each', async (t) => {
  const source = `
    let running = 0
    export const handler = async (event) => {
      if (++running > 1) throw new Error('two at once')
      await new Promise((go) => setTimeout(go, 50))
      running--
      const data = Buffer.from(String(process.pid)).toString('base64')
      return { records: event.records.map((record) => ({ ...record, data, result: 'Ok' })) }
    }`
  const { run } = bench(t, source, 'function.mjs')
  const pids = await run(
    Array.from({ length: 12 }, () => 'x'),
    { bufferBytes: 1 },
  )
  assert.equal(new Set(pids).size, 2)
  assert.ok(pids.every((pid) => /^\d+$/.test(pid)))
})

test('close ends a call at once, and no process stays', async (t) => {
  const { transformer, job, directory } = bench(
    t,
    `require('node:fs').writeFileSync(__dirname + '/pid', String(process.pid))
     exports.handler = () => { for (;;); }`,
    'function.cjs',
  )
  const done = transformer.transform(job(['x']))
  done.catch(() => {})
  await eventually(() => existsSync(join(directory, 'pid')) || undefined, 'the call')
  await transformer.close()
  await assert.rejects(done, { code: 'HOZON_STOPPING' })
  await untilItEnds(directory)
})

test('a server that is killed leaves no function behind, not even one that never returns', async (t) => {
  const { directory } = bench(
    t,
    `require('node:fs').writeFileSync(__dirname + '/pid', String(process.pid))
     exports.handler = () => { for (;;); }`,
    'function.cjs',
  )
  const server = fork(resolve(import.meta.dirname, 'server-of-one.ts'), [
    join(directory, 'function.cjs'),
    directory,
  ])
  await eventually(() => existsSync(join(directory, 'pid')) || undefined, 'the call')
  await delay(200)
  server.kill('SIGKILL')
  await once(server, 'exit')
  await untilItEnds(directory)
})

async function untilItEnds(directory: string): Promise<void> {
  const pid = Number(readFileSync(join(directory, 'pid'), 'utf8'))
  await eventually(() => !isAlive(pid) || undefined, 'the end of the process of the call')
}

/** A process that has ended and that nobody has waited for is dead, though it still has its number. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !existsSync('/proc/self') || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
