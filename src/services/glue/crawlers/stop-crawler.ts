import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'

export const stopCrawler: Operation<GlueContext, { Name: string }> = {
  name: 'StopCrawler',
  roles: ['admin'],
  input: INPUTS.StopCrawler,
  handle: ({ crawlers }, { Name: name }) => {
    crawlers.stop(name)
    return {}
  },
}
