/** The shapes of Glue's operations and AWS's model, both ways. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GLUE } from '../../src/services/glue/service.ts'
import { INPUTS } from '../../src/services/glue/shapes.ts'
import { loadModel } from './botocore.ts'
import { differences, resolve } from './compare.ts'

const model = await loadModel('glue', '2017-03-31')

/** Iceberg's tables are not kept here: what is in these members does not matter. */
const LEFT_OUT: Record<string, string> = {
  CreateTable: 'OpenTableFormatInput',
  UpdateTable: 'UpdateOpenTableFormatInput',
}

/** A member that AWS's model requires and some client leaves out. */
const NOT_DEMANDED = 'AverageLength'

test('the operations are some of AWS', () => {
  assert.deepEqual(GLUE.operations.map(({ name }) => name).sort(), Object.keys(INPUTS).sort())
  assert.equal(GLUE.targetPrefix, model.metadata.targetPrefix)
  assert.equal(GLUE.signingName, model.metadata.signingName ?? model.metadata.endpointPrefix)
})

for (const [name, ours] of Object.entries(INPUTS)) {
  test(`the input of ${name} is that of AWS`, () => {
    const theirs = resolve(model, model.operations[name]!.input!.shape) as {
      members: Record<string, unknown>
    }
    const leftOut = LEFT_OUT[name]
    if (leftOut !== undefined) theirs.members[leftOut] = { type: 'structure', members: {} }
    assert.deepEqual(differences(ours, withoutDemand(theirs), name), [])
  })
}

function withoutDemand(shape: unknown): unknown {
  if (typeof shape !== 'object' || shape === null) return shape
  if (Array.isArray(shape)) return shape.filter((value) => value !== NOT_DEMANDED).map(withoutDemand)
  return Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, withoutDemand(value)]))
}
