/** Processors, which change records before they are delivered. After AWS's model, as ../shapes.ts. */
import type { StructureShape } from '../../../aws/shape.ts'

const PROCESSOR_PARAMETER: StructureShape = {
  type: 'structure',
  members: {
    ParameterName: {
      type: 'string',
      enum: [
        'LambdaArn',
        'NumberOfRetries',
        'MetadataExtractionQuery',
        'JsonParsingEngine',
        'RoleArn',
        'BufferSizeInMBs',
        'BufferIntervalInSeconds',
        'SubRecordType',
        'Delimiter',
        'CompressionFormat',
        'DataMessageExtraction',
      ],
    },
    ParameterValue: { type: 'string', min: 1, max: 5120, pattern: '^(?!\\s*$).+' },
  },
  required: ['ParameterName', 'ParameterValue'],
}

const PROCESSOR: StructureShape = {
  type: 'structure',
  members: {
    Type: {
      type: 'string',
      enum: [
        'RecordDeAggregation',
        'Decompression',
        'CloudWatchLogProcessing',
        'Lambda',
        'MetadataExtraction',
        'AppendDelimiterToRecord',
      ],
    },
    Parameters: { type: 'list', member: PROCESSOR_PARAMETER },
  },
  required: ['Type'],
}

export const PROCESSING_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    Enabled: { type: 'boolean' },
    Processors: { type: 'list', member: PROCESSOR },
  },
}
