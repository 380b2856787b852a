import type { Operation } from '../../../aws/service.ts'
import { crawlsNotFound, invalidInput } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import type { PageInput } from '../inputs.ts'
import { newestFirst, pageOf } from '../paging.ts'
import { INPUTS } from '../shapes.ts'
import type { CrawlRecord } from './crawl-record.ts'

interface Filter {
  FieldName?: 'CRAWL_ID' | 'STATE' | 'START_TIME' | 'END_TIME' | 'DPU_HOUR'
  FilterOperator?: 'GT' | 'GE' | 'LT' | 'LE' | 'EQ' | 'NE'
  FieldValue?: string
}

/** Newest first. */
export const listCrawls: Operation<GlueContext, PageInput & { CrawlerName: string; Filters?: Filter[] }> = {
  name: 'ListCrawls',
  roles: ['read', 'admin'],
  input: INPUTS.ListCrawls,
  handle: ({ catalog }, input) => {
    const { CrawlerName: name, Filters: filters = [] } = input
    if (catalog.glue.resources.find('crawler', name) === undefined) throw crawlsNotFound(name)
    const tests = filters.map(testOf)
    const records = catalog.glue.crawls
      .all(name)
      .map(({ id, definition }) => ({ id, record: JSON.parse(definition) as CrawlRecord }))
      .filter(({ record }) => tests.every((test) => test(record)))
    const { items, ...more } = pageOf(records, input, ({ id }) => newestFirst(id))
    return { Crawls: items.map(({ record }) => record), ...more }
  },
}

const FIELDS: Record<
  NonNullable<Filter['FieldName']>,
  (record: CrawlRecord) => string | number | undefined
> = {
  CRAWL_ID: ({ CrawlId }) => CrawlId,
  STATE: ({ State }) => State,
  START_TIME: ({ StartTime }) => StartTime,
  END_TIME: ({ EndTime }) => EndTime,
  DPU_HOUR: ({ DPUHour }) => DPUHour,
}

const HOLDS: Record<
  NonNullable<Filter['FilterOperator']>,
  (a: string | number, b: string | number) => boolean
> = {
  EQ: (a, b) => a === b,
  NE: (a, b) => a !== b,
  LT: (a, b) => a < b,
  LE: (a, b) => a <= b,
  GT: (a, b) => a > b,
  GE: (a, b) => a >= b,
}

function testOf({
  FieldName: field,
  FilterOperator: operator,
  FieldValue: value,
}: Filter): (record: CrawlRecord) => boolean {
  if (field === undefined || operator === undefined || value === undefined)
    throw invalidInput(
      `Invalid Filter Provided: FieldName: ${field ?? 'null'}, FilterOperator: ${operator ?? 'null'}, FieldValue: ${value ?? 'null'}`,
    )
  const isText = field === 'CRAWL_ID' || field === 'STATE'
  if (isText && operator !== 'EQ' && operator !== 'NE')
    throw invalidInput(`Only EQ or NE operator is allowed for field : ${field}`)
  const wanted = isText ? value : field === 'DPU_HOUR' ? Number(value) : secondsOf(value)
  if (Number.isNaN(wanted)) throw invalidInput(`Invalid Filter Provided: ${value} is no value of ${field}`)
  return (record) => {
    const have = FIELDS[field](record)
    return have !== undefined && HOLDS[operator](have, wanted)
  }
}

/** `2026-01-01T00:00:00Z`, where UTC is meant if nothing is said, or epoch milliseconds. */
function secondsOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) / 1000
  const zoned = /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`
  return Date.parse(zoned) / 1000
}
