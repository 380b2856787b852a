/** One crawl: lists what a crawler's targets hold, looks into some of it, makes tables of it, and writes those down. */
import picomatch from 'picomatch'
import { HozonError } from '../../../base/errors.ts'
import { parseS3Location, printS3Location, type S3Location } from '../../../base/s3-location.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import type { Store } from '../../../store/store.ts'
import type { Sys } from '../../../sys/sys.ts'
import { customClassifiers } from '../classifiers/custom-classifiers.ts'
import type { TableInput } from '../inputs.ts'
import { applyCrawl, type CrawlCounts, type CrawlPolicy } from './apply-crawl.ts'
import { readConfiguration, type CrawlerConfiguration } from './configuration.ts'
import type { CrawlerInput } from './crawler-definition.ts'
import { folderTree, type Folder } from './folder-tree.ts'
import { groupFolders } from './group-folders.ts'
import { lookIntoFiles } from './look-into-files.ts'
import { crawledTable, type CrawledTable } from './table-input.ts'

export interface CrawlDependencies {
  sys: Pick<Sys, 'clock' | 'files' | 'processes' | 'random'>
  catalog: Pick<Catalog, 'glue' | 'table'>
  store: Pick<Store, 'list' | 'head' | 'localPath' | 'getFile'>
  /** An existing folder. */
  scratch: string
}

export interface Crawled {
  counts: CrawlCounts
  /** Files that were looked into. */
  files: number
  unknown: { key: string; reason: string }[]
}

/** Of one folder. A crawler may say another number. */
const SAMPLES_MAX = 10

/** Rejects with the reason why the crawl failed. Aborted: nothing was written. */
export async function crawl(
  dependencies: CrawlDependencies,
  input: CrawlerInput,
  { crawlId, signal }: { crawlId: string; signal: AbortSignal },
): Promise<Crawled> {
  const { catalog, sys } = dependencies
  const configuration = readConfiguration(input.Configuration)
  const found: { tables: CrawledTable[]; files: number; unknown: Crawled['unknown'] } = {
    tables: [],
    files: 0,
    unknown: [],
  }
  const targets = targetsOf(catalog, input)
  for (const target of targets) {
    const result = await crawlTarget(dependencies, { input, configuration, target, crawlId, signal })
    found.tables.push(...result.tables)
    found.files += result.files
    found.unknown.push(...result.unknown)
  }
  signal.throwIfAborted()
  const isOfTables = (input.Targets?.CatalogTargets ?? []).length > 0
  const policy = policyOf(input, configuration)
  const database = isOfTables ? '' : databaseOf(catalog, policy.database)
  const roots = isOfTables ? [] : targets.map(printS3Location)
  const counts = isOfTables
    ? applyToTables(catalog, { policy, targets, tables: found.tables, nowMs: sys.clock.now() })
    : applyCrawl(
        catalog,
        { ...policy, database },
        { tables: unique(found.tables), roots, nowMs: sys.clock.now() },
      )
  return { counts, files: found.files, unknown: found.unknown }
}

interface Target extends S3Location {
  exclusions: readonly string[]
  samplesMax: number
  /** A table's location: that is the table. */
  database?: string
}

function targetsOf(catalog: CrawlDependencies['catalog'], { Targets = {} }: CrawlerInput): Target[] {
  const ofS3 = (Targets.S3Targets ?? []).map(
    ({ Path: path = '', Exclusions: exclusions = [], SampleSize: samplesMax = SAMPLES_MAX }) => ({
      ...placeOf(path),
      exclusions,
      samplesMax,
    }),
  )
  const ofTables = (Targets.CatalogTargets ?? []).flatMap(({ DatabaseName: database, Tables: names }) =>
    names.map((name) => ({
      ...placeOf(locationOfTable(catalog, database, name)),
      exclusions: [],
      samplesMax: SAMPLES_MAX,
      database: database.toLowerCase(),
    })),
  )
  return [...ofS3, ...ofTables]
}

function placeOf(path: string): S3Location {
  const place = parseS3Location(path)
  if (place === undefined) throw crawlError(`${path} is no path of S3`)
  return place
}

function locationOfTable({ glue }: CrawlDependencies['catalog'], database: string, name: string): string {
  const table = glue.table(database.toLowerCase(), name.toLowerCase())
  const location =
    table === undefined ? undefined : (JSON.parse(table.definition) as TableInput).StorageDescriptor?.Location
  if (location === undefined || location === '')
    throw crawlError(`table ${database}.${name} is not there, or has no location`)
  return location
}

async function crawlTarget(
  dependencies: CrawlDependencies,
  {
    input,
    configuration,
    target,
    crawlId,
    signal,
  }: {
    input: CrawlerInput
    configuration: CrawlerConfiguration
    target: Target
    crawlId: string
    signal: AbortSignal
  },
): Promise<{ tables: CrawledTable[]; files: number; unknown: Crawled['unknown'] }> {
  const { catalog } = dependencies
  const { bucket, prefix } = target
  const root = await listTarget(dependencies, target, signal)
  const classifiers = customClassifiers(catalog, input.Classifiers ?? [])
  const looked = await lookIntoFiles(root, { ...dependencies, bucket, classifiers, signal })
  const isTable = target.database !== undefined
  const groups = groupFolders(root, {
    combinesCompatible: configuration.combinesCompatible || isTable,
    tableDepth: isTable ? 0 : tableDepth(configuration, prefix),
  })
  const names = { bucket, prefix, crawler: input.Name, crawlId }
  const tables = groups.flatMap((group) => crawledTable(group, names, configuration.inheritsFromTable) ?? [])
  return { tables, ...looked }
}

async function listTarget(
  { store }: CrawlDependencies,
  target: Target,
  signal: AbortSignal,
): Promise<Folder> {
  const { bucket, prefix, exclusions, samplesMax } = target
  const isExcluded = exclusions.length === 0 ? () => false : picomatch([...exclusions], { dot: true })
  const root = await folderTree(store, { bucket, prefix, isExcluded, samplesMax, signal })
  const key = prefix.slice(0, -1)
  if (root.files > 0 || root.folders.size > 0 || key === '') return root
  // A path may also be that of a file.
  const head = await store.head(bucket, key)
  if (head === undefined) return root
  return {
    ...root,
    files: 1,
    bytes: head.bytes,
    samples: [{ key, bytes: head.bytes, isLookedAt: false, schema: undefined }],
  }
}

/** Levels count from the bucket, which is 1. */
function tableDepth({ tableLevel }: CrawlerConfiguration, prefix: string): number | undefined {
  return tableLevel === undefined ? undefined : Math.max(tableLevel - 1 - (prefix.split('/').length - 1), 0)
}

function policyOf(input: CrawlerInput, { mergesNewColumns }: CrawlerConfiguration): CrawlPolicy {
  const { UpdateBehavior = 'UPDATE_IN_DATABASE', DeleteBehavior = 'DEPRECATE_IN_DATABASE' } =
    input.SchemaChangePolicy ?? {}
  return {
    crawler: input.Name,
    database: (input.DatabaseName ?? '').toLowerCase(),
    tablePrefix: input.TablePrefix ?? '',
    updates: UpdateBehavior as CrawlPolicy['updates'],
    deletes: DeleteBehavior as CrawlPolicy['deletes'],
    mergesNewColumns,
  }
}

/** As AWS's, a crawler makes the database that is missing. */
function databaseOf({ glue }: CrawlDependencies['catalog'], name: string): string {
  if (name === '') throw crawlError('the crawler has no DatabaseName')
  glue.createDatabase(name, JSON.stringify({ Name: name }))
  return name
}

/** The last of those that two targets share. */
function unique(tables: readonly CrawledTable[]): CrawledTable[] {
  return [...new Map(tables.map((table) => [table.input.StorageDescriptor?.Location, table])).values()]
}

/** Each table by itself: those of other databases may have the same files. */
function applyToTables(
  catalog: CrawlDependencies['catalog'],
  {
    policy,
    targets,
    tables,
    nowMs,
  }: { policy: CrawlPolicy; targets: readonly Target[]; tables: readonly CrawledTable[]; nowMs: number },
): CrawlCounts {
  const all = targets.map(({ bucket, prefix, database = '' }) => {
    const found = tables.filter(
      ({ input }) => input.StorageDescriptor?.Location === `s3://${bucket}/${prefix}`,
    )
    return applyCrawl(
      catalog,
      { ...policy, database, deletes: 'LOG' },
      { tables: found.slice(0, 1), roots: [], nowMs },
    )
  })
  return all.reduce((sum, counts) => ({
    tablesCreated: sum.tablesCreated + counts.tablesCreated,
    tablesUpdated: sum.tablesUpdated + counts.tablesUpdated,
    tablesDeleted: sum.tablesDeleted + counts.tablesDeleted,
    partitionsCreated: sum.partitionsCreated + counts.partitionsCreated,
    partitionsUpdated: sum.partitionsUpdated + counts.partitionsUpdated,
    partitionsDeleted: sum.partitionsDeleted + counts.partitionsDeleted,
  }))
}

function crawlError(message: string): HozonError {
  return new HozonError('HOZON_CRAWL_FAILED', message, { op: 'crawl' })
}
