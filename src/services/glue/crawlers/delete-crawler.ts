import type { Operation } from '../../../aws/service.ts'
import { crawlerRunning } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { crawlerNamed } from './crawler-definition.ts'

/** Its tables stay. */
export const deleteCrawler: Operation<GlueContext, { Name: string }> = {
  name: 'DeleteCrawler',
  roles: ['admin'],
  input: INPUTS.DeleteCrawler,
  handle: (context, { Name: name }) => {
    crawlerNamed(context, name)
    if (context.crawlers.stateOf(name).state !== 'READY') throw crawlerRunning(name)
    const { glue } = context.catalog
    glue.atOnce(() => {
      glue.crawls.deleteAll(name)
      glue.resources.delete('crawler', name)
    })
    return {}
  },
}
