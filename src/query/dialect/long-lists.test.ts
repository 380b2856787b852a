/** Long lists of literals mean what short ones do: each statement here is also asked with a list that is too short to be lifted. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openDialect, type Dialect } from './held-back/dialect.ts'
import { liftLists } from './lift-lists.ts'
import { parseTrino } from './polyglot.ts'
import { isConstantList, constantListOf } from './constant-list.ts'
import { rewrite } from './rewrite.ts'
import { walkTree } from './ast.ts'

/** Values that no row has. */
const TEXTS = Array.from({ length: 150 }, (_, at) => `'it''s ${at}, or é|;'`)
const NUMBERS = Array.from({ length: 150 }, (_, at) => String(-1000 - at))

const long = (values: string): string =>
  [...(/'/.test(values) ? TEXTS : NUMBERS), values, values].join(',\n  ')

const chain = (column: string, values: string[], operator: '=' | '<>'): string =>
  values.map((value) => `${column} ${operator} ${value}`).join(operator === '=' ? ' OR ' : ' AND ')

/** `LIST(…)` is the list. */
const STATEMENTS = [
  `SELECT id FROM requests WHERE path IN (LIST('/a', '/c')) ORDER BY id`,
  `SELECT id FROM requests WHERE path NOT IN (LIST('/a', '/c')) ORDER BY id`,
  `SELECT id FROM requests WHERE ip NOT IN (LIST('10.0.0.1')) ORDER BY id`,
  `SELECT id, ip IN (LIST('10.0.0.1', NULL)), ip NOT IN (LIST('10.0.0.1', NULL)) FROM requests ORDER BY id`,
  `SELECT id FROM requests WHERE NOT (NOT path IN (LIST('/a', '/c'))) ORDER BY id`,
  `SELECT id FROM requests WHERE id = 2 OR path IN (LIST('/c')) AND NOT status IN (LIST(404, 500)) ORDER BY id`,
  `SELECT id FROM requests WHERE status IN (LIST(404, 0500, -1)) ORDER BY id`,
  `SELECT id FROM requests WHERE bytes NOT IN (LIST(100, NULL)) ORDER BY id`,
  `SELECT id, price IN (LIST(3, 10)), took IN (LIST(1, 2)) FROM requests ORDER BY id`,
  `SELECT id FROM requests WHERE path IN (lower('/C'), LIST('/a', '/b')) ORDER BY id`,
  `SELECT id FROM requests WHERE path NOT IN (LIST('/a'), concat('/', 'c'), NULL, path) ORDER BY id`,
  `SELECT id FROM requests WHERE path NOT IN (upper('x'), LIST('/a'), concat('/', 'c')) ORDER BY id`,
  `SELECT id FROM requests WHERE status IN (LIST(404), 4.5, bytes * 2) ORDER BY id`,
  `SELECT id FROM requests WHERE lower(method) || path IN (LIST('get/a', 'put/b')) ORDER BY id`,
  `SELECT path IN (LIST('/a')), count(*) FROM requests GROUP BY path IN (LIST('/a')) ORDER BY 1`,
  `SELECT path IN (LIST('/a')) AS p, count(*) FROM requests GROUP BY 1 ORDER BY p`,
  `SELECT status FROM requests GROUP BY status HAVING max(path) NOT IN (LIST('/a')) ORDER BY 1`,
  `SELECT count(*) FILTER (WHERE path IN (LIST('/a'))), count_if(path NOT IN (LIST('/a'))), sum(if(path IN (LIST('/b')), 1, 0)) FROM requests`,
  `SELECT sum(CASE WHEN ip IN (LIST('10.0.0.1')) THEN 1 WHEN ip NOT IN (LIST('10.0.0.2')) THEN 10 ELSE 100 END) FROM requests`,
  `SELECT CASE path WHEN '/a' THEN 'x' IN (LIST('x')) ELSE try(path IN (LIST('/b'))) END FROM requests ORDER BY id`,
  `SELECT CAST(path IN (LIST('/a')) AS varchar), coalesce(ip IN (LIST('10.0.0.1')), true) FROM requests ORDER BY id`,
  `SELECT a.id, b.id FROM requests a JOIN requests b ON a.id = b.id AND b.path IN (LIST('/a')) ORDER BY 1`,
  `SELECT a.id, b.id FROM requests a LEFT JOIN requests b ON a.id = b.id AND b.path IN (LIST('/a')) ORDER BY 1`,
  `SELECT a.id, b.id FROM requests a LEFT JOIN requests b ON a.id = b.id AND a.path NOT IN (LIST('/a')) ORDER BY 1`,
  `SELECT a.id, b.id FROM requests a LEFT JOIN requests b ON a.id = b.id AND (b.path IN (LIST('/a')) OR a.status IN (LIST(404))) ORDER BY 1`,
  `SELECT a.id, b.id FROM requests a FULL JOIN requests b ON a.id = b.id AND b.path IN (LIST('/a')) ORDER BY 1, 2`,
  `SELECT id, filter(tags, t -> t IN (LIST('x', 'z'))), transform(tags, t -> t NOT IN (LIST('x', NULL))) FROM requests ORDER BY id`,
  `SELECT id FROM requests r WHERE EXISTS (SELECT 1 FROM requests s WHERE s.id = r.id + 1 AND r.path IN (LIST('/a'))) ORDER BY id`,
  `SELECT id, (SELECT count(*) FROM requests s WHERE s.path = r.path AND r.method NOT IN (LIST('GET'))) FROM requests r ORDER BY id`,
  `SELECT id FROM requests WHERE id IN (SELECT id + 1 FROM requests WHERE path IN (LIST('/a'))) ORDER BY id`,
  `SELECT id FROM requests WHERE (path IN (LIST('/a'))) IN (false, NULL) ORDER BY id`,
  `WITH RECURSIVE w(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM w WHERE n IN (LIST(1, 2, 3))) SELECT max(n) FROM w`,
  `SELECT max(path) OVER (PARTITION BY path IN (LIST('/a')) ORDER BY id) FROM requests ORDER BY id`,
  `SELECT array_agg(id ORDER BY path IN (LIST('/a')), id) FROM requests`,
  `SELECT id FROM requests ORDER BY path IN (LIST('/a')) DESC, id`,
  `SELECT 1 IN (LIST(1)), NULL IN (LIST(1)), 'x' NOT IN (LIST('y', NULL)), 2 IN (LIST(1, NULL))`,
  `SELECT json_extract_scalar(body, '$.u') IN (LIST('ann')), client.name IN (LIST('bob')), headers['h'] IN (LIST('1')) FROM requests WHERE id < 3 ORDER BY id`,
  `SELECT id FROM requests WHERE dt IN (LIST('2025-07-04', '2025-07-06')) AND dt NOT IN (LIST('2025-07-06')) ORDER BY id`,
  `SELECT i FROM UNNEST(sequence(1, 5)) AS t(i) WHERE i NOT IN (LIST(2, 4)) ORDER BY i`,
  `SELECT id FROM requests WHERE path IN (SELECT p FROM UNNEST(ARRAY[LIST('/a', '/c')]) AS t(p)) ORDER BY id`,
  `SELECT id, contains(ARRAY[LIST('/a', '/b')], path), NOT contains(ARRAY[LIST(404, 200)], status) FROM requests ORDER BY id`,
  `SELECT id, contains(ARRAY[LIST('10.0.0.1')], ip), contains(ARRAY[LIST(1)], took) FROM requests ORDER BY id`,
  `SELECT filter(tags, t -> contains(ARRAY[LIST('x')], t)), array_intersect(ARRAY[LIST('y')], tags) FROM requests ORDER BY id`,
  `SELECT typeof(ARRAY[LIST(1, 2)][1]), element_at(ARRAY[LIST('q')], -1), array_max(ARRAY[LIST(7)]), cardinality(array_distinct(filter(ARRAY[LIST(4)], n -> n > 0)))`,
  `SELECT id FROM requests WHERE path NOT IN (LIST('')) AND '' IN (LIST('')) ORDER BY id`,
  `SELECT id FROM requests WHERE (id, path) IN ((1, '/a'), (2, '/c')) AND path IN (LIST('/a')) ORDER BY id`,
]

describe('long lists', () => {
  let dialect: Dialect
  before(async () => void (dialect = await openDialect()))
  after(() => dialect.close())

  for (const statement of STATEMENTS)
    it(statement, async () => {
      const [short, lifted] = [(all: string) => all, long].map((list) =>
        statement.replaceAll(/LIST\(([^()]*)\)/g, (_, values: string) => list(values)),
      ) as [string, string]
      assert.equal(listsIn(short), 0)
      assert.ok(listsIn(lifted) > 0)
      assert.equal(await dialect.answer(lifted), await dialect.answer(short))
    })

  it('of comparisons', async () => {
    const values = [...TEXTS, `'/b'`, `'/c'`, ...TEXTS]
    const or = `SELECT id FROM requests WHERE id > 1 AND path = '/b' OR ${chain('path', values, '=')} AND id < 3 ORDER BY id`
    assert.equal(listsIn(or), 1)
    assert.equal(await dialect.answer(or), '2 / 4 / 6')
    const and = `SELECT id FROM requests r WHERE ${chain('r.path', values, '<>')} AND r.bytes IS NOT NULL ORDER BY id`
    assert.equal(listsIn(and), 1)
    assert.equal(await dialect.answer(and), '1 / 3')
    const enclosed = `SELECT id FROM requests WHERE NOT ((path = ${values.join(') OR ("path" = ')})) ORDER BY id`
    assert.equal(listsIn(enclosed), 1)
    assert.equal(await dialect.answer(enclosed), '1 / 3 / 5')
  })

  it('of texts are converted to what they are compared with, as short ones are', async () => {
    const times = Array(150).fill(`'2025-07-04 08:00:00'`).join()
    assert.equal(await dialect.answer(`SELECT id FROM requests WHERE at IN (${times})`), '1')
  })

  it('of texts that have all signs between them stay as they are', async () => {
    const odd = [`',|;\t\n\u0001\u0002\u0003\u0004'`, ...TEXTS, `'/c'`].join()
    assert.equal(await dialect.answer(`SELECT id FROM requests WHERE path IN (${odd})`), '4')
    assert.equal(await dialect.answer(`SELECT cardinality(ARRAY[${odd}]), ARRAY[${odd}][152]`), '152|/c')
  })

  it('that are as long as a statement', { timeout: 60_000 }, async () => {
    const ids = Array.from({ length: 20_000 }, (_, at) => `'${String(at).padStart(8, '0')}'`)
    for (const condition of [`path NOT IN (${ids.join(',')})`, chain('path', ids.slice(0, 11_000), '<>')])
      assert.equal(await dialect.answer(`SELECT count(*) FROM requests WHERE ${condition}`), '6')
  })
})

function listsIn(sql: string): number {
  let lists = 0
  walkTree(parseTrino(sql), (node) => {
    if (isConstantList(node)) lists++
  })
  return lists
}

describe('lifting lists', () => {
  const values = Array.from({ length: 100 }, (_, at) => `'v${at}'`)

  it('leaves what is around them where it is', () => {
    const sql = `SELECT '😀', a IN (\n${values.join(',\n')}) -- IN ('x'\n, "in" FROM t`
    const { sql: lifted, name } = liftLists(sql)
    assert.equal(Array.from(lifted).length, Array.from(sql).length)
    assert.equal(lifted.split('\n').length, sql.split('\n').length)
    assert.ok(lifted.includes(`a IN (${name}(0))`))
    assert.ok(lifted.endsWith(` -- IN ('x'\n, "in" FROM t`))
  })
  it('keeps each value once, of the kind of the first', () => {
    const sql = `SELECT a IN (${[...values, ...values].join()}, 7, NULL, DATE '2026-01-01', 'x' || 'y')`
    const { lists, sql: lifted, name } = liftLists(sql)
    assert.equal(lists.length, 1)
    assert.equal(lists[0]!.values.length, 100)
    assert.equal(lists[0]!.hasNull, true)
    assert.ok(lifted.trimEnd().endsWith(`IN (${name}(0), 7, DATE '2026-01-01', 'x' || 'y')`))
  })
  it('takes no call of somebody else for a list', () => {
    const { name } = liftLists(`SELECT constant_list0(1), CONSTANT_LIST1(0) WHERE a IN (${values.join()})`)
    assert.equal(name, 'constant_list2')
  })
  it('leaves queries, short lists and texts alone', () => {
    for (const sql of [
      `SELECT a IN (${values.slice(0, 99).join()})`,
      `SELECT a IN (SELECT ${values.join()})`,
      `SELECT a IN (VALUES ${values.join()})`,
      `SELECT '${`a IN (${values.join()})`.replaceAll("'", "''")}'`,
      `SELECT 1 /* a IN (${values.join()}) */`,
      `SELECT a IN (${values.join()}`,
      `SELECT a IN ('`,
      `SELECT ${values.map((value) => `a = ${value} OR b = ${value}`).join(' OR ')}`,
      `SELECT ${values.map((value) => `a = ${value} || 'x'`).join(' OR ')}`,
      `SELECT ${values.map((value) => `a = ${value}`).join(' AND ')}`,
    ])
      assert.equal(liftLists(sql).sql, sql)
  })
  it('finds a list in a member of another', () => {
    const { lists } = liftLists(`SELECT a IN (1, (SELECT 2 WHERE b IN (${values.join()})))`)
    assert.deepEqual(
      lists.map((list) => list.values.length),
      [100],
    )
  })
  it('is linear', { timeout: 10_000 }, () => {
    const nested = `SELECT ${'a IN (1,'.repeat(20_000)}1${')'.repeat(20_000)}`
    assert.equal(liftLists(nested).sql, nested)
  })
})

it('a list of rows is no deeper than it must be', () => {
  const depthOf = (rows: number): number => {
    const [tree] = parseTrino(`SELECT (a, b) IN (${Array(rows).fill('(1, 2)').join()})`)
    return depth(rewrite(tree!, []))
  }
  assert.ok(depthOf(256) - depthOf(2) < 50, `${depthOf(256)} levels`)
})

function depth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depth))
}

it('the numbers of a list are numbers', () => {
  const numbers = Array.from({ length: 120 }, (_, at) => `-00${at}`)
  const found: unknown[] = []
  walkTree(parseTrino(`SELECT a IN (${numbers.join()})`), (node) => {
    const list = constantListOf(node)
    if (list !== undefined) found.push(list.kind, list.values.slice(0, 3))
  })
  assert.deepEqual(found, ['integer', ['0', '-1', '-2']])
})
