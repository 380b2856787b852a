/** Our shapes and AWS's model, both ways: what one has and the other has not, and every bound, pattern and enumeration. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INPUTS } from '../../src/services/firehose/shapes.ts'
import { loadModel } from './botocore.ts'
import { differences, resolve } from './compare.ts'

const model = await loadModel('firehose', '2015-08-04')

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
