/** Every single I/O operation of a scenario fails, once and for good: the model's promises hold after each. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BufferModel, type Command } from './model-behaviour.ts'

/** Several segments, a compaction, a pinned delivery, a restart with a torn tail. */
const SCENARIO: Command[] = [
  { kind: 'append', source: 0, lines: 20 },
  {
    kind: 'burst',
    batches: [
      { source: 0, lines: 30 },
      { source: 1, lines: 40 },
      { source: 0, lines: 30 },
    ],
  },
  { kind: 'seal' },
  { kind: 'pin' },
  { kind: 'deliver', segments: 2 },
  { kind: 'saveState', source: 1 },
  { kind: 'send', lines: 10 },
  { kind: 'repeat', back: 0 },
  { kind: 'reopen' },
  { kind: 'repeat', back: 0 },
  { kind: 'send', lines: 3, asRecords: true },
  { kind: 'forgetSource' },
  { kind: 'append', source: 1, lines: 40 },
  { kind: 'seal' },
  { kind: 'append', source: 2, lines: 5 },
  { kind: 'deliver', segments: 1 },
  { kind: 'sendTwice', lines: 0 },
  { kind: 'crash', mode: 'process', turns: 3 },
  { kind: 'repeat', back: 0 },
  { kind: 'repeat', back: 1 },
  { kind: 'append', source: 0, lines: 7 },
]
const OPERATIONS_MAX = 1000

for (const code of ['EIO', 'ENOSPC'] as const) {
  for (const forever of [false, true]) {
    test(`operation N fails ${forever ? 'for good' : 'once'} with ${code}`, async () => {
      let number = 1
      while (await runFailing(number, { code, forever })) {
        number++
        assert.ok(number < OPERATIONS_MAX)
      }
      assert.ok(number > 80, `only ${number} operations failed`)
    })
  }
}

/** False when the scenario ended before the operation came. */
async function runFailing(number: number, fault: { code: string; forever: boolean }): Promise<boolean> {
  const model = new BufferModel(number)
  model.sys.faults.failAt(number, fault.code, fault)
  let isReached = false
  model.sys.faults.onOperation = (operation) => (isReached ||= operation.number === number)
  try {
    await model.open()
    for (const command of SCENARIO) await model.run(command)
    await model.heal()
    await model.run({ kind: 'crash', mode: 'power', turns: 0 })
    await model.check()
  } catch (cause) {
    throw new Error(`operation ${number} fails with ${fault.code}`, { cause })
  }
  return isReached
}
