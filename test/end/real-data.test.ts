/** Real logs through the whole program: exact counts and sums, each computed here by another way. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { eventually, hozon, hozonUp, sql, type Up } from '../hozon-process.ts'

const FIXTURES = resolve(import.meta.dirname, '../fixtures/real')

const linesOf = (name: string): string[] =>
  gunzipSync(readFileSync(join(FIXTURES, name)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')

const APACHE = linesOf('apache-access-combined.log.gz')
const SYSLOG = linesOf('auth-syslog.log.gz')
const CLOUDTRAIL = linesOf('cloudtrail.ndjson.gz')

let folder = ''
let data = ''
let server: Up

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hozon-real-'))
  data = join(folder, 'data')
  const write = (name: string, lines: string[]): void =>
    writeFileSync(join(folder, name), lines.join('\n') + '\n')
  write('access.log', APACHE)
  write('auth.log', SYSLOG)
  write('trail.json', CLOUDTRAIL)
  const file = join(folder, 'hozon.yaml')
  writeFileSync(
    file,
    `version: 1
streams:
  access: {collect: [{tail: {paths: [access.log], parse: apache}}], deliver: {timezone: Asia/Tokyo}}
  auth: {collect: [{tail: {paths: [auth.log], parse: syslog}}]}
  trail: {collect: [{tail: {paths: [trail.json], time: eventTime}}]}
`,
  )
  server = hozonUp(file, data)
  await server.ready
  for (const [table, lines] of [
    ['access', APACHE],
    ['auth', SYSLOG],
    ['trail', CLOUDTRAIL],
  ] as const) {
    await eventually(async () => {
      const [row] = await sql(
        data,
        `SELECT (SELECT count(*) FROM logs.${table}) + (SELECT count(*) FROM logs.${table}_errors) AS n`,
      )
      return row?.['n'] === lines.length ? true : undefined
    }, `${lines.length} lines of ${table}`)
  }
})

after(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

/** Each check runs on hot rows and again on delivered ones: the answers must not differ. */
for (const state of ['buffered', 'delivered'] as const) {
  test(`${state}: access log`, async () => {
    await deliver(state)
    const statuses = new Map<number, { lines: number; bytes: number }>()
    for (const line of APACHE) {
      const match = /" (\d{3}) (\d+|-)(?: |$)/.exec(line)
      assert.ok(match, line)
      const entry = statuses.get(Number(match[1])) ?? { lines: 0, bytes: 0 }
      entry.lines++
      entry.bytes += match[2] === '-' ? 0 : Number(match[2])
      statuses.set(Number(match[1]), entry)
    }
    const expected = [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([code, { lines, bytes }]) => ({ code, lines, bytes }))
    const rows = await sql(
      data,
      'SELECT code, count(*) AS lines, coalesce(sum(size), 0) AS bytes FROM logs.access GROUP BY code ORDER BY code',
    )
    assert.deepEqual(rows, expected)
  })

  test(`${state}: partitions are days of Tokyo`, async () => {
    await deliver(state)
    const days = new Map<string, number>()
    for (const line of APACHE) {
      const match = /\[(\d+)\/(\w+)\/(\d+):(\S+) \+0000\]/.exec(line)
      assert.ok(match, line)
      const utc = Date.parse(`${match[1]} ${match[2]} ${match[3]} ${match[4]} GMT`)
      const day = new Date(utc + 9 * 3600_000).toISOString().slice(0, 10)
      days.set(day, (days.get(day) ?? 0) + 1)
    }
    const rows = await sql(data, 'SELECT dt, count(*) AS n FROM logs.access GROUP BY dt ORDER BY dt')
    assert.deepEqual(
      rows,
      [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([dt, n]) => ({ dt, n })),
    )
  })

  test(`${state}: syslog`, async () => {
    await deliver(state)
    const failed = SYSLOG.filter((line) => /Failed password/.test(line)).length
    const rows = await sql(
      data,
      `SELECT count(*) AS lines, sum(CASE WHEN message LIKE '%Failed password%' THEN 1 ELSE 0 END) AS failed FROM logs.auth`,
    )
    assert.deepEqual(rows, [{ lines: SYSLOG.length, failed }])
  })

  test(`${state}: CloudTrail events lose no field`, async () => {
    await deliver(state)
    const events = CLOUDTRAIL.map((line) => JSON.parse(line) as Record<string, unknown>)
    const names = new Map<string, number>()
    for (const event of events)
      names.set(String(event['eventName']), (names.get(String(event['eventName'])) ?? 0) + 1)
    const rows = await sql(
      data,
      'SELECT eventname, count(*) AS n FROM logs.trail GROUP BY eventname ORDER BY eventname',
    )
    assert.deepEqual(
      new Map(rows.map((row) => [row['eventname'], row['n']])),
      new Map([...names].sort(([a], [b]) => (a < b ? -1 : 1))),
    )
    const userAgents = new Set(
      events.map((event) => event['userAgent']).filter((agent) => agent !== undefined),
    ).size
    assert.deepEqual(await sql(data, 'SELECT count(DISTINCT useragent) AS n FROM logs.trail'), [
      { n: userAgents },
    ])
    const accounts = events.filter(
      (event) => (event['userIdentity'] as { accountId?: string } | undefined)?.accountId !== undefined,
    )
    assert.deepEqual(await sql(data, `SELECT count(useridentity.accountid) AS n FROM logs.trail`), [
      { n: accounts.length },
    ])
  })
}

let delivered = false
async function deliver(state: 'buffered' | 'delivered'): Promise<void> {
  if (state === 'buffered' || delivered) return
  const flush = await hozon(['flush', '--data', data])
  assert.equal(flush.code, 0, flush.stderr)
  const status = await hozon(['status', '--data', data, '--format', 'json'])
  const report = JSON.parse(status.stdout) as {
    streams: { name: string; bufferedRecords: number; deliveredRecords: number }[]
  }
  assert.deepEqual(
    report.streams.map(({ name, bufferedRecords, deliveredRecords }) => ({
      name,
      bufferedRecords,
      deliveredRecords,
    })),
    [
      { name: 'access', bufferedRecords: 0, deliveredRecords: APACHE.length },
      { name: 'auth', bufferedRecords: 0, deliveredRecords: SYSLOG.length },
      { name: 'trail', bufferedRecords: 0, deliveredRecords: CLOUDTRAIL.length },
    ],
  )
  delivered = true
}
