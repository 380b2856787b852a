/** The jq program of dynamic partitioning, compiled before a stream has it: otherwise all its records would fail later. */
import { partitionQueryProblem } from '../../format/firehose/jq-program.ts'
import type { ExtendedS3Destination } from './definition.ts'
import { invalidArgument } from './faults.ts'
import { activeProcessors, parameterOf, processorOf } from './processors.ts'

/** Holds the thread for some 30 ms where there is a program, so it comes after all other checks. Throws InvalidArgumentException. */
export async function checkPartitionQuery({ ProcessingConfiguration }: ExtendedS3Destination): Promise<void> {
  const extraction = processorOf(activeProcessors(ProcessingConfiguration), 'MetadataExtraction')
  const query = parameterOf(extraction, 'MetadataExtractionQuery')
  const problem = query === undefined ? undefined : await partitionQueryProblem(query)
  if (problem !== undefined)
    throw invalidArgument(`MetadataExtractionQuery is not a valid JQ program: ${problem}`)
}
