/** What dynamic partitioning needs, in AWS's texts. */
import type { ExtendedS3Destination } from './definition.ts'
import { invalidArgument } from './faults.ts'
import { partitionKeysIn } from './prefix-rules.ts'
import { activeProcessors, parameterOf, processorOf } from './processors.ts'

/** Each partition has its own buffer; smaller ones would make more objects than anybody wants to read. */
const PARTITIONING_SIZE_MBS_MIN = 64
const PARTITIONING_INTERVAL_SECONDS_MIN = 60

/** Throws InvalidArgumentException. */
export function checkPartitioning(destination: ExtendedS3Destination): void {
  if (destination.DynamicPartitioningConfiguration?.Enabled !== true) return
  const { SizeInMBs: sizeMbs, IntervalInSeconds: intervalSeconds } = destination.BufferingHints
  if (sizeMbs < PARTITIONING_SIZE_MBS_MIN)
    throw invalidArgument(
      'BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.',
    )
  if (intervalSeconds < PARTITIONING_INTERVAL_SECONDS_MIN)
    throw invalidArgument(
      'BufferingHints.IntervalInSeconds must be at least 60 seconds when Dynamic Partitioning is enabled.',
    )
  const processors = activeProcessors(destination.ProcessingConfiguration)
  const query = processorOf(processors, 'MetadataExtraction')
  const lambda = processorOf(processors, 'Lambda')
  if (query === undefined && lambda === undefined)
    throw invalidArgument('Processing Configuration is not enabled when DataPartitioning is enabled')
  const fromQuery = partitionKeysIn(destination.Prefix, 'Query')
  const fromLambda = partitionKeysIn(destination.Prefix, 'Lambda')
  if (fromQuery.length + fromLambda.length === 0)
    throw invalidArgument(
      'S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled',
    )
  if (fromLambda.length > 0 && lambda === undefined)
    throw invalidArgument(
      'Lambda should be present when S3 Prefix contains keys from partitionKeyFromLambda namespace',
    )
  if (fromQuery.length > 0 && query === undefined)
    throw invalidArgument(
      'MetadataExtraction processor should be present when S3 Prefix has partitionKeyFromQuery namespace',
    )
  const unused = plainKeys(parameterOf(query, 'MetadataExtractionQuery')).some(
    (key) => !fromQuery.includes(key),
  )
  if (unused)
    throw invalidArgument(
      "MetaDataExtraction JQ Query can't contain keys that are not present in the S3 Prefix expression",
    )
}

/** `{customer: .id, year: .ts|strftime("%Y")}`: of simple objects the keys can be seen; others are left to run time. */
function plainKeys(query: string | undefined): string[] {
  if (query === undefined || !/^\s*\{[^{}()[\]"]*\}\s*$/.test(query)) return []
  const members = query.trim().slice(1, -1).split(',')
  const keys = members.map((member) => /^\s*([A-Za-z_]\w*)\s*:/.exec(member)?.[1])
  return keys.every((key) => key !== undefined) ? keys : []
}
