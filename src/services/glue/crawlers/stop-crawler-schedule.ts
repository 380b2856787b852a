import type { Operation } from '../../../aws/service.ts'
import { schedulerNotRunning } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { crawlerNamed, savedCrawler, saveCrawler } from './crawler-definition.ts'

/** A crawl that is running goes on. */
export const stopCrawlerSchedule: Operation<GlueContext, { CrawlerName: string }> = {
  name: 'StopCrawlerSchedule',
  roles: ['admin'],
  input: INPUTS.StopCrawlerSchedule,
  handle: (context, { CrawlerName: name }) => {
    const saved = savedCrawler(crawlerNamed(context, name))
    if (!saved.isScheduled) throw schedulerNotRunning(name)
    saveCrawler(context, { ...saved, isScheduled: false })
    return {}
  },
}
