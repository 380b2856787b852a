/** The processes of a function in the simulator; test/lambda/ has real ones. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulatedSys } from '../../sys/simulated.ts'
import type { Child } from '../../sys/sys.ts'
import { openModuleFunction } from './module-function.ts'

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:f'
const LIMITS = { timeoutMs: 60_000, answerBytesMax: 100, heapMiB: 1, memoryMiB: 100 }

type Message = { id: number; params: { requestId: string } }

async function world() {
  const sys = simulatedSys(1)
  const printed: string[] = []
  const started: { child: Child; killed: boolean; messages: Message[]; print: (text: string) => void }[] = []
  sys.onFork = (_, { output }) => {
    const messages: Message[] = []
    const child: Child = {
      pid: 5000 + started.length,
      send: (message) => void messages.push(message as Message),
      onMessage: () => {},
      onExit: () => {},
      kill: () => {
        if (!one.killed) queueMicrotask(() => child.onExit(null, 'SIGKILL'))
        one.killed = true
      },
    }
    const one = { child, killed: false, messages, print: (text: string) => output?.(Buffer.from(text)) }
    started.push(one)
    return child
  }
  await sys.files.makeDirectory('/f')
  await sys.files.writeFileDurably('/f/f.ts', Buffer.from('1'))
  const options = {
    arn: ARN,
    module: '/f/f.ts',
    limits: LIMITS,
    events: { printed: (_: string, line: string) => void printed.push(line) },
  }
  const target = openModuleFunction(sys, options)
  const call = (requestId: string) => target.call({ arn: ARN, requestId, event: '{}' })
  /** Lets process number `index` answer its latest call. */
  const answer = (index: number, body = 'done') => {
    const { child, messages } = started[index]!
    child.onMessage({ id: messages.at(-1)!.id, result: { body } })
  }
  return { sys, started, printed, target, call, answer }
}

test('calls share two processes; a third one waits', async () => {
  const { sys, started, call, answer } = await world()
  const calls = ['a', 'b', 'c'].map(call)
  await sys.clock.settle()
  assert.deepEqual(
    started.map(({ messages }) => messages.map(({ params }) => params.requestId)),
    [['a'], ['b']],
  )
  answer(1)
  await sys.clock.settle()
  assert.equal(started[1]!.messages.at(-1)!.params.requestId, 'c')
  answer(0)
  answer(1)
  assert.deepEqual(await Promise.all(calls), Array(3).fill({ kind: 'answered', body: 'done' }))
  assert.equal(started.length, 2)
})

test('a call that is late: its process is killed, and the next call has another', async () => {
  const { sys, started, call, answer } = await world()
  const late = call('a')
  await sys.clock.runUntil(late)
  assert.deepEqual(await late, {
    kind: 'failed',
    code: 'Lambda.FunctionTimedOut',
    detail: 'no answer within 60 s',
  })
  assert.equal(started[0]!.killed, true)
  const next = call('b')
  await sys.clock.settle()
  answer(1)
  assert.equal((await next).kind, 'answered')
})

test('a process that takes too much memory is killed', async () => {
  const { sys, started, call } = await world()
  await sys.files.makeDirectory('/proc/5000')
  const status = (mib: number) =>
    sys.files.writeFileDurably('/proc/5000/status', Buffer.from(`Name:\tx\nVmRSS:\t ${mib * 1024} kB\n`))
  await status(100)
  const running = call('a')
  await sys.clock.advance(1000)
  assert.equal(started[0]!.killed, false)
  await status(101)
  await sys.clock.runUntil(running)
  const detail = 'it used 101 MiB of memory; 100 MiB are allowed'
  assert.deepEqual(await running, { kind: 'failed', code: 'Lambda.FunctionError', detail })
  assert.ok(sys.clock.monotonic() < 2000)
})

test('what a process sends that is no answer is passed over', async () => {
  const { sys, started, call, answer } = await world()
  const running = call('a')
  await sys.clock.settle()
  const { child } = started[0]!
  for (const message of [
    null,
    undefined,
    7,
    'x',
    [],
    {},
    { id: 1 },
    { id: 1, error: null },
    { id: 99, result: 1 },
  ])
    child.onMessage(message)
  answer(0)
  assert.equal((await running).kind, 'answered')
})

test('an answer of another form is a failure of the function, and the process is not used again', async () => {
  for (const result of [null, undefined, 7, 'x', {}, { body: 7 }, { error: 7 }]) {
    const { sys, started, call } = await world()
    const running = call('a')
    await sys.clock.settle()
    started[0]!.child.onMessage({ id: started[0]!.messages[0]!.id, result })
    const { kind, ...rest } = await running
    assert.deepEqual([kind, 'code' in rest && rest.code], ['failed', 'Lambda.FunctionError'])
    assert.equal(started[0]!.killed, true)
  }
})

test('what it prints is told line by line, its last words too', async () => {
  const { sys, started, printed, call } = await world()
  const running = call('a')
  await sys.clock.settle()
  started[0]!.print('one\ntwo')
  assert.deepEqual(printed, ['one'])
  started[0]!.child.onExit(1, null)
  assert.equal((await running).kind, 'failed')
  assert.deepEqual(printed, ['one', 'two'])
})

test('a function that is not called for five minutes has no process', async () => {
  const { sys, started, call, answer } = await world()
  const use = async (index: number) => {
    const running = call('x')
    await sys.clock.settle()
    answer(index)
    await running
  }
  await use(0)
  await sys.clock.advance(200_000)
  await use(0)
  await sys.clock.advance(200_000)
  assert.equal(started[0]!.killed, false)
  await sys.clock.advance(500_000)
  assert.equal(started[0]!.killed, true)
  await use(1)
  await sys.clock.advance(700_000)
  assert.equal(started[1]!.killed, true)
})
