/** Our shapes and AWS's model, both ways: what one has and the other has not, and every bound, pattern and enumeration. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Shape } from '../../src/aws/shape.ts'
import { INPUTS } from '../../src/services/firehose/shapes.ts'
import { loadModel, type Model } from './botocore.ts'

const model = await loadModel('firehose', '2015-08-04')

/** AWS's shape in our notation, references resolved. */
function resolve({ shapes }: Model, name: string): Shape {
  const {
    type,
    members,
    required,
    member,
    key,
    value,
    min,
    max,
    pattern,
    enum: values,
    sensitive,
  } = shapes[name]!
  const inner = (reference: { shape: string }): Shape => resolve(model, reference.shape)
  const all = {
    type,
    members:
      members &&
      Object.fromEntries(Object.entries(members).map(([label, reference]) => [label, inner(reference)])),
    required: required?.length ? required : undefined,
    member: member && inner(member),
    key: key && inner(key),
    value: value && inner(value),
    min,
    max,
    pattern,
    enum: values,
    sensitive,
  }
  return Object.fromEntries(Object.entries(all).filter(([, part]) => part !== undefined)) as unknown as Shape
}

/** A line per difference: `Records.Data.max: ours 1024000, AWS 1048576`. */
function differences(ours: unknown, theirs: unknown, path: string): string[] {
  if (!isObject(ours) || !isObject(theirs))
    return JSON.stringify(ours) === JSON.stringify(theirs)
      ? []
      : [`${path}: ours ${JSON.stringify(ours)}, AWS ${JSON.stringify(theirs)}`]
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((name) =>
    differences(ours[name], theirs[name], `${path}.${name}`),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

test('the operations are those of AWS', () => {
  assert.deepEqual(Object.keys(INPUTS).sort(), Object.keys(model.operations).sort())
  assert.equal(model.metadata.targetPrefix, 'Firehose_20150804')
  assert.equal(model.metadata.signingName ?? model.metadata.endpointPrefix, 'firehose')
})

for (const [name, ours] of Object.entries(INPUTS)) {
  test(`the input of ${name} is that of AWS`, () => {
    assert.deepEqual(differences(ours, resolve(model, model.operations[name]!.input!.shape), name), [])
  })
}

test('a difference would be seen', () => {
  const theirs = resolve(model, 'PutRecordBatchInput')
  const ours = structuredClone(INPUTS.PutRecordBatch) as unknown as { members: { Records: { max?: number } } }
  ours.members.Records.max = 501
  assert.deepEqual(differences(ours, theirs, 'X'), ['X.members.Records.max: ours 501, AWS 500'])
  delete ours.members.Records.max
  assert.deepEqual(differences(ours, theirs, 'X'), ['X.members.Records.max: ours undefined, AWS 500'])
})
