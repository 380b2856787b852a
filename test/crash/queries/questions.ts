/** What the clients ask, each with what must be true of the answer whatever is killed meanwhile. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { wasInterrupted, wasKilled, type Archive, type Ended } from './archive.ts'

/** True: it was answered, and rightly; false: something that it needed was killed. */
export type Question = (load: Load) => Promise<boolean>

export interface Load {
  archive: Archive
  random: () => number
  /** So many lines some answer has had: never are there fewer. */
  seen: number
  /** Tables that were made, with the rows that each must have; undefined: it must not be there. */
  made: Map<string, number | undefined>
  /** Partitions of the crawled table. */
  partitions: number
  /** So many of them some answer has had. */
  crawled: number
  next: number
}

export function newLoad(archive: Archive, random: () => number): Load {
  return { archive, random, seen: 0, made: new Map(), partitions: 0, crawled: 1, next: 0 }
}

/** Lines of the stream, none twice and none missing. */
const count: Question = async (load) => {
  const { seen } = load
  const rows = await load.archive.rows(
    'SELECT count(*), min(n), max(n), sum(n), count(DISTINCT n), sum(half) FROM logs.lines',
  )
  if (rows === undefined) return false
  const [lines, first, last, sum, distinct] = rows[0]!.map(Number)
  assert.deepEqual([first, last, sum, distinct], [0, lines! - 1, sumTo(lines!), lines])
  assert.ok(lines! >= seen, `${seen} lines were there, now ${lines}`)
  load.seen = Math.max(load.seen, lines!)
  return true
}

/** Rows of an ordered answer, page by page and as the object that lies in the store. */
const PAGED_ROWS = 2500
const pages: Question = async ({ archive, seen }) => {
  const from = Math.max(0, seen - PAGED_ROWS)
  const sql = `SELECT n FROM logs.lines WHERE n >= ${from} ORDER BY n`
  const id = await archive.start(sql)
  const rows = await archive.rows(sql, id)
  if (rows === undefined) return false
  assert.ok(rows.length >= seen - from)
  assert.equal(
    rows.findIndex(([n], index) => Number(n) !== from + index),
    -1,
    `${sql}: a row is missing`,
  )
  const object = await text(archive, (await archive.execution(id)).ResultConfiguration!.OutputLocation!)
  assert.equal(object, ['"n"', ...rows.map(([n]) => `"${n}"`), ''].join('\n'))
  return true
}

/** Files of tables that nobody has read before, so that processes must read them. */
const FILES = 3
const ROWS = 4000
const external: Question = async (load) => {
  const { archive } = load
  const number = load.next++
  const isCsv = number % 2 === 0
  for (let file = 0; file < FILES; file++) {
    const lines = Array.from({ length: ROWS }, (_, row) => {
      const v = file * ROWS + row
      return isCsv ? `${v},name ${v}` : JSON.stringify({ v, name: `name ${v}` })
    })
    await put(archive, `tables/${number}/${file}.gz`, gzipSync(lines.join('\n') + '\n'))
  }
  const serde = isCsv
    ? `ROW FORMAT DELIMITED FIELDS TERMINATED BY ','`
    : `ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'`
  await ddl(
    archive,
    `CREATE EXTERNAL TABLE IF NOT EXISTS logs.text_${number} (v bigint, name string) ${serde} LOCATION 's3://files/tables/${number}/'`,
  )
  const rows = await archive.rows(
    `SELECT count(*), sum(v), count(DISTINCT name), max(length(name)) FROM logs.text_${number}`,
  )
  const all = FILES * ROWS
  if (rows !== undefined)
    assert.deepEqual(rows, [[all, sumTo(all), all, `name ${all - 1}`.length].map(String)])
  await ddl(archive, `DROP TABLE IF EXISTS logs.text_${number}`)
  return rows !== undefined
}

/** A table is made whole or not at all; and so is what is put into it. */
const write: Question = async (load) => {
  const { archive } = load
  const number = load.next++
  const table = `logs.made_${number}`
  const upTo = load.seen
  const settings = pickOf(load, ['', `WITH (partitioned_by = ARRAY['p']) `, `WITH (format = 'JSON') `])
  const columns = settings.includes('partitioned') ? 'n, n % 4 AS p' : 'n, half AS p'
  const made = await run(
    archive,
    `CREATE TABLE ${table} ${settings}AS SELECT ${columns} FROM logs.lines WHERE n < ${upTo}`,
  )
  const rows = await rowsIn(archive, table)
  assert.ok(
    possible<number | undefined>(made, undefined, upTo).includes(rows),
    `${table}: ${rows} of ${upTo}, ${made.reason}`,
  )
  load.made.set(table, rows)
  if (rows === undefined) return false

  const more = load.seen
  const [added, meanwhile] = await Promise.all([
    run(archive, `INSERT INTO ${table} SELECT ${columns} FROM logs.lines WHERE n >= ${upTo} AND n < ${more}`),
    rowsIn(archive, table),
  ])
  assert.ok(meanwhile === upTo || meanwhile === more, `${table}: ${meanwhile}, neither ${upTo} nor ${more}`)
  const after = await rowsIn(archive, table)
  assert.ok(
    possible<number | undefined>(added, upTo, more).includes(after),
    `${table}: ${after}, not ${more}, ${added.reason}`,
  )
  load.made.set(table, after)
  return made.state === 'SUCCEEDED' && added.state === 'SUCCEEDED'
}

/** Files of an answer: all of them or none. */
const unload: Question = async (load) => {
  const { archive, seen } = load
  const prefix = `unloaded/${load.next++}/`
  const ended = await run(
    archive,
    `UNLOAD (SELECT n FROM logs.lines WHERE n < ${seen}) TO 's3://files/${prefix}' WITH (format = 'TEXTFILE', compression = 'NONE')`,
  )
  let lines = 0
  for (const key of await archive.keys('files', prefix))
    lines += (await text(archive, `s3://files/${key}`)).split('\n').length - 1
  assert.ok(possible(ended, 0, seen).includes(lines), `${lines} of ${seen}: ${ended.state} ${ended.reason}`)
  return ended.state === 'SUCCEEDED'
}

/** Ends only when it is stopped. */
const ENDLESS = `SELECT count(*) FROM ${Array.from({ length: 6 }, (_, index) => `logs.lines t${index}`).join(', ')} WHERE t0.n + t5.n < 0`
const stopped: Question = async ({ archive, random }) => {
  const id = await archive.start(ENDLESS)
  await delay(random() * 1500)
  await archive.stop(id)
  const ended = await archive.ended(id)
  if (wasKilled(ended)) return false
  assert.equal(ended.state, 'CANCELLED', ended.reason)
  return true
}

/** A table that a crawler gives partitions: each has its rows, and there are never fewer. */
const CRAWLED_ROWS = 50
const crawled: Question = async (load) => {
  const { archive, crawled: before } = load
  const rows = await archive.rows('SELECT dt, count(*), sum(v) FROM crawled.grown GROUP BY dt')
  if (rows === undefined) return false
  for (const [dt, ...sums] of rows)
    assert.deepEqual(sums.map(Number), [CRAWLED_ROWS, sumTo(CRAWLED_ROWS)], dt)
  assert.ok(rows.length >= before)
  load.crawled = Math.max(load.crawled, rows.length)
  return true
}

export interface Crawled {
  Crawler: { State: string; LastCrawl?: { Status: string; ErrorMessage?: string } }
}

export async function crawlerOf(archive: Archive): Promise<Crawled> {
  return (await archive.ask(() => archive.glue.call('GetCrawler', { Name: 'crawler' }))) as unknown as Crawled
}

/** By kind; so many of fifty clients ask it. */
export const QUESTIONS = {
  count: { ask: count, clients: 14 },
  pages: { ask: pages, clients: 8 },
  external: { ask: external, clients: 8 },
  write: { ask: write, clients: 10 },
  unload: { ask: unload, clients: 3 },
  stopped: { ask: stopped, clients: 3 },
  crawled: { ask: crawled, clients: 4 },
}

/** A further partition for the crawler to find. */
export async function addPartition(load: Load): Promise<void> {
  const lines = Array.from({ length: CRAWLED_ROWS }, (_, v) => JSON.stringify({ v }))
  const day = String(load.partitions++).padStart(5, '0')
  await put(load.archive, `grown/dt=${day}/rows.json`, Buffer.from(`${lines.join('\n')}\n`))
}

/** Those that were made are as they were. */
export async function checkMade({ archive, made }: Load): Promise<void> {
  for (const [table, rows] of made) assert.equal(await rowsIn(archive, table), rows, table)
}

/** What there may be afterwards. */
function possible<T>(ended: Ended, before: T, after: T): T[] {
  if (wasInterrupted(ended)) return [before, after]
  return ended.state === 'SUCCEEDED' ? [after] : [before]
}

/** Undefined: there is no such table. That they are the right ones, their sum says. */
async function rowsIn(archive: Archive, table: string): Promise<number | undefined> {
  for (;;) {
    const id = await archive.start(`SELECT count(*), coalesce(sum(n), 0), coalesce(sum(p), 0) FROM ${table}`)
    const ended = await archive.ended(id)
    if (ended.state === 'SUCCEEDED') {
      const [, [rows, sum] = []] = await archive.pages(id)
      assert.equal(Number(sum), sumTo(Number(rows)), table)
      return Number(rows)
    }
    if (ended.reason.startsWith('TABLE_NOT_FOUND')) return undefined
    assert.ok(wasKilled(ended), `${table}: ${ended.reason}`)
  }
}

async function run(archive: Archive, sql: string): Promise<Ended> {
  const ended = await archive.ended(await archive.start(sql))
  assert.ok(ended.state === 'SUCCEEDED' || wasKilled(ended), `${sql}: ${ended.state} ${ended.reason}`)
  return ended
}

async function ddl(archive: Archive, sql: string): Promise<void> {
  while ((await run(archive, sql)).state !== 'SUCCEEDED');
}

async function put(archive: Archive, Key: string, Body: Buffer): Promise<void> {
  await archive.ask(({ s3 }) => s3.send(new PutObjectCommand({ Bucket: 'files', Key, Body })))
}

async function text(archive: Archive, uri: string): Promise<string> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri)!
  return archive.ask(async ({ s3 }) => {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    return body!.transformToString()
  })
}

/** 0 + 1 + … + (count - 1) */
function sumTo(count: number): number {
  return (count * (count - 1)) / 2
}

function pickOf({ random }: Load, choices: string[]): string {
  return choices[Math.floor(random() * choices.length)]!
}
