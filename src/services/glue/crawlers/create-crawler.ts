import type { Operation } from '../../../aws/service.ts'
import { alreadyExists } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import type { Tags } from '../../data-catalog/saved-database.ts'
import { INPUTS } from '../shapes.ts'
import { checkCrawler } from './configuration.ts'
import type { CrawlerInput, SavedCrawler } from './crawler-definition.ts'

export const createCrawler: Operation<GlueContext, CrawlerInput & { Tags?: Tags }> = {
  name: 'CreateCrawler',
  roles: ['admin'],
  input: INPUTS.CreateCrawler,
  handle: ({ catalog, nowMs }, { Tags: tags = {}, ...input }) => {
    checkCrawler(input)
    const saved: SavedCrawler = {
      input: withoutEmptySchedule(input),
      tags,
      version: 1,
      changedMs: nowMs(),
      isScheduled: (input.Schedule ?? '') !== '',
    }
    if (!catalog.glue.resources.create('crawler', input.Name, JSON.stringify(saved)))
      throw alreadyExists('Crawler')
    return {}
  },
}

/** Clients that want no schedule send an empty one. */
export function withoutEmptySchedule(input: CrawlerInput): CrawlerInput {
  const { Schedule: schedule, ...others } = input
  return schedule === undefined || schedule === '' ? others : input
}
