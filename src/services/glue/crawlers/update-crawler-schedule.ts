import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { crawlerNamed, savedCrawler, saveCrawler } from './crawler-definition.ts'
import { withoutEmptySchedule } from './create-crawler.ts'
import { parseSchedule } from './schedule.ts'

export const updateCrawlerSchedule: Operation<GlueContext, { CrawlerName: string; Schedule?: string }> = {
  name: 'UpdateCrawlerSchedule',
  roles: ['admin'],
  input: INPUTS.UpdateCrawlerSchedule,
  handle: (context, { CrawlerName: name, Schedule: schedule = '' }) => {
    const saved = savedCrawler(crawlerNamed(context, name))
    if (schedule !== '') parseSchedule(schedule)
    saveCrawler(context, {
      ...saved,
      input: withoutEmptySchedule({ ...saved.input, Schedule: schedule }),
      version: saved.version + 1,
      changedMs: context.nowMs(),
      isScheduled: schedule !== '',
    })
    return {}
  },
}
