import type { Operation } from '../../../aws/service.ts'
import { crawlerRunning } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { checkCrawler } from './configuration.ts'
import { crawlerNamed, savedCrawler, saveCrawler, type CrawlerInput } from './crawler-definition.ts'
import { withoutEmptySchedule } from './create-crawler.ts'

/** What is not given stays. */
export const updateCrawler: Operation<GlueContext, CrawlerInput> = {
  name: 'UpdateCrawler',
  roles: ['admin'],
  input: INPUTS.UpdateCrawler,
  handle: (context, changes) => {
    const saved = savedCrawler(crawlerNamed(context, changes.Name))
    if (context.crawlers.stateOf(changes.Name).state !== 'READY') throw crawlerRunning(changes.Name)
    const input = { ...saved.input, ...changes }
    checkCrawler(input)
    const isScheduled = changes.Schedule === undefined ? saved.isScheduled : changes.Schedule !== ''
    saveCrawler(context, {
      ...saved,
      input: withoutEmptySchedule(input),
      version: saved.version + 1,
      changedMs: context.nowMs(),
      isScheduled,
    })
    return {}
  },
}
