/**
 * Which partition each unit of a segment belongs to: one for each combination of the keys that the prefix inserts, in
 * order of appearance, up to the limit of active partitions. Units without a partition are failures.
 */
import type { FirehoseDelivery } from '../../base/firehose-delivery.ts'
import { compilePrefix, type Prefix } from '../prefix.ts'
import type { PartitionKeyValues, PrepareJob } from '../prepare.ts'
import { keyValues, pickKeys, type Keys } from './key-values.ts'
import { createPartitionQuery } from './query.ts'

export interface Partitioned {
  /** Index of the partition, or why there is none. */
  of: (number | PartitionProblem)[]
  keys: PartitionKeyValues[]
}

export interface PartitionProblem {
  code: 'DynamicPartitioning.MetadataExtractionFailed' | 'DynamicPartitioning.ActivePartitionsLimitExceeded'
  message: string
}

export interface KeyedUnit {
  data: Buffer
  /** What Lambda gave. */
  keys: Record<string, string> | undefined
}

export async function partitionUnits(
  job: PrepareJob,
  firehose: FirehoseDelivery,
  activePartitionsMax: number,
  units: readonly KeyedUnit[],
): Promise<Partitioned> {
  const prefix = compilePrefix(job.deliver.prefix, 'prefix', { dynamicPartitioning: true })
  const check = pathChecker(prefix, job)
  const fromQuery = await queryKeys(job, firehose, units)
  const result: Partitioned = { of: [], keys: [] }
  const byValues = new Map<string, number | PartitionProblem>()
  for (const [index, unit] of units.entries()) {
    const query = pickKeys(fromQuery?.[index], prefix.partitionKeys.query)
    const lambda = pickKeys(keyValues(unit.keys), prefix.partitionKeys.lambda)
    if ('problem' in query) result.of.push(extractionFailed(query.problem))
    else if ('problem' in lambda) result.of.push(extractionFailed(lambda.problem))
    else result.of.push(find({ query: query.keys, lambda: lambda.keys }))
  }
  return result

  function find(keys: PartitionKeyValues): number | PartitionProblem {
    const values = JSON.stringify([Object.values(keys.query), Object.values(keys.lambda)])
    let found = byValues.get(values)
    if (found === undefined) {
      const fault = check(keys)
      if (fault !== undefined) found = extractionFailed(fault)
      else if (result.keys.length < activePartitionsMax) found = result.keys.push(keys) - 1
      else return limitExceeded(activePartitionsMax)
      byValues.set(values, found)
    }
    return found
  }
}

async function queryKeys(
  job: PrepareJob,
  { processing }: FirehoseDelivery,
  units: readonly KeyedUnit[],
): Promise<Keys[] | undefined> {
  if (processing.partitionQuery === undefined) return undefined
  const query = createPartitionQuery(processing.partitionQuery, job.firstArrivalMs)
  return query.evaluate(units.map(({ data }) => data))
}

function extractionFailed(message: string): PartitionProblem {
  return { code: 'DynamicPartitioning.MetadataExtractionFailed', message }
}

function limitExceeded(max: number): PartitionProblem {
  const message = `The maximum number of active partitions (${max}) is exceeded`
  return { code: 'DynamicPartitioning.ActivePartitionsLimitExceeded', message }
}

/** Firehose's limit of an evaluated prefix. */
const PREFIX_LENGTH_MAX = 512
/** Of a key's 1024 bytes the prefix leaves what the object's name needs. */
const PREFIX_BYTES_MAX = 768
const FOLDER_BYTES_MAX = 250
/** What follows the last slash is the beginning of the object's name, beside up to 150 bytes of ours. */
const NAME_BYTES_MAX = 100

/**
 * Values are inserted as they are. What no store would take as a key (store/object-key.ts) fails here, with its record,
 * and not at every attempt to deliver the others; what is wrong with the prefix itself is not the record's fault.
 */
function pathChecker(prefix: Prefix, job: PrepareJob): (keys: PartitionKeyValues) => string | undefined {
  const plain = (names: string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, 'x']))
  const { query, lambda } = prefix.partitionKeys
  const evaluate = (keys: PartitionKeyValues): string =>
    prefix.evaluate(job.firstArrivalMs, {
      timezone: job.deliver.timezone,
      random: () => 'x'.repeat(11),
      keys,
    })
  const wrongAnyway = pathFault(evaluate({ query: plain(query), lambda: plain(lambda) })) !== undefined
  return (keys) => (wrongAnyway ? undefined : pathFault(evaluate(keys)))
}

function pathFault(path: string): string | undefined {
  if (!path.isWellFormed() || path.includes('\0') || path.includes('\\'))
    return 'partitionKeys values must be valid in an object key'
  if (path.length > PREFIX_LENGTH_MAX || Buffer.byteLength(path) > PREFIX_BYTES_MAX)
    return `The evaluated prefix is longer than ${PREFIX_LENGTH_MAX} characters`
  const folders = path.split('/')
  const name = folders.pop() ?? ''
  const bad = folders.some((folder) => folder === '' || folder === '.' || folder === '..' || tooLong(folder))
  if (
    bad ||
    Buffer.byteLength(name) > NAME_BYTES_MAX ||
    [...folders, name].some((text) => text.startsWith('.hozon-'))
  )
    return 'partitionKeys values must not make empty, relative or overlong folders'
  return undefined
}

function tooLong(folder: string): boolean {
  return Buffer.byteLength(folder) > FOLDER_BYTES_MAX
}
