/** Any sequence of commands, faults, kills and power cuts keeps what model-behaviour.ts lists. */
import { test } from 'node:test'
import fc from 'fast-check'
import { runModel, type Command } from './model-behaviour.ts'

const batch = fc.record({ source: fc.nat(2), lines: fc.integer({ min: 1, max: 60 }) })

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: batch.map((value) => ({ kind: 'append' as const, ...value })) },
  {
    weight: 4,
    arbitrary: fc
      .array(batch, { minLength: 2, maxLength: 8 })
      .map((batches) => ({ kind: 'burst' as const, batches })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ lines: fc.integer({ min: 0, max: 100 }), asRecords: fc.boolean() })
      .map((value) => ({ kind: 'send' as const, ...value })),
  },
  { weight: 2, arbitrary: fc.nat(2).map((back) => ({ kind: 'repeat' as const, back })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 30 }).map((lines) => ({ kind: 'sendTwice' as const, lines })),
  },
  { weight: 1, arbitrary: fc.nat(2).map((source) => ({ kind: 'saveState' as const, source })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'forgetSource' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'seal' as const }) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 4 }).map((segments) => ({ kind: 'deliver' as const, segments })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'pin' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  {
    weight: 2,
    arbitrary: fc
      .record({ mode: fc.constantFrom('process' as const, 'power' as const), turns: fc.nat(40) })
      .map((value) => ({ kind: 'crash' as const, ...value })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        after: fc.integer({ min: 1, max: 30 }),
        code: fc.constantFrom('EIO', 'ENOSPC'),
        forever: fc.boolean(),
      })
      .map((value) => ({ kind: 'fail' as const, ...value })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'heal' as const }) },
)

test('random commands, faults and crashes against the model', async () => {
  const property = fc.asyncProperty(fc.nat(), fc.array(command, { minLength: 5, maxLength: 40 }), runModel)
  await fc.assert(property, { seed: 20260102, numRuns: 120 })
})
