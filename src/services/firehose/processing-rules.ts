/** What processors may be, in AWS's texts and order: the whole first, then one processor after the other. */
import type { ExtendedS3Destination, Processor } from './definition.ts'
import { invalidArgument } from './faults.ts'
import { activeProcessors, parameterOf, processorOf, type ProcessorType } from './processors.ts'

const PROCESSORS_MAX = 5
const RETRIES_MAX = 300
const LAMBDA_BUFFER_MBS = { min: 0.2, max: 3 }
const LAMBDA_INTERVAL_SECONDS_MAX = 900
/** AWS names its own classes where a processor needs dynamic partitioning. */
const PARTITIONING_ONLY: readonly ProcessorType[] = ['MetadataExtraction', 'RecordDeAggregation']
const LAMBDA_ARN = /^arn:[^:]+:lambda:[a-z0-9-]+:\d{12}:function:[a-zA-Z0-9_-]+(:(\$LATEST|[a-zA-Z0-9_-]+))?$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Throws InvalidArgumentException. */
export function checkProcessing(destination: ExtendedS3Destination): void {
  const { ProcessingConfiguration: processing, DynamicPartitioningConfiguration: partitioning } = destination
  const all = processing?.Processors ?? []
  if (processing?.Enabled === true && (all.length === 0 || all.length > PROCESSORS_MAX))
    throw invalidArgument(
      'A maximum of 5 and a minimum of 1 processor needs to be supplied when processing is enabled.',
    )
  if (all.some(hasDuplicates))
    throw invalidArgument('Duplicate ProcessorParameter passed to ProcessingConfiguration.')
  checkTypes(all)
  for (const processor of all) CHECKS[processor.Type as ProcessorType](processor)
  if (partitioning?.Enabled === true) return
  for (const { Type } of activeProcessors(processing)) {
    if (PARTITIONING_ONLY.includes(Type as ProcessorType))
      throw invalidArgument(
        `class com.amazonaws.services.firehose.internal.model.${Type}Processor can only be present when Dynamic Partitioning is enabled.`,
      )
  }
}

function hasDuplicates({ Parameters: parameters = [] }: Processor): boolean {
  return new Set(parameters.map(({ ParameterName }) => ParameterName)).size < parameters.length
}

function checkTypes(all: readonly Processor[]): void {
  const types = all.map(({ Type }) => Type)
  const repeated = types.find((type, index) => types.indexOf(type) !== index)
  if (repeated !== undefined) throw invalidArgument(`Cannot have more than 1 ${repeated} processor.`)
  const hasDecompression = processorOf(all, 'Decompression') !== undefined
  if (processorOf(all, 'CloudWatchLogProcessing') !== undefined && !hasDecompression)
    throw invalidArgument('CloudWatchLogProcessingProcessor can only be enabled with DecompressionProcessor')
}

const CHECKS: Record<ProcessorType, (processor: Processor) => void> = {
  Lambda: checkLambda,
  MetadataExtraction: checkMetadataExtraction,
  RecordDeAggregation: checkDeaggregation,
  Decompression: checkDecompression,
  CloudWatchLogProcessing: checkLogProcessing,
  AppendDelimiterToRecord: () => undefined,
}

function checkLambda(processor: Processor): void {
  const arn = parameterOf(processor, 'LambdaArn')
  if (arn === undefined) throw invalidArgument('LambdaArn is required when Lambda processor is used.')
  if (!LAMBDA_ARN.test(arn)) throw invalidArgument('Invalid lambda ARN.')
  const size = parameterOf(processor, 'BufferSizeInMBs')
  const interval = parameterOf(processor, 'BufferIntervalInSeconds')
  if ((size === undefined) !== (interval === undefined))
    throw invalidArgument(
      'Both BufferSizeInMBs and BufferIntervalInSeconds are required to configure buffering for lambda processor.',
    )
  if (size !== undefined && !isWithin(size, LAMBDA_BUFFER_MBS.min, LAMBDA_BUFFER_MBS.max))
    throw invalidArgument('BufferSizeInMBs for lambda processor must be between 0.2 and 3.')
  if (interval !== undefined && !isWithin(interval, 0, LAMBDA_INTERVAL_SECONDS_MAX))
    throw invalidArgument('BufferIntervalInSeconds for lambda processor must be between 0 and 900.')
  const retries = parameterOf(processor, 'NumberOfRetries')
  if (retries !== undefined && !(isWithin(retries, 0, RETRIES_MAX) && Number.isInteger(Number(retries))))
    throw invalidArgument('Number of retries for lambda must be between 0 and 300.')
}

/** Parameters are text, also where they are numbers. */
function isWithin(text: string, min: number, max: number): boolean {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
  return value >= min && value <= max
}

function checkMetadataExtraction(processor: Processor): void {
  if (parameterOf(processor, 'JsonParsingEngine') !== 'JQ-1.6')
    throw invalidArgument('MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6')
  if (parameterOf(processor, 'MetadataExtractionQuery') === undefined)
    throw invalidArgument('MetadataExtractionQuery is required when MetadataExtraction processor is used.')
}

function checkDeaggregation(processor: Processor): void {
  const type = parameterOf(processor, 'SubRecordType')
  if (type !== 'JSON' && type !== 'DELIMITED')
    throw invalidArgument('SubRecordType has to be one of JSON, DELIMITED')
  if (type === 'JSON') return
  const delimiter = parameterOf(processor, 'Delimiter')
  if (delimiter === undefined) throw invalidArgument('Delimiter should be present for DELIMITED')
  if (!BASE64.test(delimiter)) throw invalidArgument('Delimiter has to be a base64 encoded string.')
}

function checkDecompression(processor: Processor): void {
  const format = parameterOf(processor, 'CompressionFormat') ?? 'GZIP'
  if (format !== 'GZIP') throw invalidArgument('CompressionFormat for Decompression has to be one of GZIP')
}

function checkLogProcessing(processor: Processor): void {
  const extraction = parameterOf(processor, 'DataMessageExtraction')?.toLowerCase()
  if (extraction !== 'true' && extraction !== 'false')
    throw invalidArgument(
      'Invalid parameter value for DataMessageExtraction. Allowed values are True and False.',
    )
}
