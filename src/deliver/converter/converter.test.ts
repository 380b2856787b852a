import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Child, Processes, Sys } from '../../sys/sys.ts'
import { realSys } from '../../sys/real.ts'
import { openConverter } from './converter.ts'
import type { EncodeJob } from './contract.ts'

const JOB: EncodeJob = { parts: [], out: '/nowhere', compression: 'gzip' }

interface FakeChild extends Child {
  asked: { id: number; method: string }[]
}

/** Children that answer only when the test says so. */
function fakeSys(): { sys: Sys; children: FakeChild[] } {
  const children: FakeChild[] = []
  const fork: Processes['fork'] = () => {
    const child: FakeChild = {
      pid: children.length + 1,
      asked: [],
      send: (message) => void child.asked.push(message as FakeChild['asked'][number]),
      onMessage: () => {},
      onExit: () => {},
      kill: () => child.onExit(null, 'SIGTERM'),
    }
    children.push(child)
    return child
  }
  return { sys: { ...realSys, processes: { ...realSys.processes, fork } }, children }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

suite('the converter process', () => {
  test('is started by the first call and kept', async () => {
    const { sys, children } = fakeSys()
    const converter = openConverter(sys, { temporary: '/tmp' })
    assert.equal(children.length, 0)
    for (let call = 0; call < 3; call++) {
      const answer = converter.encode(JOB)
      await settle()
      children[0]!.onMessage({ id: children[0]!.asked[call]!.id, result: { bytes: call, crc32: '' } })
      assert.deepEqual(await answer, { bytes: call, crc32: '' })
    }
    assert.equal(children.length, 1)
    await converter.close()
  })

  test('is started again when it dies, and asked again', async () => {
    const { sys, children } = fakeSys()
    const converter = openConverter(sys, { temporary: '/tmp' })
    const answer = converter.encode(JOB)
    await settle()
    children[0]!.onExit(null, 'SIGKILL')
    await settle()
    children[1]!.onMessage({ id: children[1]!.asked[0]!.id, result: { bytes: 1, crc32: '' } })
    assert.deepEqual(await answer, { bytes: 1, crc32: '' })
    await converter.close()
  })

  test('is given up after three deaths in one call', async () => {
    const { sys, children } = fakeSys()
    const converter = openConverter(sys, { temporary: '/tmp' })
    const answer = assert.rejects(converter.encode(JOB), { code: 'HOZON_ENGINE_DIED', retryable: true })
    for (let life = 0; life < 3; life++) {
      await settle()
      children[life]!.onExit(139, null)
    }
    await answer
    assert.equal(children.length, 3)
  })

  test('has two calls at a time; its own errors are not repeated', async () => {
    const { sys, children } = fakeSys()
    const converter = openConverter(sys, { temporary: '/tmp' })
    const answers = [1, 2, 3].map(() => converter.encode(JOB))
    await settle()
    assert.equal(children[0]!.asked.length, 2)
    const error = { code: 'HOZON_CONVERT_ROWS', message: 'x', hint: undefined, retryable: false }
    children[0]!.onMessage({ id: children[0]!.asked[0]!.id, error })
    await assert.rejects(answers[0]!, { code: 'HOZON_CONVERT_ROWS' })
    await settle()
    assert.equal(children[0]!.asked.length, 3)
    for (const { id } of children[0]!.asked.slice(1)) children[0]!.onMessage({ id, result: {} })
    await Promise.all(answers.slice(1))
    await converter.close()
    await assert.rejects(converter.encode(JOB), { code: 'HOZON_ENGINE_DIED' })
  })

  test('prepares beside conversions, and one segment at a time', async () => {
    const { sys, children } = fakeSys()
    const converter = openConverter(sys, { temporary: '/tmp' })
    const answers: Promise<unknown>[] = [1, 2, 3].map(() => converter.encode(JOB))
    // What a preparation is asked does not matter here: nothing looks at it.
    const job = {} as Parameters<typeof converter.prepare>[0]
    answers.push(converter.prepare(job), converter.prepare(job))
    await settle()
    const methods = (): string[] => children[0]!.asked.map(({ method }) => method)
    assert.deepEqual(methods(), ['encode', 'encode', 'prepare'])
    children[0]!.onMessage({ id: children[0]!.asked[2]!.id, result: {} })
    await settle()
    assert.deepEqual(methods(), ['encode', 'encode', 'prepare', 'prepare'])
    for (let call = 0; call < 5; call++) {
      children[0]!.onMessage({ id: children[0]!.asked[call]!.id, result: {} })
      await settle()
    }
    await Promise.all(answers)
    await converter.close()
  })
})
