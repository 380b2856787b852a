/** Pages of results: every row once, NULL apart from the empty text, whatever the page size and the values are. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { array, assert as property, asyncProperty, constantFrom, integer, option, string } from 'fast-check'
import { scanCsvRow } from './results/csv-rows.ts'
import { metadataFile } from './results/metadata-file.ts'
import { readPage } from './results/read-page.ts'
import {
  columnOf,
  csvAnswer,
  invalid,
  openTestAthena,
  textAnswer,
  type Answer,
  type TestAthena,
} from './testing/test-athena.ts'

const SEED = 20_261_123

type Cells = (string | undefined)[]

describe('results', () => {
  let athena: TestAthena
  beforeEach(async () => {
    athena = await openTestAthena()
  })
  afterEach(() => athena.close())

  const idOf = async (sql: string): Promise<string> => (await athena.run(sql))['QueryExecutionId']
  const page = (id: string, input: object = {}): Promise<Answer> =>
    athena.call('GetQueryResults', { QueryExecutionId: id, ...input })
  const rowsOf = (answer: Answer): Cells[] =>
    answer['ResultSet'].Rows.map(({ Data }: { Data: { VarCharValue?: string }[] }) =>
      Data.map(({ VarCharValue }) => VarCharValue),
    )
  async function allRows(id: string, MaxResults: number): Promise<Cells[][]> {
    const pages: Cells[][] = []
    for (let NextToken: string | undefined; ;) {
      const answer = await page(id, { MaxResults, ...(NextToken === undefined ? {} : { NextToken }) })
      pages.push(rowsOf(answer))
      NextToken = answer['NextToken']
      if (NextToken === undefined) return pages
    }
  }

  it('come in pages of a thousand rows, the header being one of them', async () => {
    athena.behaviour.execute = (_, options) =>
      csvAnswer(
        options,
        ['n'],
        Array.from({ length: 2500 }, (_cell, index) => [String(index)]),
      )
    const pages = await allRows(await idOf('SELECT n FROM t'), 1000)
    deepEqual(
      pages.map((rows) => rows.length),
      [1000, 1000, 501],
    )
    deepEqual(pages.flat(), [['n'], ...Array.from({ length: 2500 }, (_, index) => [String(index)])])
  })

  it('of nothing are a header', async () => {
    athena.behaviour.execute = (_, options) => csvAnswer(options, ['a', 'B "c"'], [])
    const id = await idOf('SELECT a FROM t')
    const answer = await page(id)
    deepEqual(rowsOf(answer), [['a', 'B "c"']])
    equal(answer['NextToken'], undefined)
    equal(answer['UpdateCount'], 0)
    deepEqual(answer['ResultSet'].ResultSetMetadata.ColumnInfo[0], {
      CatalogName: 'hive',
      SchemaName: '',
      TableName: '',
      Name: 'a',
      Label: 'a',
      Type: 'varchar',
      Precision: 2_147_483_647,
      Scale: 0,
      Nullable: 'UNKNOWN',
      CaseSensitive: true,
    })
  })

  it('of statements that are no queries are lines without a header', async () => {
    athena.behaviour.execute = (_, options) => textAnswer(options, 'a\tb "c"\n\nd\n')
    const id = await idOf('SHOW TABLES')
    deepEqual(rowsOf(await page(id)), [['a\tb "c"'], [''], ['d']])
    deepEqual((await allRows(id, 2)).flat(), [['a\tb "c"'], [''], ['d']])
    athena.behaviour.execute = (_, options) => textAnswer(options, '')
    deepEqual(rowsOf(await page(await idOf('DROP TABLE t'))), [])
  })

  it('are what was written, in pages of any size (property)', async () => {
    const cell = option(
      string({ unit: constantFrom('a', '"', ',', '\n', '\r', 'é', '🙂', ' '), maxLength: 6 }),
      {
        nil: undefined,
      },
    )
    const rows = array(array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 12 })
    await property(
      asyncProperty(rows, integer({ min: 1, max: 5 }), async (written, size) => {
        athena.behaviour.execute = (_, options) => csvAnswer(options, ['x', 'y'], written)
        const pages = await allRows(await idOf('SELECT 1'), size)
        deepEqual(pages.flat(), [['x', 'y'], ...written])
        ok(pages.every((of) => of.length <= size))
      }),
      { seed: SEED, numRuns: 40 },
    )
  })

  it('of one column keep NULL, too', async () => {
    const rows: Cells[] = [[undefined], [''], ['x'], [undefined]]
    athena.behaviour.execute = (_, options) => csvAnswer(options, ['x'], rows)
    deepEqual(rowsOf(await page(await idOf('SELECT 1'))), [['x'], ...rows])
  })

  it('are read in pieces, and rows that are longer than a piece too', async () => {
    const rows = [
      [`${'x'.repeat(700_000)}""\n`],
      ['y'],
      ['"'.repeat(300_000)],
      ['z'.repeat(9_000_000)],
      ['z'],
      ['z'],
    ]
    athena.behaviour.execute = (_, options) => csvAnswer(options, ['x'], rows)
    const pages = await allRows(await idOf('SELECT 1'), 1000)
    deepEqual(pages.flat(), [['x'], ...rows])
    equal(pages.length, 2)
  })

  it('of many columns come in shorter pages, whether the cells have bytes or not', async () => {
    const names = Array.from({ length: 1600 }, (_, index) => `c${index}`)
    const rows = Array.from({ length: 150 }, (): Cells => names.map(() => undefined))
    athena.behaviour.execute = (_, options) => csvAnswer(options, names, rows)
    const pages = await allRows(await idOf('SELECT * FROM wide'), 1000)
    deepEqual(
      pages.map(({ length }) => length),
      [63, 63, 25],
    )
    deepEqual(pages.flat(), [names, ...rows])
  })

  it('are not read from what somebody has put in their place', async () => {
    athena.behaviour.execute = (_, options) => csvAnswer(options, ['x'], [['a'], ['b']])
    const id = await idOf('SELECT 1')
    const { NextToken: token } = await page(id, { MaxResults: 2 })
    const key = `${id}.csv`
    const replaced = invalid('The object in the output location is not the result of the query any more')
    for (const text of ['"x"', '"x"x"yyy"\n']) {
      await athena.store.remove('hozon-query-results', key)
      await athena.put('hozon-query-results', key, text)
      await rejects(page(id, { NextToken: token }), replaced, text)
    }
    await rejects(page(id), replaced)
  })

  it('take no token that was made of what is known of the server', async () => {
    athena.behaviour.execute = (_, options) => csvAnswer(options, ['x'], [['a']])
    const id = await idOf('SELECT 1')
    const { nodeId } = athena.catalog
    for (const position of [5n, 1n << 40n, (1n << 64n) - 1n]) {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64BE(position)
      const seal = createHmac('sha256', nodeId).update(id).update(bytes).digest().subarray(0, 16)
      const forged = Buffer.concat([bytes, seal]).toString('base64url')
      await rejects(page(id, { NextToken: forged }), invalid('Invalid pagination token'))
    }
  })

  it('take no token but their own', async () => {
    athena.behaviour.execute = (_, options) => csvAnswer(options, ['x'], [['a'], ['b']])
    const [id, other] = [await idOf('SELECT 1'), await idOf('SELECT 2')]
    const { NextToken: token } = await page(id, { MaxResults: 1 })
    deepEqual(rowsOf(await page(id, { NextToken: token })), [['a'], ['b']])
    const changed = `${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}`
    for (const [of, wrong] of [
      [other, token],
      [id, changed],
      [id, 'x'],
      [id, `${token}AAAA`],
    ])
      await rejects(page(of, { NextToken: wrong }), invalid('Invalid pagination token'))
    // A token outlives the process.
    await athena.restart()
    deepEqual(rowsOf(await page(id, { NextToken: token })), [['a'], ['b']])
  })

  it('are there when the query has succeeded, and as long as the object is', async () => {
    let finish = (): void => {}
    const waiting = new Promise<void>((resolve) => (finish = resolve))
    athena.behaviour.execute = async (_, options) => {
      await waiting
      return csvAnswer(options, ['x'], [])
    }
    const { QueryExecutionId: id } = await athena.call('StartQueryExecution', { QueryString: 'SELECT 1' })
    await rejects(page(id), invalid('Query has not yet finished. Current state: RUNNING'))
    finish()
    await athena.end(id)
    await athena.store.remove('hozon-query-results', `${id}.csv`)
    await rejects(page(id), invalid('Could not find results'))
    athena.behaviour.execute = () => Promise.reject(new Error('x'))
    const failed = await idOf('SELECT 1')
    await rejects(page(failed), invalid('Query did not finish successfully. Final query state: FAILED'))
    await rejects(page(failed, { MaxResults: 1001 }), invalid(/1 validation error.*maxResults/))
  })
})

it('a scanner wants more where a row is cut anywhere', async () => {
  const bytes = Buffer.from('"a""b",,"c\n",d\n')
  for (let cut = 0; cut < bytes.length; cut++)
    equal(scanCsvRow(bytes.subarray(0, cut), 0), undefined, `${cut}`)
  deepEqual(scanCsvRow(bytes, 0), { cells: ['a"b', undefined, 'c\n', 'd'], end: bytes.length })
  const file = {
    bytes: bytes.length,
    // One byte at a time.
    read: (buffer: Buffer, position: number) =>
      Promise.resolve(bytes.copy(buffer, 0, position, Math.min(position + 1, bytes.length))),
  }
  const { rows, next } = await readPage(file, { scan: scanCsvRow, from: 0, rowsMax: 9 })
  deepEqual([rows, next], [[['a"b', undefined, 'c\n', 'd']], undefined])
})

it('metadata are in the wire format of protocol buffers', () => {
  const bytes = metadataFile('20261123_000000_00001_abcde', [
    { ...columnOf('n'), type: 'decimal', precision: 300, scale: 2 },
  ])
  deepEqual(
    bytes.toString('hex'),
    [
      '0a1b',
      Buffer.from('20261123_000000_00001_abcde').toString('hex'),
      // Field 4, its length, then its fields 1 to 10.
      '2222',
      '0a0468697665',
      '1200',
      '1a00',
      '22016e',
      '2a016e',
      '3207646563696d616c',
      '38ac02',
      '4002',
      '4803',
      '5000',
    ].join(''),
  )
})
