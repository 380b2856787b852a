import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { configurationText, jsonSchemaText } from './publish.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const STALE = 'run `npm run docs` and commit the result'

test('schema/hozon.schema.json is fresh', () => {
  assert.equal(readFileSync(resolve(ROOT, 'schema/hozon.schema.json'), 'utf8'), jsonSchemaText(), STALE)
})

test('docs/configuration.md is fresh', () => {
  assert.equal(readFileSync(resolve(ROOT, 'docs/configuration.md'), 'utf8'), configurationText(), STALE)
})

test('every key is documented', () => {
  const undocumented = configurationText()
    .split('\n')
    .filter((line) => line.startsWith('| `') && / \|\s+\|$/.test(line))
  assert.deepEqual(undocumented, [])
})
