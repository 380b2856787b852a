import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printPrestoView } from '../query/ddl/presto-view.ts'
import { declaredTable } from './declared-tables.ts'

test('a view has the columns that its text names, not the dummy that Trino declares for it', () => {
  const columns = [
    { name: 'a', type: 'varchar' },
    { name: 'N', type: 'bigint' },
    { name: 'j', type: 'json' },
  ]
  const definition = {
    Name: 'v',
    TableType: 'VIRTUAL_VIEW',
    StorageDescriptor: { Columns: [{ Name: 'dummy', Type: 'string' }] },
    ViewOriginalText: printPrestoView({ originalSql: 'SELECT 1', catalog: 'c', schema: 'd', columns }),
  }
  const made = {
    database: 'lake',
    name: 'v',
    definition: JSON.stringify(definition),
    version: 0,
    createdMs: 0,
    updatedMs: 0,
  }
  assert.deepEqual(declaredTable(made).columns, [
    { name: 'a', key: 'a', type: 'varchar' },
    { name: 'n', key: 'n', type: 'bigint' },
    { name: 'j', key: 'j', type: 'varchar' },
  ])
})
