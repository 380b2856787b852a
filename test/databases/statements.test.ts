/** Logs joined with live databases, as a user of `hozon sql` does it: one statement, one server. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { World } from '../end/world.ts'
import { startMariadb, startPostgres, type DatabaseServer } from './servers.ts'

const USERS = 1000
const LINES = 3000

let postgres: DatabaseServer
let mariadb: DatabaseServer
const world = new World()

before(async () => {
  await Promise.all([
    startPostgres().then((server) => (postgres = server)),
    startMariadb().then((server) => (mariadb = server)),
  ])
  await postgres.run(
    'CREATE TABLE users (id bigint PRIMARY KEY, plan text, country text, since timestamptz, balance numeric(12, 2))',
    `INSERT INTO users SELECT g, CASE WHEN g % 10 = 0 THEN 'pro' ELSE 'free' END, CASE WHEN g % 2 = 0 THEN 'JP' ELSE 'DE' END,
      '2026-01-01 00:00:00+09'::timestamptz + g * interval '1 hour', g * 1.25 FROM generate_series(1, ${USERS}) g`,
  )
  await mariadb.run(
    'CREATE DATABASE shop',
    'CREATE TABLE shop.Orders (user_id int, Total decimal(10, 2))',
    `INSERT INTO shop.Orders SELECT seq, seq / 2 FROM shop.seq_1_to_${USERS}`,
  )
  const lines = Array.from({ length: LINES }, (_, line) =>
    JSON.stringify({ user_id: (line % USERS) + 1, level: line % 3 === 0 ? 'error' : 'info', line }),
  )
  world.append('app.jsonl', `${lines.join('\n')}\n`)
  world.pipeline(
    `streams: {web: {collect: [{tail: {paths: [${world.folder}/app.jsonl]}}]}}\n` +
      'catalogs: {app: "${APP_URL}", shop: "${SHOP_URL}", gone: "postgresql://nobody:secret@127.0.0.1:1/x"}\n',
  )
  await world.start({ APP_URL: postgres.url, SHOP_URL: mariadb.url })
  await world.rows('logs.web', LINES)
})

after(async () => {
  await world.end()
  await Promise.all([postgres?.stop(), mariadb?.stop()])
})

test('a log, a PostgreSQL and a MariaDB in one statement', async () => {
  const rows = await world.sql(`
    SELECT u.plan, count(*) AS errors, count(DISTINCT u.id) AS users, sum(o.total) AS total
    FROM logs.web w
    JOIN app.public.users u ON u.id = w.user_id
    LEFT JOIN shop.shop.orders o ON o.user_id = u.id
    WHERE w.level = 'error' AND u.country = 'JP'
    GROUP BY u.plan ORDER BY u.plan`)
  // The same in JavaScript, from how the rows were made.
  const expected = ['free', 'pro'].map((plan) => {
    const lines = Array.from({ length: LINES }, (_, line) => line).filter((line) => {
      const id = (line % USERS) + 1
      return line % 3 === 0 && id % 2 === 0 && (id % 10 === 0) === (plan === 'pro')
    })
    const ids = lines.map((line) => (line % USERS) + 1)
    const cents = ids.reduce((sum, id) => sum + id * 50, 0)
    return { plan, errors: lines.length, users: new Set(ids).size, total: cents / 100 }
  })
  assert.deepEqual(
    rows.map((row) => ({ ...row, total: Number(row['total']) })),
    expected,
  )
})

test('before and after delivery the answer is the same', async () => {
  const query =
    'SELECT u.country, count(*) AS n FROM logs.web w JOIN app.public.users u ON u.id = w.user_id GROUP BY 1 ORDER BY 1'
  const hot = await world.sql(query)
  await world.flush()
  assert.deepEqual(await world.sql(query), hot)
  assert.equal(hot.length, 2)
})

test('conditions mean the same here and there', async () => {
  for (const [where, count] of [
    ['id = 7', 1],
    ['id IN (1, 2, 5000)', 2],
    ["plan > 'free'", 100],
    ["plan <> 'pro' AND id BETWEEN 1 AND 20", 18],
    ["since < TIMESTAMP '2026-01-01 00:00:00'", 8],
    ["since >= DATE '2026-02-01'", 1000 - 752],
    ['balance >= 1249.99', 1],
    ['balance = 2.5', 1],
    ['plan IS NULL', 0],
  ] as const) {
    const [row] = await world.sql(`SELECT count(*) AS n FROM app.public.users WHERE ${where}`)
    assert.equal(row?.['n'], count, where)
    // The same condition where it can not be sent.
    const [here] = await world.sql(
      `SELECT count(*) AS n FROM app.public.users WHERE (${where}) OR random() > 2`,
    )
    assert.equal(here?.['n'], count, `${where}, here`)
  }
})

test('what it lists', async () => {
  const lines = async (statement: string): Promise<unknown[]> =>
    (await world.sql(statement)).map((row) => Object.values(row)[0])
  assert.deepEqual(await lines('SHOW DATABASES IN app'), ['public'])
  assert.deepEqual(await lines('SHOW TABLES IN app.public'), ['users'])
  assert.deepEqual(await lines('SHOW TABLES IN shop.shop'), ['orders'])
  const described = (await world.sql('DESCRIBE app.public.users')).map((row) => Object.values(row).join(' '))
  assert.match(described.join('\n'), /balance\s+decimal\(12,2\)/)
  assert.deepEqual(
    await lines(
      `SELECT column_name FROM shop.information_schema.columns WHERE table_name = 'orders' ORDER BY 1`,
    ),
    ['total', 'user_id'],
  )
})

test('what can not be read says so, and no password', async () => {
  for (const [statement, pattern] of [
    ['SELECT * FROM gone.public.users', /can not be reached|ECONNREFUSED|connect/],
    ['SELECT * FROM app.public.nothing', /TABLE_NOT_FOUND/],
    ['SELECT * FROM nowhere.public.users', /CATALOG_NOT_FOUND/],
    ['INSERT INTO app.public.users VALUES (1)', /./],
    ['DROP TABLE app.public.users', /./],
  ] as const) {
    const { code, stdout, stderr } = await world.run('sql', statement)
    assert.notEqual(code, 0, statement)
    assert.match(stderr, pattern, statement)
    assert.doesNotMatch(stdout + stderr, /secret|p%40ss|p@ss/, statement)
  }
  assert.equal((await world.sql('SELECT count(*) AS n FROM app.public.users'))[0]?.['n'], USERS)
})
