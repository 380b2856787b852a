/**
 * A million requests that are wrong in every way that we know, and right ones between them, against one real `hozon up`. Each has
 * its answer decided when it is made; what was accepted must be found at the end, once, and nothing else.
 *
 * HOZON_FUZZ_REQUESTS: how many; without it as many as fit into one minute. HOZON_TEST_SEED repeats a run's requests.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SEED } from '../crash/seeded.ts'
import { World } from '../end/world.ts'
import { eventually, type Up } from '../hozon-process.ts'
import { Chance } from './chance.ts'
import { damagedContent, shapedCase } from './contents.ts'
import { recordsIn } from './found-records.ts'
import { wrongHead } from './heads.ts'
import { QUICK, SLOW, type Connection } from './hostile-connections.ts'
import { unreadableRecord } from './hostile-records.ts'
import { Ledger } from './ledger.ts'
import { Pipe, type Case } from './pipe.ts'
import { damagedPut, rightPutCases } from './puts.ts'
import { sign, toWire } from './signed-request.ts'
import { createPlain, createProcessed, deleteStream, putProcessed, storm, streamNames } from './streams.ts'
import { descriptors, Memories, peakBytes, Probes, type Memory } from './vitals.ts'
import { LINES, MUTANTS, PLAIN, type Target } from './world.ts'

const MIB = 1024 * 1024
const GIVEN = process.env['HOZON_FUZZ_REQUESTS']
const REQUESTS = Number(GIVEN ?? 1_000_000)
const LIMIT_MS = GIVEN === undefined ? 60_000 : Infinity
const PIPES = 4
const UNDER_WAY = 16
/** Before memory is measured first: code is compiled and caches are filled. */
const WARM_UP = 5000
const IDS_PER_QUERY = 100_000

/** What a million requests may leave behind: RecordIds of the last ones, statistics of streams. */
const HEAP_GROWTH_MAX = 48 * MIB
const EXTERNAL_GROWTH_MAX = 48 * MIB
const PEAK_MAX = 2048 * MIB

const PIPELINE = `version: 1
streams:
  ${LINES}:
    deliver: {bucket: fuzz-lines, prefix: lines/, errorPrefix: errors/, buffer: {size: 32MiB, interval: 20s}}
    table: fuzz.lines
`

const world = new World()
let probes: Probes | undefined
let memories: Memories | undefined
after(async () => {
  probes?.stop()
  memories?.close()
  await world.end()
})

/** The account of one run. */
class Campaign {
  readonly target: Target
  readonly #startMs = Date.now()
  #failure: Error | undefined
  sent = 0
  unreadable = 0
  readonly byKind = new Map<string, number>()

  constructor(target: Target) {
    this.target = target
  }

  readonly fail = (error: unknown): void => {
    this.#failure ??= error as Error
  }

  goesOn(until: number): boolean {
    if (this.#failure !== undefined) throw this.#failure
    return this.sent < until && Date.now() - this.#startMs < LIMIT_MS
  }

  count(kind: string): void {
    this.sent++
    this.byKind.set(kind, (this.byKind.get(kind) ?? 0) + 1)
  }

  /** Small requests, many under way on each of a few connections. */
  async pipelined(until: number): Promise<void> {
    const pipes = Array.from({ length: PIPES }, () => new Pipe(this.target.port, this.fail))
    const work = async (pipe: Pipe): Promise<void> => {
      while (this.goesOn(until)) {
        const cases = this.#next()
        cases.forEach(({ kind }) => this.count(kind.split(' ', 1)[0]!))
        await Promise.all(cases.map((sent) => pipe.send(sent)))
      }
    }
    await Promise.all(pipes.flatMap((pipe) => Array.from({ length: UNDER_WAY }, () => work(pipe))))
    for (const pipe of pipes) pipe.close()
  }

  #next(): Case[] {
    const { target } = this
    const number = target.chance.below(1000)
    if (number < 150) return rightPutCases(target)
    if (number < 152) return [this.#unreadable()]
    if (number < 400) return [damagedPut(target)]
    if (number < 600) return [shapedCase(target)]
    if (number < 800) return [damagedContent(target)]
    return [wrongHead(target)]
  }

  #unreadable(): Case {
    const { signer, chance } = this.target
    const record = unreadableRecord(chance)
    const content = { DeliveryStreamName: LINES, Record: { Data: record.toString('base64') } }
    const headers = [['amz-sdk-invocation-id', chance.word(32)]] as const
    const wire = toWire(
      sign(signer, { operation: 'PutRecord', body: Buffer.from(JSON.stringify(content)), headers }),
    )
    return { kind: 'unreadable record', wire, expected: ['200'], answered: () => void this.unreadable++ }
  }

  async beside(until: number, kind: string, action: () => Promise<void>): Promise<void> {
    while (this.goesOn(until)) {
      this.count(kind)
      await action().catch((error: unknown) => this.fail(error))
    }
  }

  async connections(until: number, kinds: Record<string, Connection>, pauseMs: number): Promise<void> {
    const names = Object.keys(kinds)
    for (let turn = 0; this.goesOn(until); turn++) {
      const name = names[turn % names.length]!
      this.count('connection')
      await kinds[name]!(this.target).catch((error: unknown) => {
        this.fail(new Error(`connection: ${name}`, { cause: error }))
      })
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }

  async run(until: number): Promise<void> {
    const { target } = this
    await Promise.all([
      this.pipelined(until),
      this.connections(until, QUICK, 10),
      this.connections(until, QUICK, 30),
      this.connections(until, SLOW, 500),
      ...Array.from({ length: 3 }, () => this.beside(until, 'storm', () => paced(() => storm(target), 100))),
      this.beside(until, 'processed', () => paced(() => putProcessed(target), 200)),
    ])
    this.goesOn(until)
  }
}

async function paced(action: () => Promise<void>, ms: number): Promise<void> {
  await action()
  await new Promise((resolve) => setTimeout(resolve, ms))
}

function targetOf(port: number): Target {
  const { accessKeys } = JSON.parse(readFileSync(join(world.data, 'credentials.json'), 'utf8')) as {
    accessKeys: { accessKeyId: string; secretAccessKey: string }[]
  }
  const { accessKeyId, secretAccessKey } = accessKeys[0]!
  return {
    port,
    signer: { accessKeyId, secret: secretAccessKey, host: `127.0.0.1:${port}` },
    chance: new Chance(SEED),
    ledger: new Ledger(),
    mutants: new Float64Array(256),
  }
}

async function foundLines(): Promise<number[]> {
  const [last] = await world.sql('SELECT max(id) AS id FROM fuzz.lines')
  const ids: number[] = []
  for (let from = 0; from <= Number(last?.['id'] ?? 0); from += IDS_PER_QUERY) {
    const rows = await world.sql(
      `SELECT id FROM fuzz.lines WHERE id >= ${from} AND id < ${from + IDS_PER_QUERY}`,
    )
    for (const { id } of rows) ids.push(Number(id))
  }
  return ids
}

/** How often each byte is in the objects of MUTANTS, which hold the records and nothing else. */
function mutantBytes(): number[] {
  const counts = Array.from({ length: 256 }, () => 0)
  for (const path of globSync(`${MUTANTS}/${MUTANTS}/**/*`, {
    cwd: join(world.data, 'store'),
    withFileTypes: true,
  }))
    if (path.isFile()) for (const byte of readFileSync(join(path.parentPath, path.name))) counts[byte]!++
  return counts
}

async function checkRecords({ target, unreadable }: Campaign): Promise<void> {
  const found = [...(await foundLines()), ...recordsIn(join(world.data, 'store'), 'fuzz-lines')]
  target.ledger.check(found)
  assert.deepEqual(mutantBytes(), [...target.mutants])
  const [errors] = await world.sql('SELECT count(*) AS n FROM fuzz.lines_errors')
  assert.equal(Number(errors?.['n']), unreadable, 'rejected lines')
}

/** What a run of many minutes is doing. */
function tell(text: string): void {
  console.log(`# ${new Date().toISOString().slice(11, 19)} ${text}`)
}

async function succeeds(...args: string[]): Promise<void> {
  const done = await world.run(...args)
  assert.equal(done.code, 0, `hozon ${args.join(' ')}: ${done.stdout.slice(-2000)} ${done.stderr}`)
}

/** All that clients made is gone, and with it what it took. */
async function clear(target: Target): Promise<void> {
  for (const name of await streamNames(target)) if (name !== LINES) await deleteStream(target, name)
  await eventually(async () => {
    const { stdout } = await world.run('status', '--format', 'json')
    return (JSON.parse(stdout) as { streams: unknown[] }).streams.length === 1 ? true : undefined
  }, 'deleted streams are gone')
}

/** What the log says beside the daily: bugs above all. */
function checkLog(up: Up): void {
  const events = up
    .output()
    .stderr.split('\n')
    .filter((line) => /"level":"(error|fatal)"/.test(line) || line.includes('bug, please report'))
  assert.deepEqual(events.slice(0, 5), [])
}

function show({ rssBytes, heapBytes, externalBytes }: Memory): string {
  return `rss ${Math.round(rssBytes / MIB)}, heap ${Math.round(heapBytes / MIB)}, external ${Math.round(externalBytes / MIB)} MiB`
}

test(`malformed requests, HOZON_TEST_SEED=${SEED}`, async (context) => {
  world.pipeline(PIPELINE)
  const up = await world.start({ NODE_OPTIONS: Memories.OPTIONS })
  const port = Number(/endpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(await up.ready)?.[1])
  const campaign = new Campaign(targetOf(port))
  const { target } = campaign
  memories = new Memories(up)
  probes = new Probes(port)
  for (const name of [PLAIN, MUTANTS]) await createPlain(target, name)
  await createProcessed(target)

  await campaign.run(WARM_UP)
  tell('warm')
  await clearStorms(target)
  const before = { memory: await memories.measure(), descriptors: descriptors(up.pid) }
  const startMs = Date.now()
  await campaign.run(REQUESTS)
  const seconds = (Date.now() - startMs) / 1000
  const kinds = [...campaign.byKind].map(([kind, count]) => `${kind} ${count}`).join(', ')
  context.diagnostic(
    `${campaign.sent} requests, ${Math.round((campaign.sent - WARM_UP) / seconds)} a second: ${kinds}`,
  )
  context.diagnostic(
    `${target.ledger.count('kept')} records kept, ${target.ledger.count('refused')} refused, ${target.ledger.count('open')} open`,
  )

  tell(`sent ${campaign.sent}`)
  await succeeds('flush')
  tell('flushed')
  await succeeds('audit')
  tell('audited')
  await checkRecords(campaign)
  tell('all records found')
  await clear(target)
  await eventually(
    () => (descriptors(up.pid) <= before.descriptors ? true : undefined),
    'descriptors are closed',
  )
  const now = await memories.measure()
  memories.close()
  context.diagnostic(
    `memory before: ${show(before.memory)}; after: ${show(now)}; peak ${Math.round(peakBytes(up.pid) / MIB)} MiB`,
  )
  assert.ok(now.heapBytes - before.memory.heapBytes < HEAP_GROWTH_MAX, 'the heap grew')
  assert.ok(now.externalBytes - before.memory.externalBytes < EXTERNAL_GROWTH_MAX, 'buffers are held')
  assert.ok(peakBytes(up.pid) < PEAK_MAX, 'the peak of memory')
  await probes.end()
  context.diagnostic(
    `${probes.answered} probes of /livez, the slowest after ${Math.round(probes.slowestMs)} ms`,
  )
  checkLog(up)
  // Also says that it is the process that was started.
  await world.stop()
})

/** So that what is measured first and last is alike. */
async function clearStorms(target: Target): Promise<void> {
  const kept = (name: string): boolean => name.startsWith('fuzz-')
  for (const name of await streamNames(target)) if (!kept(name)) await deleteStream(target, name)
}
