import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { realClock } from '../sys/real-clock.ts'
import { realRandom } from '../sys/real-random.ts'
import type { AthenaExecution, Catalog } from './catalog.ts'
import { openCatalog } from './open-catalog.ts'

describe('what the catalog keeps of athena', () => {
  let directory: string
  let catalog: Catalog
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hozon-catalog-'))
    catalog = openCatalog(join(directory, 'catalog.sqlite'), realClock, realRandom)
  })
  afterEach(() => {
    catalog.close()
    rmSync(directory, { recursive: true })
  })

  it('keeps named things by kind and scope', () => {
    const { items } = catalog.athena
    const item = { kind: 'named query', scope: 'primary', name: 'b', definition: '1' } as const
    equal(items.create(item), true)
    equal(items.create({ ...item, definition: '2' }), false)
    equal(items.create({ ...item, name: 'a' }), true)
    equal(items.create({ ...item, scope: 'other' }), true)
    equal(items.find('named query', 'primary', 'b'), '1')
    equal(items.find('prepared statement', 'primary', 'b'), undefined)
    equal(items.update({ ...item, definition: '3' }), true)
    equal(items.update({ ...item, name: 'c' }), false)
    deepEqual(
      items.all('named query', 'primary').map(({ name, definition }) => name + definition),
      ['a1', 'b3'],
    )
    equal(items.remove('named query', 'primary', 'a'), true)
    equal(items.remove('named query', 'primary', 'a'), false)
  })

  it('finds executions by id, by token, by what they may share, and the newest first', () => {
    const { executions } = catalog.athena
    for (const [index, id] of ['a', 'b', 'c', 'd'].entries())
      equal(executions.create({ ...executionOf(id), token: `t${id}`, submittedMs: index }), undefined)
    equal(executions.create({ ...executionOf('e'), token: 'ta' })?.id, 'a')
    equal(executions.byToken('tb')?.id, 'b')
    equal(executions.byToken('te'), undefined)
    const done = { ...executionOf('b'), token: 'tb', reuseKey: 'k', isOver: true, submittedMs: 1 }
    equal(executions.update({ ...done, definition: 'new' }), true)
    equal(executions.update(executionOf('z')), false)
    deepEqual(executions.find('b'), { ...done, definition: 'new' })
    equal(executions.reusable('k', 1)?.id, 'b')
    equal(executions.reusable('k', 2), undefined)
    deepEqual(executions.newest('w', undefined, 2), ['d', 'c'])
    deepEqual(executions.newest('w', 'c', 9), ['b', 'a'])
    deepEqual(executions.newest('other', undefined, 9), [])
    deepEqual(
      executions.unfinished().map(({ id }) => id),
      ['a', 'c', 'd'],
    )
  })

  it('forgets the old and the many, but never what is under way', () => {
    const { glue } = catalog
    const { executions } = catalog.athena
    for (let index = 0; index < 10; index++)
      executions.create({ ...executionOf(String(index)), isOver: index !== 1, submittedMs: index })
    const kept = (): string => executions.newest('w', undefined, 99).join('')
    executions.forget({ beforeMs: 3, rowsMax: 100, bytesMax: 1e9 })
    equal(kept(), '98765431')
    executions.forget({ beforeMs: 0, rowsMax: 4, bytesMax: 1e9 })
    equal(kept(), '9871')
    executions.forget({ beforeMs: 0, rowsMax: 4, bytesMax: 6 })
    equal(kept(), '981')
    // In bytes: two of é.
    executions.create({ ...executionOf('x'), isOver: true, definition: '"é"' })
    executions.update({ ...executionOf('8'), isOver: true, definition: '{ }' })
    executions.forget({ beforeMs: 0, rowsMax: 4, bytesMax: 11 })
    equal(kept(), 'x981')
    executions.forget({ beforeMs: 0, rowsMax: 4, bytesMax: 10 })
    equal(kept(), 'x91')
    executions.forgetGroup('other')
    equal(kept(), 'x91')
    executions.forgetGroup('w')
    equal(kept(), '')
    glue.atOnce(() => {
      for (let index = 0; index < 251; index++) executions.create(executionOf(`${index}`))
    })
    equal(executions.forgetGroup('w'), true)
    equal(executions.newest('w', undefined, 99).length, 1)
    equal(executions.forgetGroup('w'), false)
  })

  it('remembers what an execution wrote until it is over, and with the write or not at all', () => {
    const { athena, writes, glue } = catalog
    const { executions } = athena
    executions.create(executionOf('a'))
    equal(executions.written('a'), undefined)
    writes.plan('a', ['s3://b/1', 's3://b/2'])
    throws(() =>
      glue.atOnce(() => {
        writes.commit('a', 7)
        throw new Error('no table')
      }),
    )
    equal(executions.written('a'), undefined)
    equal(writes.all().length, 1)
    glue.atOnce(() => writes.commit('a', 7))
    deepEqual(executions.written('a'), { objects: ['s3://b/1', 's3://b/2'], rows: 7 })
    deepEqual(writes.all(), [])
    executions.update({ ...executionOf('a'), isOver: true })
    equal(executions.written('a'), undefined)
    // Of what hozon sql runs nobody waits for the end.
    writes.plan('b', [])
    writes.commit('b')
    equal(executions.written('b'), undefined)
  })

  it('has a secret that stays', () => {
    const { secret, nodeId } = catalog
    ok(/^[0-9a-f]{64}$/.test(secret) && secret !== nodeId)
    catalog.close()
    catalog = openCatalog(join(directory, 'catalog.sqlite'), realClock, realRandom)
    equal(catalog.secret, secret)
  })
})

/** Its definition has two characters. */
function executionOf(id: string): AthenaExecution {
  return {
    id,
    workgroup: 'w',
    token: undefined,
    reuseKey: undefined,
    isOver: false,
    submittedMs: 0,
    definition: '{}',
  }
}
