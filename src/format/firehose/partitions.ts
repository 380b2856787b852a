/**
 * Which partition each unit of a segment belongs to: one for each combination of the keys that the prefix inserts, in
 * order of appearance, up to the limit of active partitions. Units without a partition are failures.
 */
import { isInOwnFolder, OWN_FOLDER } from '../../base/own-folder.ts'
import { compilePrefix, type Prefix } from '../prefix.ts'
import type { PartitionKeyValues, PrepareJob } from '../prepare.ts'
import { keyValues, pickKeys, type Keys } from './key-values.ts'
import { createPartitionQuery } from './query.ts'

export interface Partitioner {
  /** For the next units of the segment: index of the partition, or why there is none. */
  assign(units: readonly KeyedUnit[]): Promise<(number | PartitionProblem)[]>
  /** By index. */
  readonly keys: readonly PartitionKeyValues[]
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

export function createPartitioner(
  job: Pick<PrepareJob, 'deliver' | 'firstArrivalMs'>,
  activePartitionsMax: number,
  partitionQuery: string | undefined,
): Partitioner {
  const prefix = compilePrefix(job.deliver.prefix, 'prefix', { dynamicPartitioning: true })
  const check = pathChecker(prefix, job)
  const query =
    partitionQuery === undefined ? undefined : createPartitionQuery(partitionQuery, job.firstArrivalMs)
  const keys: PartitionKeyValues[] = []
  const byValues = new Map<string, number>()

  function assignOne(found: Keys | undefined, given: KeyedUnit['keys']): number | PartitionProblem {
    const fromQuery = pickKeys(found, prefix.partitionKeys.query)
    if ('problem' in fromQuery) return extractionFailed(fromQuery.problem)
    const fromLambda = pickKeys(keyValues(given), prefix.partitionKeys.lambda)
    if ('problem' in fromLambda) return extractionFailed(fromLambda.problem)
    return find({ query: fromQuery.keys, lambda: fromLambda.keys })
  }

  function find(values: PartitionKeyValues): number | PartitionProblem {
    const id = JSON.stringify([Object.values(values.query), Object.values(values.lambda)])
    const known = byValues.get(id)
    if (known !== undefined) return known
    const fault = check(values)
    if (fault !== undefined) return extractionFailed(fault)
    if (keys.length >= activePartitionsMax) return LIMIT_EXCEEDED
    const index = keys.push(values) - 1
    byValues.set(id, index)
    return index
  }

  return {
    async assign(units) {
      const found = await query?.evaluate(units.map(({ data }) => data))
      return units.map((unit, index) => assignOne(found?.[index], unit.keys))
    },
    keys,
  }
}

function extractionFailed(message: string): PartitionProblem {
  return { code: 'DynamicPartitioning.MetadataExtractionFailed', message }
}

/** In AWS's words, as seen in its error objects. */
const LIMIT_EXCEEDED: PartitionProblem = {
  code: 'DynamicPartitioning.ActivePartitionsLimitExceeded',
  message: 'The number of active partitions has exceeded the configured limit',
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
 * and not at every attempt to deliver the others; what is wrong with the prefix itself is not the record's fault. Only into
 * our own folder nothing goes, whoever chose it.
 */
function pathChecker(
  prefix: Prefix,
  job: Pick<PrepareJob, 'deliver' | 'firstArrivalMs'>,
): (keys: PartitionKeyValues) => string | undefined {
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
  return (keys) => {
    const path = evaluate(keys)
    if (isInOwnFolder(path)) return `partitionKeys values must not lead to ${OWN_FOLDER}`
    return wrongAnyway ? undefined : pathFault(path)
  }
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
