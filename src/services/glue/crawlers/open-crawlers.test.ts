import { deepEqual, equal } from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import type { Store } from '../../../store/store.ts'
import { realSys } from '../../../sys/real.ts'
import type { Clock } from '../../../sys/sys.ts'
import { openGlue, type OpenGlue } from '../testing/open-glue.ts'
import { openCrawlers, type Crawlers } from './open-crawlers.ts'

const NOON = Date.parse('2026-01-01T12:00:00Z')
const SAVED = { input: { Name: 'c', Targets: {}, DatabaseName: 'logs' }, tags: {}, version: 1, changedMs: 0 }

let glue: OpenGlue
let crawlers: Crawlers | undefined

/** Within a suite: all files of a run share what is outside of them. */
function prepare(): void {
  beforeEach(() => {
    glue = openGlue()
  })
  afterEach(async () => {
    await crawlers?.close()
    glue.close()
  })
}

function open(clock: Clock): Crawlers {
  return openCrawlers({
    sys: { ...realSys, clock },
    catalog: glue.catalog,
    store: {} as Store,
    scratch: '/nowhere',
    visibleMs: 0,
    failed: (error) => {
      throw error
    },
  })
}

const statesOf = (): unknown[] =>
  glue.catalog.glue.crawls
    .all('c')
    .map(({ definition }) => (JSON.parse(definition) as { State: string }).State)

suite('crawlers', () => {
  prepare()

  test('that were at work when the process ended have failed, and are ready', () => {
    const { resources, crawls } = glue.catalog.glue
    resources.create('crawler', 'c', JSON.stringify({ ...SAVED, isScheduled: false }))
    crawls.begin('c', JSON.stringify({ CrawlId: '1', State: 'COMPLETED', StartTime: 1 }))
    crawls.begin('c', JSON.stringify({ CrawlId: '2', State: 'RUNNING', StartTime: 2 }))
    crawlers = open(realSys.clock)
    deepEqual(statesOf(), ['FAILED', 'COMPLETED'])
    equal(crawlers.stateOf('c').state, 'READY')
    const { lastCrawl } = JSON.parse(resources.find('crawler', 'c')!.definition) as { lastCrawl: object }
    deepEqual(lastCrawl, {
      Status: 'FAILED',
      ErrorMessage: 'The server was ended while the crawler was running.',
      StartTime: 2,
    })
  })

  test('start when they are due, as long as they are scheduled', async () => {
    const input = { ...SAVED.input, Schedule: 'cron(1 12 * * ? *)' }
    const { resources } = glue.catalog.glue
    resources.create('crawler', 'c', JSON.stringify({ ...SAVED, input, isScheduled: true }))
    let now = NOON
    let wake: () => void = () => {}
    const clock: Clock = {
      now: () => now,
      monotonic: () => now,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (ms === 0) return resolve()
          wake = resolve
          signal?.addEventListener('abort', () => resolve())
        }),
    }
    const pass = async (ms: number): Promise<void> => {
      now += ms
      wake()
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    }
    crawlers = open(clock)
    await pass(30_000)
    deepEqual(statesOf(), [])
    await pass(30_000)
    deepEqual(statesOf(), ['COMPLETED'])
    await pass(30_000)
    deepEqual(statesOf(), ['COMPLETED'])
    await pass(86_400_000)
    deepEqual(statesOf(), ['COMPLETED', 'COMPLETED'])
    resources.update('crawler', 'c', JSON.stringify({ ...SAVED, input, isScheduled: false }))
    await pass(86_400_000)
    equal(statesOf().length, 2)
  })
})
