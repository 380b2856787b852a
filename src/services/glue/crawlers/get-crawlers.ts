import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { PageInput } from '../inputs.ts'
import { pageOf } from '../paging.ts'
import { INPUTS } from '../shapes.ts'
import { crawlerOutput } from './crawler-definition.ts'

export const getCrawlers: Operation<GlueContext, PageInput> = {
  name: 'GetCrawlers',
  roles: ['read', 'admin'],
  input: INPUTS.GetCrawlers,
  handle: (context, input) => {
    const all = context.catalog.glue.resources.all('crawler')
    const { items, ...more } = pageOf(all, input, ({ name }) => name)
    return { Crawlers: items.map((crawler) => crawlerOutput(context, crawler)), ...more }
  },
}
