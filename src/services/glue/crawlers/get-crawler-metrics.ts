import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { PageInput } from '../inputs.ts'
import { pageOf } from '../paging.ts'
import { INPUTS } from '../shapes.ts'
import { countsIn, type CrawlRecord } from './crawl-record.ts'

export const getCrawlerMetrics: Operation<GlueContext, PageInput & { CrawlerNameList?: string[] }> = {
  name: 'GetCrawlerMetrics',
  roles: ['read', 'admin'],
  input: INPUTS.GetCrawlerMetrics,
  handle: (context, input) => {
    const { CrawlerNameList: wanted = [] } = input
    const names = context.catalog.glue.resources.all('crawler').map(({ name }) => name)
    const chosen = wanted.length === 0 ? names : names.filter((name) => wanted.includes(name))
    const { items, ...more } = pageOf(chosen, input, (name) => name)
    return { CrawlerMetricsList: items.map((name) => metricsOf(context, name)), ...more }
  },
}

function metricsOf({ catalog, crawlers }: GlueContext, name: string): object {
  const records = catalog.glue.crawls.all(name).map(({ definition }) => JSON.parse(definition) as CrawlRecord)
  const seconds = records.flatMap(({ StartTime, EndTime }) =>
    EndTime === undefined ? [] : [EndTime - StartTime],
  )
  const sorted = seconds.toSorted((a, b) => a - b)
  const sum = (key: 'tablesCreated' | 'tablesUpdated' | 'tablesDeleted'): number =>
    records.reduce((total, record) => total + countsIn(record)[key], 0)
  return {
    CrawlerName: name,
    TimeLeftSeconds: 0,
    StillEstimating: crawlers.stateOf(name).state !== 'READY',
    LastRuntimeSeconds: seconds[0] ?? 0,
    MedianRuntimeSeconds: sorted[Math.floor(sorted.length / 2)] ?? 0,
    TablesCreated: sum('tablesCreated'),
    TablesUpdated: sum('tablesUpdated'),
    TablesDeleted: sum('tablesDeleted'),
  }
}
