import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { realSys } from '../../src/sys/real.ts'
import type { QueryService } from '../../src/query/query.ts'
import { openQueryService } from '../../src/query/query-service.ts'
import { columns, openLake, type Lake } from './lake.ts'

describe('a query over delivered objects and the buffer', () => {
  let lake: Lake
  let service: QueryService
  before(async () => {
    lake = await openLake()
    const schema = columns({ host: 'varchar', bytes: 'bigint' })
    const table = lake.addTable({ name: 'web', schema, partitionKeys: ['dt', 'hour'] })
    await lake.addObject(table, `SELECT 'a' AS host, 1::BIGINT AS bytes, NULL::VARCHAR AS _extra`, {
      partition: ['2026-11-22', '01'],
    })
    await lake.addObject(table, `SELECT 'b' AS host, 2::BIGINT AS bytes, '{"x":1}' AS _extra`, {
      partition: ['2026-11-23', '02'],
    })
    await lake.addHot(table, [{ host: 'c', bytes: 4 }], { dt: '2026-11-23', hour: '03' })
    service = openQueryService(realSys, lake)
  })
  after(async () => {
    await service.close()
    await lake.close()
  })

  it('sees both', async () => {
    const result = await service.run('SELECT host, bytes, _extra, dt, hour FROM logs.web ORDER BY host')
    assert.deepEqual(result.columns, [
      { name: 'host', type: 'varchar' },
      { name: 'bytes', type: 'bigint' },
      { name: '_extra', type: 'varchar' },
      { name: 'dt', type: 'varchar' },
      { name: 'hour', type: 'varchar' },
    ])
    assert.deepEqual(result.rows, [
      ['"a"', '1', 'null', '"2026-11-22"', '"01"'],
      ['"b"', '2', '"{\\"x\\":1}"', '"2026-11-23"', '"02"'],
      ['"c"', '4', 'null', '"2026-11-23"', '"03"'],
    ])
    assert.equal(lake.open, 0)
  })
})
