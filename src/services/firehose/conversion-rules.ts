/** What format conversion needs, in AWS's texts and order, as captured from the service. */
import type { DataFormatConversion, ExtendedS3Destination } from './definition.ts'
import { invalidArgument } from './faults.ts'

/** Smaller Parquet files are not worth reading. */
const CONVERSION_SIZE_MBS_MIN = 64

/** `Enabled: false` keeps the settings without a look at them. Throws InvalidArgumentException. */
export function checkConversion(destination: ExtendedS3Destination): void {
  const conversion = destination.DataFormatConversionConfiguration
  if (conversion === undefined || conversion.Enabled === false) return
  if (destination.CompressionFormat !== 'UNCOMPRESSED')
    throw invalidArgument(
      "The S3 destination's compression format must be set to UNCOMPRESSED when data format conversion is enabled. To enable compression within the converted output format, set the appropriate serialization option in the output format configuration.",
    )
  if (destination.BufferingHints.SizeInMBs < CONVERSION_SIZE_MBS_MIN)
    throw invalidArgument(
      'BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled.',
    )
  checkPresent(conversion)
  checkDeserializer(conversion)
  checkSerializer(conversion)
  checkSchema(conversion)
}

const PARTS = ['InputFormatConfiguration', 'OutputFormatConfiguration', 'SchemaConfiguration'] as const

function checkPresent(conversion: DataFormatConversion): void {
  const missing = PARTS.find((part) => conversion[part] === undefined)
  if (missing !== undefined) throw invalidArgument(`${missing} must not be null`)
}

function checkDeserializer({ InputFormatConfiguration: input }: DataFormatConversion): void {
  const { OpenXJsonSerDe: openx, HiveJsonSerDe: hive } = input?.Deserializer ?? {}
  if (openx !== undefined && hive !== undefined)
    throw invalidArgument('More than one deserializer specified. Only one may be chosen.')
  if (openx === undefined && hive === undefined) throw invalidArgument('Deserializer must not be null')
}

function checkSerializer({ OutputFormatConfiguration: output }: DataFormatConversion): void {
  const { ParquetSerDe: parquet, OrcSerDe: orc } = output?.Serializer ?? {}
  if (parquet !== undefined && orc !== undefined)
    throw invalidArgument('More than one serializer specified. Only one may be chosen.')
  if (parquet === undefined && orc === undefined) throw invalidArgument('Serializer must not be null')
  if (orc !== undefined)
    throw invalidArgument(
      'OrcSerDe is not supported by this endpoint. Use ParquetSerDe for data format conversion.',
    )
}

/** `RoleArn`: AWS's spelling here, unlike that of the member. */
const SCHEMA_MEMBERS = [
  ['RoleARN', 'RoleArn'],
  ['DatabaseName', 'DatabaseName'],
  ['TableName', 'TableName'],
] as const

function checkSchema({ SchemaConfiguration: schema = {} }: DataFormatConversion): void {
  const missing = SCHEMA_MEMBERS.find(([member]) => (schema[member] ?? '') === '')
  if (missing !== undefined)
    throw invalidArgument(`SchemaConfiguration.${missing[1]} must not be null or empty`)
}
