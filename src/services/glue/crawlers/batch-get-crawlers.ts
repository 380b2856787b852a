import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { crawlerOutput } from './crawler-definition.ts'

export const batchGetCrawlers: Operation<GlueContext, { CrawlerNames: string[] }> = {
  name: 'BatchGetCrawlers',
  roles: ['read', 'admin'],
  input: INPUTS.BatchGetCrawlers,
  handle: (context, { CrawlerNames: names }) => {
    const found = names.map((name) => context.catalog.glue.resources.find('crawler', name))
    return {
      Crawlers: found.flatMap((crawler) => (crawler === undefined ? [] : [crawlerOutput(context, crawler)])),
      CrawlersNotFound: names.filter((_, place) => found[place] === undefined),
    }
  },
}
