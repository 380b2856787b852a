import { test } from 'node:test'
import { equal } from 'node:assert/strict'
import { isView } from './glue.ts'

test('a view is what says so, or has nothing but a text', () => {
  equal(isView({ Name: 'v', TableType: 'VIRTUAL_VIEW' }), true)
  equal(isView({ Name: 'v', ViewOriginalText: '/* Presto View: e30= */' }), true)
  equal(isView({ Name: 't', TableType: 'EXTERNAL_TABLE', ViewOriginalText: 'text' }), false)
  equal(isView({ Name: 't', ViewOriginalText: '' }), false)
  equal(isView({ Name: 't' }), false)
})
