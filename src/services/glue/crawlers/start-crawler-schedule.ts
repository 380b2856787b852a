import type { Operation } from '../../../aws/service.ts'
import { noSchedule, schedulerRunning } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { crawlerNamed, savedCrawler, saveCrawler } from './crawler-definition.ts'

export const startCrawlerSchedule: Operation<GlueContext, { CrawlerName: string }> = {
  name: 'StartCrawlerSchedule',
  roles: ['admin'],
  input: INPUTS.StartCrawlerSchedule,
  handle: (context, { CrawlerName: name }) => {
    const saved = savedCrawler(crawlerNamed(context, name))
    if (saved.input.Schedule === undefined) throw noSchedule(name)
    if (saved.isScheduled) throw schedulerRunning(name)
    saveCrawler(context, { ...saved, isScheduled: true })
    return {}
  },
}
