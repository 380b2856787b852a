/** The shapes of Athena's operations and AWS's model, both ways. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ATHENA } from '../../src/services/athena/service.ts'
import { INPUTS } from '../../src/services/athena/shapes.ts'
import { loadModel } from './botocore.ts'
import { differences, resolve } from './compare.ts'

const model = await loadModel('athena', '2017-05-18')

test('the operations are those of AWS', () => {
  assert.deepEqual(ATHENA.operations.map(({ name }) => name).sort(), Object.keys(model.operations).sort())
  assert.equal(ATHENA.targetPrefix, model.metadata.targetPrefix)
  assert.equal(ATHENA.signingName, model.metadata.signingName ?? model.metadata.endpointPrefix)
})

for (const [name, ours] of Object.entries(INPUTS)) {
  test(`the input of ${name} is that of AWS`, () => {
    assert.deepEqual(differences(ours, resolve(model, model.operations[name]!.input!.shape), name), [])
  })
}
