/** Puts that are right, which must be kept once, and puts that are damaged, which are refused unless they are right by chance. */
import { randomUUID } from 'node:crypto'
import { damage } from './damage.ts'
import type { Case } from './pipe.ts'
import { putOutcome } from './put-reference.ts'
import { sign, toWire } from './signed-request.ts'
import { LINES, MUTANTS, PLAIN, STREAMS, type Target } from './world.ts'

type PutOperation = 'PutRecord' | 'PutRecordBatch'

export interface RightPut {
  operation: PutOperation
  body: Buffer
  ids: number[]
}

export function rightPut({ chance, ledger }: Target, count = chance.pick([1, 1, 2, 3, 10])): RightPut {
  const stream = chance.pick([LINES, LINES, PLAIN])
  const records = Array.from({ length: count }, () =>
    ledger.record({ text: chance.word(chance.between(0, chance.is(0.02) ? 5000 : 80)) }),
  )
  const entries = records.map(({ data }) => ({ Data: data.toString('base64') }))
  const operation = count === 1 && chance.is(0.7) ? 'PutRecord' : 'PutRecordBatch'
  const content =
    operation === 'PutRecord'
      ? { DeliveryStreamName: stream, Record: entries[0] }
      : { DeliveryStreamName: stream, Records: entries }
  return { operation, body: Buffer.from(JSON.stringify(content)), ids: records.map(({ id }) => id) }
}

/** Said twice now and then, as clients do that did not hear the answer: it is kept once. */
export function rightPutCases(target: Target): Case[] {
  const { chance, ledger, signer } = target
  const { operation, body, ids } = rightPut(target)
  const headers = chance.is(0.3) ? ([['amz-sdk-invocation-id', randomUUID()]] as const) : []
  const answers: string[] = []
  const sent: Case = {
    kind: `right ${operation}`,
    wire: toWire(sign(signer, { operation, body, headers })),
    expected: ['200'],
    answered: (_, { body: answer }) => {
      ledger.settle(ids, 'kept')
      answers.push(answer.toString('latin1'))
      if (answers.length > 1 && answers[0] !== answers[1])
        throw new Error('a repetition is answered otherwise')
    },
  }
  return chance.is(0.1) ? [sent, sent] : [sent]
}

export function damagedPut(target: Target): Case {
  const { chance, signer, mutants } = target
  const operation = chance.pick(['PutRecord', 'PutRecordBatch'] as const)
  const entry = (): object => ({ Data: Buffer.from(chance.word(chance.between(0, 30))).toString('base64') })
  const content =
    operation === 'PutRecord'
      ? { DeliveryStreamName: MUTANTS, Record: entry() }
      : { DeliveryStreamName: MUTANTS, Records: Array.from({ length: chance.between(1, 4) }, entry) }
  const body = damage(Buffer.from(JSON.stringify(content)), chance)
  const outcome = putOutcome(operation, body, STREAMS)
  // Two damaged ones may be equal: they are no repetition of each other.
  const headers = [['amz-sdk-invocation-id', randomUUID()]] as const
  return {
    kind: `damaged ${operation}`,
    wire: toWire(sign(signer, { operation, body, headers })),
    expected: ['error' in outcome ? outcome.error : '200'],
    answered: () => {
      if ('error' in outcome) return
      for (const record of outcome.records) for (const byte of record) mutants[byte]!++
    },
  }
}
