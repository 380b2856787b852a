/** What a crawler is told beside its targets: its Configuration, which is JSON, and its policies. Checked when it is made. */
import { parseS3Location } from '../../../base/s3-location.ts'
import { invalidInput } from '../faults.ts'
import type { CrawlerInput } from './crawler-definition.ts'
import { parseSchedule } from './schedule.ts'

export interface CrawlerConfiguration {
  inheritsFromTable: boolean
  mergesNewColumns: boolean
  combinesCompatible: boolean
  /** 1 is the bucket. */
  tableLevel: number | undefined
}

const VERSION = 1
/** What each key of it may be; a function takes all that it returns true for. */
const KEYS = {
  Version: (value: unknown) => value === VERSION,
  CrawlerOutput: {
    Partitions: { AddOrUpdateBehavior: ['InheritFromTable'] },
    Tables: { AddOrUpdateBehavior: ['MergeNewColumns'], TableThreshold: isCount },
  },
  Grouping: {
    TableGroupingPolicy: ['CombineCompatibleSchemas'],
    TableLevelConfiguration: isCount,
  },
  CreatePartitionIndex: (value: unknown) => typeof value === 'boolean',
  CsvClassifier: () => true,
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0
}

/** Throws InvalidInputException. */
export function readConfiguration(text: string | undefined): CrawlerConfiguration {
  const json = text === undefined || text === '' ? { Version: VERSION } : parse(text)
  check(json, KEYS, 'Configuration')
  const { CrawlerOutput: output, Grouping: grouping } = json as {
    CrawlerOutput?: {
      Partitions?: { AddOrUpdateBehavior?: string }
      Tables?: { AddOrUpdateBehavior?: string }
    }
    Grouping?: { TableGroupingPolicy?: string; TableLevelConfiguration?: number }
  }
  return {
    inheritsFromTable: output?.Partitions?.AddOrUpdateBehavior !== undefined,
    mergesNewColumns: output?.Tables?.AddOrUpdateBehavior !== undefined,
    combinesCompatible: grouping?.TableGroupingPolicy !== undefined,
    tableLevel: grouping?.TableLevelConfiguration,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalidInput('Configuration is not JSON.')
  }
}

function check(value: unknown, allowed: object, path: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidInput(`${path} of a crawler is a JSON object.`)
  for (const [key, member] of Object.entries(value)) {
    const rule = (allowed as Record<string, unknown>)[key]
    const inner = `${path}.${key}`
    if (rule === undefined) throw invalidInput(`${inner} is not a known key of a crawler's configuration.`)
    if (typeof rule === 'object' && !Array.isArray(rule)) check(member, rule!, inner)
    else if (!(Array.isArray(rule) ? rule.includes(member) : (rule as (value: unknown) => boolean)(member)))
      throw invalidInput(`${inner} has a value that is not supported.`)
  }
}

/** Kinds of targets that are not here, and why. */
const OTHER_TARGETS = [
  'JdbcTargets',
  'MongoDBTargets',
  'DynamoDBTargets',
  'DeltaTargets',
  'IcebergTargets',
  'HudiTargets',
]

/** All that can be wrong with a crawler before it runs. Throws InvalidInputException. */
export function checkCrawler(input: CrawlerInput): void {
  readConfiguration(input.Configuration)
  if (input.Schedule !== undefined && input.Schedule !== '') parseSchedule(input.Schedule)
  checkTargets(input)
  const { RecrawlBehavior: recrawl } = input.RecrawlPolicy ?? {}
  const { UpdateBehavior: updates, DeleteBehavior: deletes } = input.SchemaChangePolicy ?? {}
  if (recrawl === 'CRAWL_EVENT_MODE') throw invalidInput('Crawlers here have no events to go by.')
  if (recrawl === 'CRAWL_NEW_FOLDERS_ONLY' && (updates !== 'LOG' || deletes !== 'LOG'))
    throw invalidInput(
      'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only LOG DeleteBehavior value and LOG UpdateBehavior value.',
    )
}

function checkTargets({ Targets: targets = {}, SchemaChangePolicy: policy }: CrawlerInput): void {
  const other = OTHER_TARGETS.find((kind) => ((targets as Record<string, unknown[]>)[kind] ?? []).length > 0)
  if (other !== undefined)
    throw invalidInput(`${other} are not supported here: S3Targets and CatalogTargets are.`)
  for (const { Path: path = '' } of targets.S3Targets ?? [])
    if (parseS3Location(path) === undefined) throw invalidInput(`${path} is no path of S3.`)
  if ((targets.CatalogTargets ?? []).length === 0) return
  if ((targets.S3Targets ?? []).length > 0)
    throw invalidInput('A crawler has either catalog targets or others.')
  if (policy?.DeleteBehavior !== undefined && policy.DeleteBehavior !== 'LOG')
    throw invalidInput('The SchemaChangePolicy for catalog targets can have only LOG DeleteBehavior value.')
}
