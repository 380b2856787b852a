/**
 * Partition projection: the partitions of a table by rules instead of by a list. Only those that may hold a row that
 * matters are made; whether there is anything in their folders, the store knows.
 */
import { HozonError } from '../../../base/errors.ts'
import { NULL_FOLDER } from '../../../base/hive-folder.ts'
import { isInOwnFolder } from '../../../base/own-folder.ts'
import { parseS3Location } from '../../../base/s3-location.ts'
import { rangeOf } from '../key-range.ts'
import { mayMatch, type PartitionPredicate } from '../predicate.ts'
import type { ExternalTable } from '../../query.ts'
import { locationTemplate, projectionRules } from './rules.ts'
import { PROJECTED_MAX, projectedValue, projectedValues, tooMany, type ProjectedValue } from './values.ts'

export interface ProjectedPartition {
  values: ProjectedValue[]
  /** `s3://bucket/prefix/` */
  location: string
}

export type ProjectedTable = Pick<ExternalTable, 'database' | 'name' | 'partitionKeys' | 'input'>

export function projectPartitions(
  table: ProjectedTable,
  predicate: PartitionPredicate,
  nowMs: number,
): ProjectedPartition[] {
  const { partitionKeys: keys, input } = table
  const names = keys.map(({ name }) => name)
  const rules = projectionRules(input.Parameters, names, nowMs)
  const template = templateOf(table)
  const lists = rules.map((rule, index) => {
    const key = keys[index]!
    return projectedValues(rule, key, rangeOf(predicate, key.name))
  })
  if (lists.reduce((count, list) => count * list.length, 1) > PROJECTED_MAX)
    throw tooMany(`table '${table.database}.${table.name}'`)
  // What a statement names itself leads to no place that its author is not to read as data.
  const check = rules.some(({ type }) => type === 'injected') ? notOurOwn : (location: string) => location
  return product(lists)
    .filter((values) => {
      const partition = new Map(values.map(({ value }, index) => [names[index]!, value]))
      return mayMatch(predicate, { partition, minTimeMs: undefined, maxTimeMs: undefined })
    })
    .map((values) => ({ values, location: check(locationOf(template, names, values)) }))
}

/**
 * Where rows belong that are inserted, by the values of their keys: in the very folder in which a query looks for them. Throws for
 * values that no query would look for.
 */
export function projectedPlaces(table: ProjectedTable, nowMs: number): (values: readonly string[]) => string {
  const { partitionKeys: keys, input } = table
  const names = keys.map(({ name }) => name)
  const rules = projectionRules(input.Parameters, names, nowMs)
  const template = templateOf(table)
  return (texts) => {
    const values = keys.map((key, index) => {
      const text = texts[index] ?? NULL_FOLDER
      const value = projectedValue(rules[index]!, key, text)
      if (value === undefined) throw notProjected(key.name, text)
      return value
    })
    return locationOf(template, names, values)
  }
}

function notProjected(key: string, text: string): HozonError {
  const value = text === NULL_FOLDER ? 'NULL' : `'${text}'`
  const message = `HIVE_INVALID_PARTITION_VALUE: Invalid partition value ${value} for projected partition column: ${key}`
  const hint = `no query would find the row: projection.${key}.* says which values there are`
  return new HozonError('HOZON_SQL_FAILED', message, { op: 'project partitions', hint })
}

function notOurOwn(location: string): string {
  if (!isInOwnFolder(parseS3Location(location)?.prefix ?? '')) return location
  const message = `HIVE_INVALID_PARTITION_VALUE: '${location}' is where Hozon keeps its own objects`
  throw new HozonError('HOZON_SQL_FAILED', message, { op: 'project partitions' })
}

function product(lists: ProjectedValue[][]): ProjectedValue[][] {
  let made: ProjectedValue[][] = [[]]
  for (const list of lists) made = made.flatMap((values) => list.map((value) => [...values, value]))
  return made
}

/** With a placeholder for each key. */
function templateOf({ input, partitionKeys, name, database }: ProjectedTable): string {
  const given = locationTemplate(input.Parameters)
  if (given === undefined) {
    const location = withSlash(input.StorageDescriptor?.Location ?? '')
    return location + partitionKeys.map((key) => `${key.name}=\${${key.name}}/`).join('')
  }
  for (const key of partitionKeys) {
    if (given.toLowerCase().includes(`\${${key.name}}`)) continue
    const message = `HIVE_INVALID_METADATA: Table ${database}.${name}: Partition projection location template: ${given} is missing partition column: '${key.name}' placeholder`
    throw new HozonError('HOZON_SQL_FAILED', message, { op: 'project partitions' })
  }
  return withSlash(given)
}

function locationOf(template: string, names: string[], values: ProjectedValue[]): string {
  return template.replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => {
    const index = names.indexOf(name.toLowerCase())
    return index < 0 ? whole : values[index]!.folder
  })
}

function withSlash(location: string): string {
  return location.endsWith('/') ? location : `${location}/`
}
