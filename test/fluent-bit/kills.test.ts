/**
 * Fluent Bit follows a real log while Hozon is killed again and again: nothing is lost. Fluent Bit sends a chunk again
 * when it got no answer, under a new signature, so some lines may come twice; how many is told.
 */
import assert from 'node:assert/strict'
import { appendFileSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { Endpoint, INGEST_KEY } from '../clients/endpoint.ts'
import { eventually } from '../hozon-process.ts'
import { copyExample, exampleFile } from './example.ts'
import { startFluentBit, type FluentBit } from './fluent-bit.ts'
import { compare, realLines, type Arrival } from './real-lines.ts'

const KILLS = 6
const LINES_PER_WRITE = 37
const PAUSE_MS = 170
const PAUSE_OF_QUERIES_MS = 500
/** Fluent Bit waits up to half a minute for its next try. */
const HANG = { timeout: 300_000 }
const LINES = realLines('cloudtrail.ndjson.gz')
const IDS = LINES.map(eventId)

/** The example's stream, but delivered often, as lines that this test reads without Hozon. */
const PIPELINE = exampleFile('hozon.yaml').replace(
  /deliver:\n.*buffer:.*\n/,
  'deliver: { format: json, compression: gzip, buffer: { interval: 2s } }\n',
)

for (const file of ['fluent-bit.conf', 'fluent-bit.yaml'] as const)
  test(`nothing is lost while Hozon is killed (${file})`, HANG, async (t) => {
    assert.match(PIPELINE, /interval: 2s/)
    const endpoint = await Endpoint.start(PIPELINE)
    const sender = new Sender(endpoint, file)
    try {
      await endpoint.addKey('ingest', INGEST_KEY)
      await sender.start()
      await Promise.all([sender.writeLog(), killAgainAndAgain(endpoint, sender)])
      const inSql = await everyLineInSql(endpoint)
      assert.deepEqual({ lost: inSql.lost, strange: inSql.strange }, { lost: [], strange: [] })
      await endpoint.world.flush()
      assert.deepEqual(compare(IDS, deliveredLines(endpoint).map(eventId)), inSql)
      t.diagnostic(`${LINES.length} lines, ${KILLS} kills, ${inSql.duplicates} came a second time`)
      const audit = await endpoint.world.run('audit')
      assert.equal(audit.code, 0, audit.stdout + audit.stderr)
    } catch (error) {
      sayWhatHappened(t, sender)
      throw error
    } finally {
      await sender.stop()
      await endpoint.end()
    }
  })

/** Fluent Bit with the example's configuration, and the program whose log it follows. */
class Sender {
  output = ''
  readonly #endpoint: Endpoint
  readonly #configuration: string
  readonly #log: string
  #fluentBit: FluentBit | undefined

  constructor(endpoint: Endpoint, file: 'fluent-bit.conf' | 'fluent-bit.yaml') {
    this.#endpoint = endpoint
    const { data, folder: parent } = endpoint.world
    const folder = join(parent, 'fluent-bit')
    this.#configuration = copyExample(file, { folder, data, port: this.#endpoint.port })
    this.#log = join(folder, 'logs', 'trail.log')
  }

  async start(): Promise<void> {
    const keys = { AWS_ACCESS_KEY_ID: INGEST_KEY.id, AWS_SECRET_ACCESS_KEY: INGEST_KEY.secret }
    this.#fluentBit = await startFluentBit(this.#configuration, keys)
  }

  async stop(): Promise<void> {
    await this.#fluentBit?.stop()
    this.output += this.#fluentBit?.output() ?? ''
    this.#fluentBit = undefined
  }

  async writeLog(): Promise<void> {
    for (let from = 0; from < LINES.length; from += LINES_PER_WRITE) {
      appendFileSync(this.#log, LINES.slice(from, from + LINES_PER_WRITE).join('\n') + '\n')
      await delay(PAUSE_MS)
    }
  }
}

/** Once Fluent Bit is restarted while there is nobody to send to: what it has read and not sent lies in its files. */
async function killAgainAndAgain(endpoint: Endpoint, sender: Sender): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await delay(700 + 300 * kill)
    await endpoint.world.kill()
    if (kill === 2) {
      await delay(1500)
      await sender.stop()
      await sender.start()
    }
    await endpoint.startAgain()
  }
}

async function everyLineInSql(endpoint: Endpoint): Promise<Arrival> {
  return eventually(
    async () => {
      const rows = await endpoint.world.sql('SELECT eventid FROM logs.app_logs')
      const arrival = compare(
        IDS,
        rows.map((row) => String(row['eventid'])),
      )
      return arrival.lost.length === 0 ? arrival : undefined
    },
    'all lines in SQL',
    PAUSE_OF_QUERIES_MS,
  )
}

function deliveredLines({ world }: Endpoint): string[] {
  const objects = globSync('store/logs/app-logs/**/*.gz', { cwd: world.data })
  assert.ok(objects.length > 0)
  return objects.flatMap((path) =>
    gunzipSync(readFileSync(join(world.data, path)))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== ''),
  )
}

function eventId(line: string): string {
  return String((JSON.parse(line) as { eventID: unknown }).eventID)
}

function sayWhatHappened(t: TestContext, sender: Sender): void {
  for (const line of sender.output.split('\n').slice(-100)) t.diagnostic(line)
}
