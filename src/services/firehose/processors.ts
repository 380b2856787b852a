/** The processors of a destination: reading their parameters, and the defaults that AWS stores with them. */
import type { ExtendedS3Destination, Processor } from './definition.ts'

export type ProcessorType =
  | 'RecordDeAggregation'
  | 'Decompression'
  | 'CloudWatchLogProcessing'
  | 'Lambda'
  | 'MetadataExtraction'
  | 'AppendDelimiterToRecord'

type Processing = ExtendedS3Destination['ProcessingConfiguration']

/** In the order in which AWS shows them; `RoleArn` is the destination's own where none is given. */
const LAMBDA_DEFAULTS = {
  LambdaArn: undefined,
  NumberOfRetries: '3',
  RoleArn: undefined,
  BufferSizeInMBs: '1',
  BufferIntervalInSeconds: '60',
}

/** The processors that are in force: none where processing is not enabled. */
export function activeProcessors(processing: Processing): readonly Processor[] {
  return processing?.Enabled === true ? (processing.Processors ?? []) : []
}

export function processorOf(processors: readonly Processor[], type: ProcessorType): Processor | undefined {
  return processors.find((processor) => processor.Type === type)
}

export function parameterOf(processor: Processor | undefined, name: string): string | undefined {
  return processor?.Parameters?.find(({ ParameterName }) => ParameterName === name)?.ParameterValue
}

/** As AWS keeps it: `Enabled` is false where it was not given, and a Lambda processor has all its parameters. */
export function withProcessingDefaults(
  processing: NonNullable<Processing>,
  roleArn: string,
): NonNullable<Processing> {
  const Enabled = processing.Enabled ?? false
  if (processing.Processors === undefined) return { Enabled }
  const Processors = processing.Processors.map((processor) =>
    processor.Type === 'Lambda' ? withLambdaDefaults(processor, roleArn) : processor,
  )
  return { Enabled, Processors }
}

function withLambdaDefaults(processor: Processor, roleArn: string): Processor {
  const defaults: Record<string, string | undefined> = { ...LAMBDA_DEFAULTS, RoleArn: roleArn }
  const ours = Object.keys(defaults).flatMap((ParameterName) => {
    const ParameterValue = parameterOf(processor, ParameterName) ?? defaults[ParameterName]
    return ParameterValue === undefined ? [] : [{ ParameterName, ParameterValue }]
  })
  const others = (processor.Parameters ?? []).filter(
    ({ ParameterName }) => !Object.hasOwn(defaults, ParameterName),
  )
  return { Type: processor.Type, Parameters: [...ours, ...others] }
}
