/** Fifty clients and a crawler, until they are told to stop. */
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { eventually } from '../../hozon-process.ts'
import { growFile, type GrowingFile } from './growing-file.ts'
import type { Archive } from './archive.ts'
import { addPartition, crawlerOf, newLoad, QUESTIONS, type Crawled, type Load } from './questions.ts'

const LINES_PER_SECOND = 400
const CRAWL_PAUSE_MS = 200

export type Kind = keyof typeof QUESTIONS
export const KINDS = Object.keys(QUESTIONS) as Kind[]

export interface Clients {
  load: Load
  right: Record<Kind, number>
  /** Something that they needed was killed. */
  failed: Record<Kind, number>
  crawls: { ended: number }
  /** Throws what a client has found wrong. */
  check(): void
  /** Each ends what it has begun. Resolves with the number of lines that were written. */
  end(): Promise<number>
}

export async function startClients(t: TestContext, archive: Archive, random: () => number): Promise<Clients> {
  const load = newLoad(archive, random)
  const file = growFile(`${archive.world.world.folder}/lines.log`, LINES_PER_SECOND)
  t.after(() => file.end())
  await prepare(load)
  const zeros = (): Record<Kind, number> =>
    Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>
  const clients = { load, right: zeros(), failed: zeros(), crawls: { ended: 0 } }
  const stop = new AbortController()
  t.after(() => stop.abort())
  let wrong: Error | undefined
  const found = (error: unknown): void => {
    wrong ??= error instanceof Error ? error : new Error(String(error))
    stop.abort()
  }
  const working = [crawlUntil(load, clients.crawls, stop.signal)]
  for (const kind of KINDS)
    for (let client = 0; client < QUESTIONS[kind].clients; client++)
      working.push(askUntil(clients, kind, stop.signal))
  const all = Promise.all(working.map((work) => work.catch(found)))
  const check = (): void => {
    if (wrong !== undefined) throw wrong
  }
  return { ...clients, check, end: () => endAll(stop, all, file, check) }
}

async function endAll(
  stop: AbortController,
  all: Promise<unknown>,
  file: GrowingFile,
  check: () => void,
): Promise<number> {
  stop.abort()
  await all
  const lines = await file.end()
  check()
  return lines
}

async function prepare(load: Load): Promise<void> {
  const { archive } = load
  await eventually(
    async () => ((await QUESTIONS.count.ask(load)) && load.seen > 0 ? true : undefined),
    'lines',
  )
  await archive.ask(({ s3 }) => s3.send(new CreateBucketCommand({ Bucket: 'files' })))
  await addPartition(load)
  await archive.glue.createDatabase('crawled')
  await archive.glue.call('CreateCrawler', {
    Name: 'crawler',
    Role: 'role',
    DatabaseName: 'crawled',
    Targets: { S3Targets: [{ Path: 's3://files/grown/' }] },
  })
  // What is asked of its table should be there.
  await crawl(load)
}

async function askUntil(
  { load, right, failed }: Omit<Clients, 'check' | 'end'>,
  kind: Kind,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    const isRight = await QUESTIONS[kind].ask(load)
    if (isRight) right[kind]++
    else failed[kind]++
  }
}

async function crawlUntil(load: Load, crawls: { ended: number }, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await addPartition(load)
    await crawl(load)
    crawls.ended++
    await delay(CRAWL_PAUSE_MS)
  }
}

/** To its end. */
export async function crawl({ archive }: Load): Promise<Crawled['Crawler']> {
  await archive.ask(() => archive.glue.call('StartCrawler', { Name: 'crawler' }))
  for (;;) {
    const { Crawler: crawler } = await crawlerOf(archive)
    if (crawler.State === 'READY') return crawler
    await delay(CRAWL_PAUSE_MS)
  }
}
