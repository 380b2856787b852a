/** Crawlers over a folder of a test's own. Files are looked into within the test's process. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openLocalStore } from '../../../store/local-store.ts'
import { realFiles } from '../../../sys/real-files.ts'
import { realSys } from '../../../sys/real.ts'
import type { Child, Processes } from '../../../sys/sys.ts'
import { classifyFile } from '../crawlers/classify/classify-file.ts'
import type { ClassifyJob } from '../crawlers/classify/file-schema.ts'
import { openCrawlers, type Crawlers } from '../crawlers/open-crawlers.ts'
import { openGlue, type Answer, type OpenGlue } from './open-glue.ts'

export interface OpenCrawl extends OpenGlue {
  crawlers: Crawlers
  /** Into the bucket `lake`. */
  put(files: Record<string, string | Buffer>): Promise<void>
  remove(key: string): Promise<void>
  /** Runs the crawler to its end: what became of it. */
  run(name: string): Promise<Answer>
  tables(): Promise<Answer[]>
  partitions(table: string): Promise<Answer[]>
  end(): Promise<void>
}

const inProcess: Processes = {
  ...realSys.processes,
  fork: () => {
    const child: Child = {
      pid: undefined,
      onMessage: () => {},
      onExit: () => {},
      kill: () => child.onExit(0, null),
      send(message) {
        const { id, params } = message as { id: number; params: ClassifyJob }
        void classifyFile(realFiles, params).then((result) => child.onMessage({ id, result }))
      },
    }
    return child
  },
}

export async function openCrawl(): Promise<OpenCrawl> {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-crawl-'))
  const store = await openLocalStore(realSys, join(directory, 'store'))
  await store.openBucket('lake')
  const failures: unknown[] = []
  let crawlers: Crawlers | undefined
  const glue = openGlue({
    crawlers: {
      start: (name) => crawlers!.start(name),
      stop: (name) => crawlers!.stop(name),
      stateOf: (name) => crawlers!.stateOf(name),
      close: () => crawlers!.close(),
    },
  })
  crawlers = openCrawlers({
    sys: { ...realSys, processes: inProcess },
    catalog: glue.catalog,
    store,
    scratch: directory,
    visibleMs: 0,
    failed: (error) => failures.push(error),
  })
  const crawlerOf = async (name: string): Promise<Answer> =>
    (await glue.call('GetCrawler', { Name: name }))['Crawler'] as Answer
  return {
    ...glue,
    crawlers,
    async put(files) {
      for (const [key, content] of Object.entries(files)) {
        const path = join(directory, 'upload', key)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, content)
        await store.putFile('lake', key, path, { contentType: 'text/plain', metadata: {} })
      }
    },
    remove: (key) => store.remove('lake', key),
    async run(name) {
      await glue.call('StartCrawler', { Name: name })
      while ((await crawlerOf(name))['State'] !== 'READY') await new Promise(setImmediate)
      if (failures.length > 0) throw failures[0]
      return (await crawlerOf(name))['LastCrawl'] as Answer
    },
    tables: async () => (await glue.call('GetTables', { DatabaseName: 'logs' }))['TableList'] as Answer[],
    partitions: async (TableName) =>
      (await glue.call('GetPartitions', { DatabaseName: 'logs', TableName }))['Partitions'] as Answer[],
    async end() {
      await crawlers?.close()
      await store.close()
      glue.close()
      rmSync(directory, { recursive: true })
    },
  }
}
