/** Contents of all twelve operations: right by their shape, or with one thing wrong in it. */
import { INPUTS } from '../../src/services/firehose/shapes.ts'
import { damage } from './damage.ts'
import type { Case } from './pipe.ts'
import { breakOne, rightValue } from './shape-values.ts'
import { sign, toWire } from './signed-request.ts'
import { PLAIN, type Target } from './world.ts'

type OperationName = keyof typeof INPUTS

const OPERATIONS = Object.keys(INPUTS) as OperationName[]

/** All that these may be answered once their shape is right; PLAIN is there, so nothing can be created. */
const BUSINESS = [
  'InvalidArgumentException',
  'ResourceInUseException',
  'ResourceNotFoundException',
  'LimitExceededException',
  'ConcurrentModificationException',
  'InvalidKMSResourceException',
]
/** These change nothing that others look at. */
const HARMLESS: readonly OperationName[] = [
  'DescribeDeliveryStream',
  'ListDeliveryStreams',
  'ListTagsForDeliveryStream',
  'TagDeliveryStream',
  'UntagDeliveryStream',
  'StartDeliveryStreamEncryption',
  'StopDeliveryStreamEncryption',
]

/** `share` of the optional members: whole destinations are kilobytes. */
function contentOf(operation: OperationName, { chance }: Target): Record<string, unknown> {
  const share = chance.pick([0.05, 0.1, 0.3])
  const value = rightValue(INPUTS[operation], chance, share) as Record<string, unknown>
  const isThere = operation === 'CreateDeliveryStream' || HARMLESS.includes(operation)
  if ('DeliveryStreamName' in value) value['DeliveryStreamName'] = isThere ? PLAIN : 'nobody'
  return value
}

export function shapedCase(target: Target): Case {
  const { chance, signer } = target
  const operation = chance.pick(OPERATIONS)
  const content = contentOf(operation, target)
  const wrong = breakOne(INPUTS[operation], content, chance)
  if (chance.is(0.1)) addUnknown(content, target)
  const body = Buffer.from(JSON.stringify(content))
  const isRight = HARMLESS.includes(operation) ? ['200', ...BUSINESS] : BUSINESS
  return {
    kind: `${wrong ?? 'right'} in ${operation}`,
    wire: toWire(sign(signer, { operation, body })),
    expected: wrong === undefined ? isRight : [wrong],
  }
}

/** Members that no shape knows are passed over, whatever they are called and hold. */
function addUnknown(content: Record<string, unknown>, { chance }: Target): void {
  const name = chance.pick([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '',
    'é',
    'then',
  ])
  const value = chance.pick([null, { DeliveryStreamName: 'x' }, [1, [2, [3]]], 'x'.repeat(1000), 1e308])
  Object.defineProperty(content, name, { value, enumerable: true, configurable: true, writable: true })
}

export function damagedContent(target: Target): Case {
  const { chance, signer } = target
  const operation = chance.pick(HARMLESS)
  const body = damage(Buffer.from(JSON.stringify(contentOf(operation, target))), chance)
  const expected = isJson(body)
    ? ['200', 'SerializationException', 'ValidationException', ...BUSINESS]
    : ['SerializationException']
  return { kind: `damaged ${operation}`, wire: toWire(sign(signer, { operation, body })), expected }
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body))
    return true
  } catch {
    return false
  }
}
