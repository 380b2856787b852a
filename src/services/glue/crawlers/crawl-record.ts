/** What the catalog keeps of a crawl: as ListCrawls shows it, and what GetCrawlerMetrics adds up. */
import type { Crawled } from './crawl.ts'
import type { CrawlCounts } from './apply-crawl.ts'

export type CrawlState = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'STOPPED'

export interface CrawlRecord {
  CrawlId: string
  State: CrawlState
  /** Seconds. */
  StartTime: number
  EndTime?: number
  /** JSON, as AWS writes it. */
  Summary?: string
  ErrorMessage?: string
  LogGroup: string
  LogStream: string
  MessagePrefix: string
  DPUHour: number
}

/** There are no logs in CloudWatch; clients show these names all the same. */
export const LOG_GROUP = '/aws-glue/crawlers'
/** Of an answer with very many files. */
const UNKNOWN_SHOWN_MAX = 10

export interface CrawlSummary {
  TABLE: { ADD: number; UPDATE: number; DELETE: number }
  PARTITION: { ADD: number; UPDATE: number; DELETE: number }
  /** Ours: how many files were looked into, and what was left out because nobody could tell what it is. */
  FILE: { READ: number; UNKNOWN: number; EXAMPLES: string[] }
}

export function summaryOf({ counts, files, unknown }: Crawled): string {
  const summary: CrawlSummary = {
    TABLE: { ADD: counts.tablesCreated, UPDATE: counts.tablesUpdated, DELETE: counts.tablesDeleted },
    PARTITION: {
      ADD: counts.partitionsCreated,
      UPDATE: counts.partitionsUpdated,
      DELETE: counts.partitionsDeleted,
    },
    FILE: {
      READ: files,
      UNKNOWN: unknown.length,
      EXAMPLES: unknown.slice(0, UNKNOWN_SHOWN_MAX).map(({ key, reason }) => `${key}: ${reason}`),
    },
  }
  return JSON.stringify(summary)
}

export function countsIn({
  Summary: summary,
}: CrawlRecord): Pick<CrawlCounts, 'tablesCreated' | 'tablesUpdated' | 'tablesDeleted'> {
  if (summary === undefined) return { tablesCreated: 0, tablesUpdated: 0, tablesDeleted: 0 }
  const { TABLE } = JSON.parse(summary) as CrawlSummary
  return { tablesCreated: TABLE.ADD, tablesUpdated: TABLE.UPDATE, tablesDeleted: TABLE.DELETE }
}
