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
import { PROJECTED_MAX, projectedValue, tooMany, valuesInSteps, type ProjectedValue } from './values.ts'

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
  return [...projectInSteps(table, predicate, nowMs)].filter((partition) => partition !== undefined)
}

/** For callers that do other things between the steps, which may be many; undefined is a step that led to no partition. */
export function* projectInSteps(
  table: ProjectedTable,
  predicate: PartitionPredicate,
  nowMs: number,
): Generator<ProjectedPartition | undefined> {
  const { partitionKeys: keys, input } = table
  const names = keys.map(({ name }) => name)
  const rules = projectionRules(input.Parameters, names, nowMs)
  const template = templateOf(table)
  const lists: ProjectedValue[][] = []
  for (const [index, rule] of rules.entries()) {
    const key = keys[index]!
    const byFolder = new Map<string, ProjectedValue>()
    for (const value of valuesInSteps(rule, key, rangeOf(predicate, key.name))) {
      if (value !== undefined) byFolder.set(value.folder, value)
      yield undefined
    }
    lists.push([...byFolder.values()])
  }
  if (lists.reduce((count, list) => count * list.length, 1) > PROJECTED_MAX)
    throw tooMany(`table '${table.database}.${table.name}'`)
  // What a statement names itself leads to no place that its author is not to read as data.
  const check = rules.some(({ type }) => type === 'injected') ? notOurOwn : (location: string) => location
  for (const values of product(lists)) {
    const partition = new Map(values.map(({ value }, index) => [names[index]!, value]))
    const mayHold = mayMatch(predicate, { partition, minTimeMs: undefined, maxTimeMs: undefined })
    yield mayHold ? { values, location: check(locationOf(template, names, values)) } : undefined
  }
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

/** The last list's values change first. */
function* product(lists: ProjectedValue[][]): Generator<ProjectedValue[]> {
  const count = lists.reduce((product, list) => product * list.length, 1)
  for (let number = 0; number < count; number++) {
    let rest = number
    const values = lists.map((list) => list[0]!)
    for (let index = lists.length - 1; index >= 0; index--) {
      const list = lists[index]!
      values[index] = list[rest % list.length]!
      rest = Math.floor(rest / list.length)
    }
    yield values
  }
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
