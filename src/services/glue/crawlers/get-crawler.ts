import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { crawlerNamed, crawlerOutput } from './crawler-definition.ts'

export const getCrawler: Operation<GlueContext, { Name: string }> = {
  name: 'GetCrawler',
  roles: ['read', 'admin'],
  input: INPUTS.GetCrawler,
  handle: (context, { Name: name }) => ({ Crawler: crawlerOutput(context, crawlerNamed(context, name)) }),
}
