/** Answers in files, by real engine processes. */
import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HozonError } from '../../src/base/errors.ts'
import type { Executed, ExecuteOptions, QueryService } from '../../src/query/query.ts'
import { openQueryService } from '../../src/query/query-service.ts'
import { realSys } from '../../src/sys/real.ts'
import { columns, openLake, type Lake } from './lake.ts'

let lake: Lake
let service: QueryService
let answers = 0

before(async () => {
  lake = await openLake()
  const schema = columns({ host: 'varchar', bytes: 'bigint', time: 'timestamp' })
  const table = lake.addTable({ name: 'web', schema })
  await lake.addHot(table, [
    { host: 'a "b", c', bytes: 1, time: '2026-11-22T01:02:03.123456Z' },
    { host: '', bytes: null, time: null },
    { host: 'two\nlines', bytes: 9007199254740992, time: null },
  ])
  service = openQueryService(realSys, lake)
})

after(async () => {
  await service.close()
  await lake.close()
})

interface Answer extends Executed {
  path: string
}

async function execute(sql: string, options: Partial<ExecuteOptions> = {}): Promise<Answer> {
  const path = join(lake.directory, `answer-${++answers}`)
  const executed = await service.execute(sql, {
    executionId: '0f8fad5b-d9cb-469f-a165-70867728950e',
    answerPath: path,
    answerBytesMax: 2 ** 30,
    outputLocation: 's3://results/',
    ...options,
  })
  return { ...executed, path }
}

const textOf = async (answer: Answer): Promise<string> => readFile(answer.path, 'utf8')

describe('an answer in a file', () => {
  it('has a header, quotes every value, and tells NULL from an empty text', async () => {
    const answer = await execute('SELECT host, bytes, time AS "at ""it""" FROM web ORDER BY bytes')
    const text = await textOf(answer)
    assert.equal(
      text,
      '"host","bytes","at ""it"""\n' +
        '"a ""b"", c","1","2026-11-22 01:02:03.123"\n' +
        '"two\nlines","9007199254740992",\n' +
        '"",,\n',
    )
    assert.equal(answer.form, 'csv')
    assert.equal(answer.rows, 3)
    assert.equal(answer.answerBytes, Buffer.byteLength(text))
    assert.deepEqual(answer.columns, [
      { name: 'host', type: 'varchar', precision: 2_147_483_647, scale: 0 },
      { name: 'bytes', type: 'bigint', precision: 19, scale: 0 },
      { name: 'at "it"', type: 'timestamp', precision: 3, scale: 0 },
    ])
    assert.equal(lake.open, 0)
  })

  it('is the header only when there is no row', async () => {
    const answer = await execute('SELECT host FROM web WHERE bytes = -1')
    assert.equal(await textOf(answer), '"host"\n')
    assert.equal(answer.rows, 0)
  })

  it('ends after the rows that were asked for', async () => {
    const answer = await execute('SELECT i FROM UNNEST(sequence(1, 5000)) AS t(i)', { rowsMax: 3000 })
    assert.equal(answer.rows, 3000)
    assert.equal((await textOf(answer)).split('\n').length, 3002)
  })

  it('keeps the order of millions of rows', async () => {
    const sql = `SELECT a.i * 1000 + b.i AS n, 'row ' || CAST(a.i AS varchar) AS name
      FROM UNNEST(sequence(0, 1999)) AS a(i) CROSS JOIN UNNEST(sequence(0, 999)) AS b(i) ORDER BY 1 DESC`
    const answer = await execute(sql)
    assert.equal(answer.rows, 2_000_000)
    assert.equal((await stat(answer.path)).size, answer.answerBytes)
    let expected = 1_999_999
    let rest = ''
    for await (const chunk of createReadStream(answer.path, 'utf8')) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        if (line === '"n","name"') continue
        assert.equal(line, `"${expected}","row ${Math.floor(expected / 1000)}"`)
        expected--
      }
    }
    assert.equal(expected, -1)
  })

  it('is refused when it is too large', async () => {
    const endless = `SELECT repeat('x', 1000) FROM range(1000000000)`
    await assert.rejects(
      execute(endless, { answerBytesMax: 5_000_000 }),
      (error) => error instanceof HozonError && error.message.includes('larger than 5000000 bytes'),
    )
    assert.ok((await stat(join(lake.directory, `answer-${answers}`))).size <= 5_000_000)
    assert.equal((await execute('SELECT 1')).rows, 1)
  })

  it('never replaces a file', async () => {
    const taken = join(lake.directory, 'taken')
    await writeFile(taken, 'mine')
    await assert.rejects(execute('SELECT 1', { answerPath: taken }))
    assert.equal(await readFile(taken, 'utf8'), 'mine')
  })
})

describe('a query that fails in the middle of its rows', () => {
  const LATE = `SELECT i, CAST(CASE WHEN i = 900000 THEN 'z' ELSE '1' END AS integer) AS n FROM range(2000000) AS t(i)`

  it('has no answer at all', async () => {
    await assert.rejects(execute(LATE), /Could not convert|INVALID_CAST_ARGUMENT/)
    await assert.rejects(
      service.run(LATE, { rowsMax: 10_000_000 }),
      /Could not convert|INVALID_CAST_ARGUMENT/,
    )
  })

  it('has one when it is cut before', async () => {
    assert.equal((await execute(LATE, { rowsMax: 10 })).rows, 10)
    assert.equal((await service.run(LATE, { rowsMax: 10 })).rows.length, 10)
  })
})
