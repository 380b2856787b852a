import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Column, ColumnType } from '../base/schema.ts'
import { isRetyped } from './retyped.ts'

const column = (name: string, type: ColumnType): Column => ({ name, key: name, type })

test('a scalar that changed at any depth is retyped, a new column is not', () => {
  const check = (before: Column[], now: Column[], expected: boolean): void =>
    assert.equal(isRetyped(before, now), expected)
  check([], [column('a', 'bigint')], false)
  check([column('a', 'bigint')], [column('b', 'varchar'), column('a', 'bigint')], false)
  check([column('a', 'bigint')], [column('a', 'double')], true)
  check([column('a', { list: 'bigint' })], [column('a', { list: 'bigint' })], false)
  check([column('a', { list: 'bigint' })], [column('a', { list: 'varchar' })], true)
  const struct = (...columns: Column[]): Column => column('s', { struct: columns })
  check([struct(column('x', 'bigint'))], [struct(column('x', 'bigint'), column('y', 'double'))], false)
  check([struct(column('x', 'bigint'))], [struct(column('x', 'double'))], true)
})
