import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { PageInput } from '../inputs.ts'
import { pageOf } from '../paging.ts'
import type { Tags } from '../../data-catalog/saved-database.ts'
import { INPUTS } from '../shapes.ts'
import { savedCrawler } from './crawler-definition.ts'

/** With tags: those that have all of them. */
export const listCrawlers: Operation<GlueContext, PageInput & { Tags?: Tags }> = {
  name: 'ListCrawlers',
  roles: ['read', 'admin'],
  input: INPUTS.ListCrawlers,
  handle: ({ catalog }, input) => {
    const wanted = Object.entries(input.Tags ?? {})
    const crawlers = catalog.glue.resources.all('crawler').filter((crawler) => {
      if (wanted.length === 0) return true
      const { tags } = savedCrawler(crawler)
      return wanted.every(([key, value]) => tags[key] === value)
    })
    const { items, ...more } = pageOf(crawlers, input, ({ name }) => name)
    return { CrawlerNames: items.map(({ name }) => name), ...more }
  },
}
