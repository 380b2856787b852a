/** What the catalog keeps of a crawler, and what the API shows of it. */
import { ACCOUNT_ID } from '../../../aws/service.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import type { GlueResource } from '../../../catalog/glue.ts'
import { crawlerNotFound } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import type { Tags } from '../../data-catalog/saved-database.ts'

export interface S3Target {
  Path?: string
  Exclusions?: string[]
  SampleSize?: number
}

export interface CatalogTarget {
  DatabaseName: string
  Tables: string[]
}

export interface CrawlerTargets {
  S3Targets?: S3Target[]
  CatalogTargets?: CatalogTarget[]
}

export interface CrawlerInput {
  Name: string
  Role?: string
  DatabaseName?: string
  Description?: string
  Targets?: CrawlerTargets
  /** `cron(15 12 * * ? *)` */
  Schedule?: string
  Classifiers?: string[]
  TablePrefix?: string
  SchemaChangePolicy?: { UpdateBehavior?: string; DeleteBehavior?: string }
  RecrawlPolicy?: { RecrawlBehavior?: string }
  LineageConfiguration?: object
  LakeFormationConfiguration?: object
  /** JSON. */
  Configuration?: string
  CrawlerSecurityConfiguration?: string
}

export interface LastCrawl {
  Status: 'SUCCEEDED' | 'CANCELLED' | 'FAILED'
  ErrorMessage?: string
  /** Seconds. */
  StartTime: number
  LogGroup: string
  LogStream: string
  MessagePrefix: string
}

export interface SavedCrawler {
  input: CrawlerInput
  tags: Tags
  version: number
  /** Of the definition, not of crawls. */
  changedMs: number
  isScheduled: boolean
  lastCrawl?: LastCrawl
}

export function savedCrawler({ definition }: Pick<GlueResource, 'definition'>): SavedCrawler {
  return JSON.parse(definition) as SavedCrawler
}

/** Throws EntityNotFoundException. */
export function crawlerNamed({ catalog }: { catalog: Pick<Catalog, 'glue'> }, name: string): GlueResource {
  const found = catalog.glue.resources.find('crawler', name)
  if (found === undefined) throw crawlerNotFound(name)
  return found
}

/** Members that Glue fills in. */
const DEFAULTS = {
  Classifiers: [],
  RecrawlPolicy: { RecrawlBehavior: 'CRAWL_EVERYTHING' },
  SchemaChangePolicy: { UpdateBehavior: 'UPDATE_IN_DATABASE', DeleteBehavior: 'DEPRECATE_IN_DATABASE' },
  LineageConfiguration: { CrawlerLineageSettings: 'DISABLE' },
}

const NO_TARGETS = {
  S3Targets: [],
  JdbcTargets: [],
  MongoDBTargets: [],
  DynamoDBTargets: [],
  CatalogTargets: [],
}

export function crawlerOutput({ crawlers }: GlueContext, resource: GlueResource): object {
  const { input, version, changedMs, isScheduled, lastCrawl } = savedCrawler(resource)
  const { Schedule: schedule, ...members } = input
  const { state, elapsedMs } = crawlers.stateOf(resource.name)
  return {
    ...DEFAULTS,
    ...members,
    Targets: { ...NO_TARGETS, ...input.Targets },
    SchemaChangePolicy: { ...DEFAULTS.SchemaChangePolicy, ...input.SchemaChangePolicy },
    State: state,
    CrawlElapsedTime: elapsedMs,
    ...(schedule === undefined
      ? {}
      : { Schedule: { ScheduleExpression: schedule, State: isScheduled ? 'SCHEDULED' : 'NOT_SCHEDULED' } }),
    CreationTime: resource.createdMs / 1000,
    LastUpdated: changedMs / 1000,
    Version: version,
    ...(lastCrawl === undefined ? {} : { LastCrawl: lastCrawl }),
    CatalogId: ACCOUNT_ID,
  }
}

/** Of what the crawler is told, not of what it did. */
export function saveCrawler({ catalog }: Pick<GlueContext, 'catalog'>, saved: SavedCrawler): void {
  catalog.glue.resources.update('crawler', saved.input.Name, JSON.stringify(saved))
}
