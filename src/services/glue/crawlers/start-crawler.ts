import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'

export const startCrawler: Operation<GlueContext, { Name: string }> = {
  name: 'StartCrawler',
  roles: ['admin'],
  input: INPUTS.StartCrawler,
  handle: ({ crawlers }, { Name: name }) => {
    crawlers.start(name)
    return {}
  },
}
