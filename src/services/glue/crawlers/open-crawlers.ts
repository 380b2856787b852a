/**
 * Crawlers at work: those that are running, and those whose schedule is due. What a crawl has done is in the catalog; a
 * crawl that was cut off by the end of the process is there as failed, and its crawler is ready again.
 */
import { HozonError } from '../../../base/errors.ts'
import { lane } from '../../../deliver/lane.ts'
import { crawlerNotRunning, crawlerRunning, crawlerStopping } from '../faults.ts'
import { crawl, type CrawlDependencies } from './crawl.ts'
import { LOG_GROUP, summaryOf, type CrawlRecord } from './crawl-record.ts'
import { crawlerNamed, savedCrawler, type LastCrawl } from './crawler-definition.ts'
import { nextTime, parseSchedule } from './schedule.ts'

export interface Crawlers {
  stateOf(name: string): { state: 'READY' | 'RUNNING' | 'STOPPING'; elapsedMs: number }
  /** Throws EntityNotFoundException and CrawlerRunningException. */
  start(name: string): void
  /** Throws EntityNotFoundException, CrawlerNotRunningException and CrawlerStoppingException. */
  stop(name: string): void
  /** Stops all, and waits for them. */
  close(): Promise<void>
}

export interface CrawlersOptions extends CrawlDependencies {
  /** A crawl failed for a reason that is not its crawler's. */
  failed(error: unknown): void
  /** A crawler is RUNNING or STOPPING for at least so long: who asks for its state sees that it has begun. */
  visibleMs?: number
}

const VISIBLE_MS = 1000

/** Each has a process of its own, and reads what others deliver. The rest wait, as RUNNING. */
const CRAWLS_AT_ONCE = 2
/** Schedules have minutes; one that was changed is seen by then. */
const LOOK_AT_SCHEDULES_MS = 30_000

interface Running {
  startedMs: number
  stopping: AbortController
  ended: Promise<void>
}

export function openCrawlers(options: CrawlersOptions): Crawlers {
  const { sys, catalog } = options
  const running = new Map<string, Running>()
  const turns = lane(CRAWLS_AT_ONCE)
  const closing = new AbortController()
  failUnfinished(options)

  const start = (name: string): void => {
    crawlerNamed(options, name)
    if (running.has(name)) throw crawlerRunning(name)
    const stopping = new AbortController()
    const startedMs = sys.clock.now()
    const visible = sys.clock.sleep(options.visibleMs ?? VISIBLE_MS, closing.signal)
    const ended = Promise.resolve()
      .then(() => runCrawler(options, { name, startedMs, stopping: stopping.signal, visible, turns }))
      .finally(() => running.delete(name))
    running.set(name, { startedMs, stopping, ended })
  }
  const schedules = runSchedules(options, start, closing.signal)
  return {
    start,
    stateOf(name) {
      const crawling = running.get(name)
      if (crawling === undefined) return { state: 'READY', elapsedMs: 0 }
      const state = crawling.stopping.signal.aborted ? 'STOPPING' : 'RUNNING'
      return { state, elapsedMs: sys.clock.now() - crawling.startedMs }
    },
    stop(name) {
      crawlerNamed({ catalog }, name)
      const crawling = running.get(name)
      if (crawling === undefined) throw crawlerNotRunning(name)
      if (crawling.stopping.signal.aborted) throw crawlerStopping(name)
      crawling.stopping.abort()
    },
    async close() {
      closing.abort()
      for (const { stopping } of running.values()) stopping.abort()
      await Promise.all([schedules, ...[...running.values()].map(({ ended }) => ended)])
    },
  }
}

/** Never rejects. */
async function runCrawler(
  options: CrawlersOptions,
  {
    name,
    startedMs,
    stopping,
    visible,
    turns,
  }: {
    name: string
    startedMs: number
    stopping: AbortSignal
    visible: Promise<void>
    turns: ReturnType<typeof lane>
  },
): Promise<void> {
  const { sys, catalog } = options
  const CrawlId = uuid(sys.random.bytes(16))
  const record: CrawlRecord = {
    CrawlId,
    State: 'RUNNING',
    StartTime: startedMs / 1000,
    LogGroup: LOG_GROUP,
    LogStream: name,
    MessagePrefix: CrawlId,
    DPUHour: 0,
  }
  try {
    const id = catalog.glue.crawls.begin(name, JSON.stringify(record))
    const outcome = await turns(() => outcomeOf(options, { name, crawlId: CrawlId, stopping }))
    await visible
    const ended = { ...record, ...outcome, EndTime: sys.clock.now() / 1000 }
    catalog.glue.atOnce(() => {
      catalog.glue.crawls.update(id, JSON.stringify(ended))
      saveLastCrawl(options, name, ended)
    })
  } catch (error) {
    // The catalog itself: the crawler is ready again, and what it did is done.
    options.failed(error)
  }
}

async function outcomeOf(
  options: CrawlersOptions,
  { name, crawlId, stopping }: { name: string; crawlId: string; stopping: AbortSignal },
): Promise<Pick<CrawlRecord, 'State' | 'Summary' | 'ErrorMessage'>> {
  try {
    const { input } = savedCrawler(crawlerNamed(options, name))
    const crawled = await crawl(options, input, { crawlId, signal: stopping })
    return { State: 'COMPLETED', Summary: summaryOf(crawled) }
  } catch (error) {
    if (stopping.aborted) return { State: 'STOPPED' }
    if (!(error instanceof HozonError)) options.failed(error)
    return { State: 'FAILED', ErrorMessage: error instanceof Error ? error.message : String(error) }
  }
}

const STATUS: Record<CrawlRecord['State'], LastCrawl['Status']> = {
  COMPLETED: 'SUCCEEDED',
  FAILED: 'FAILED',
  STOPPED: 'CANCELLED',
  RUNNING: 'FAILED',
}

function saveLastCrawl({ catalog }: CrawlersOptions, name: string, record: CrawlRecord): void {
  const found = catalog.glue.resources.find('crawler', name)
  if (found === undefined) return
  const { StartTime, LogGroup, LogStream, MessagePrefix, ErrorMessage } = record
  const lastCrawl: LastCrawl = {
    Status: STATUS[record.State],
    ...(ErrorMessage === undefined ? {} : { ErrorMessage }),
    StartTime,
    LogGroup,
    LogStream,
    MessagePrefix,
  }
  catalog.glue.resources.update('crawler', name, JSON.stringify({ ...savedCrawler(found), lastCrawl }))
}

/** What was running when the process ended. */
function failUnfinished(options: CrawlersOptions): void {
  const { glue } = options.catalog
  for (const { name } of glue.resources.all('crawler'))
    for (const { id, definition } of glue.crawls.all(name)) {
      const record = JSON.parse(definition) as CrawlRecord
      if (record.State !== 'RUNNING') continue
      const ended: CrawlRecord = {
        ...record,
        State: 'FAILED',
        ErrorMessage: 'The server was ended while the crawler was running.',
        EndTime: options.sys.clock.now() / 1000,
      }
      glue.crawls.update(id, JSON.stringify(ended))
      saveLastCrawl(options, name, ended)
    }
}

/** Starts what has become due since it looked last. */
async function runSchedules(
  options: CrawlersOptions,
  start: (name: string) => void,
  closing: AbortSignal,
): Promise<void> {
  const { sys, catalog } = options
  let lookedMs = sys.clock.now()
  while (!closing.aborted) {
    await sys.clock.sleep(LOOK_AT_SCHEDULES_MS, closing)
    if (closing.aborted) return
    const nowMs = sys.clock.now()
    try {
      for (const { name, definition } of catalog.glue.resources.all('crawler'))
        if (isDue(savedCrawler({ definition }), lookedMs, nowMs)) startIfReady(name, start)
    } catch (error) {
      options.failed(error)
    }
    lookedMs = nowMs
  }
}

function isDue(
  { input, isScheduled }: ReturnType<typeof savedCrawler>,
  afterMs: number,
  throughMs: number,
): boolean {
  if (!isScheduled || input.Schedule === undefined) return false
  const next = nextTime(parseSchedule(input.Schedule), afterMs)
  return next !== undefined && next <= throughMs
}

function startIfReady(name: string, start: (name: string) => void): void {
  try {
    start(name)
  } catch (error) {
    // It is still at work: what it would find now it finds the next time.
    if ((error as Error).name !== 'CrawlerRunningException') throw error
  }
}

/** Version 4: a random one. */
function uuid(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
