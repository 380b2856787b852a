import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NULL_FOLDER, partitionFolder, partitionName, valuesOfFolders } from './hive-folder.ts'

describe("Hive's names of partitions", () => {
  it('are keys and values', () => {
    assert.equal(partitionName(['day', 'hour'], ['2026-11-23', '01']), 'day=2026-11-23/hour=01')
    assert.equal(partitionFolder(['day'], ['2026-11-23']), 'day=2026-11-23/')
    assert.equal(partitionFolder([], []), '')
  })

  it('escape what a path can not hold, and nothing else', () => {
    const special = `"#%'*/:=?\\{[]^`
    const escaped = '%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E'
    assert.equal(partitionName(['k'], [special]), `k=${escaped}`)
    assert.equal(partitionName(['k'], ['\u0001\n\u007f']), 'k=%01%0A%7F')
    for (const plain of ['a b', 'ü€😀', 'a+b&c', '}|<>!$(),;@~`', '.', '_x'])
      assert.equal(partitionName(['k'], [plain]), `k=${plain}`)
    assert.equal(partitionName(['a:b'], ['']), `a%3Ab=${NULL_FOLDER}`)
  })

  it('are read back', () => {
    const keys = ['a', 'b=c']
    for (const values of [
      ['x', 'y'],
      ['2026/11/23 10:00', '100%'],
      ['%2F', NULL_FOLDER],
    ])
      assert.deepEqual(valuesOfFolders(keys, partitionName(keys, values).split('/')), values)
    assert.equal(valuesOfFolders(['a'], ['b=x']), undefined)
    assert.equal(valuesOfFolders(['a'], ['x']), undefined)
    assert.equal(valuesOfFolders(['a', 'b'], ['a=x']), undefined)
  })
})
