/**
 * An S3 destination from what a request says: AWS's defaults filled in, and AWS's way of merging an update. The result
 * is checked by destination-rules.ts as a whole, since an update must fit what it leaves as it was.
 */
import type { DataFormatConversion, ExtendedS3Destination, S3Destination } from './definition.ts'
import { checkDestination } from './destination-rules.ts'
import { invalidArgument } from './faults.ts'
import type { BufferingHintsInput, ExtendedS3DestinationInput, S3DestinationInput } from './inputs.ts'
import { withProcessingDefaults } from './processors.ts'

const DEFAULT_HINTS = { SizeInMBs: 5, IntervalInSeconds: 300 }
/** With conversion or dynamic partitioning, which refuse less than 64. */
const DEFAULT_HINTS_LARGE = { SizeInMBs: 128, IntervalInSeconds: 300 }

/** Throws InvalidArgumentException. */
export function createDestination(input: ExtendedS3DestinationInput): ExtendedS3Destination {
  const isLarge =
    isConverting(input.DataFormatConversionConfiguration) ||
    input.DynamicPartitioningConfiguration?.Enabled === true
  const { S3BackupConfiguration: backup } = input
  return checked({
    ...createS3(input, isLarge ? DEFAULT_HINTS_LARGE : DEFAULT_HINTS),
    ...pick(input, EXTENDED_MEMBERS),
    S3BackupMode: input.S3BackupMode ?? 'Disabled',
    ...(backup === undefined ? {} : { S3BackupDescription: createS3(backup, DEFAULT_HINTS) }),
  })
}

/** Members that are not given stay. Throws InvalidArgumentException. */
export function updateDestination(
  stored: ExtendedS3Destination,
  update: ExtendedS3DestinationInput,
): ExtendedS3Destination {
  checkLasting(stored, update)
  const conversion = mergeConversion(
    stored.DataFormatConversionConfiguration,
    update.DataFormatConversionConfiguration,
  )
  const partitioning = mergeMembers(
    stored.DynamicPartitioningConfiguration,
    update.DynamicPartitioningConfiguration,
  )
  const backup = mergeBackup(stored.S3BackupDescription, update.S3BackupUpdate)
  return checked({
    ...omit(stored, ['Prefix', 'ErrorOutputPrefix']),
    ...mergeS3(stored, update),
    ...pick(update, EXTENDED_MEMBERS),
    S3BackupMode: update.S3BackupMode ?? stored.S3BackupMode,
    ...(conversion === undefined ? {} : { DataFormatConversionConfiguration: conversion }),
    ...(partitioning === undefined ? {} : { DynamicPartitioningConfiguration: partitioning }),
    ...(backup === undefined ? {} : { S3BackupDescription: backup }),
  })
}

/** Members that an update replaces as a whole, where it is not said otherwise. */
const EXTENDED_MEMBERS = [
  'ProcessingConfiguration',
  'DataFormatConversionConfiguration',
  'DynamicPartitioningConfiguration',
  'FileExtension',
  'CustomTimeZone',
] as const

/** The defaults of what is inside come after the checks: AWS checks what was said. */
function checked(given: ExtendedS3Destination): ExtendedS3Destination {
  const destination = withoutEmpty(given)
  checkDestination(destination)
  const { ProcessingConfiguration: processing, DataFormatConversionConfiguration: conversion } = destination
  return {
    ...destination,
    ...(processing === undefined
      ? {}
      : { ProcessingConfiguration: withProcessingDefaults(processing, destination.RoleARN) }),
    ...(conversion === undefined
      ? {}
      : { DataFormatConversionConfiguration: { ...conversion, Enabled: isConverting(conversion) } }),
  }
}

/** What AWS does not let anybody change: buffers of a running stream hang on it. */
function checkLasting(stored: ExtendedS3Destination, update: ExtendedS3DestinationInput): void {
  const wasOn = stored.DynamicPartitioningConfiguration?.Enabled === true
  const willBeOn = update.DynamicPartitioningConfiguration?.Enabled ?? wasOn
  if (wasOn !== willBeOn)
    throw invalidArgument(
      `Dynamic Partitioning cannot be ${willBeOn ? 'enabled' : 'disabled'} for an existing delivery stream.`,
    )
  if (stored.S3BackupMode === 'Enabled' && update.S3BackupMode === 'Disabled')
    throw invalidArgument('S3 backup cannot be disabled once it is enabled.')
}

function createS3(input: S3DestinationInput, hints: S3Destination['BufferingHints']): S3Destination {
  return withoutEmpty({
    RoleARN: input.RoleARN!,
    BucketARN: input.BucketARN!,
    ...pick(input, ['Prefix', 'ErrorOutputPrefix']),
    BufferingHints: hintsOf(input.BufferingHints) ?? hints,
    CompressionFormat: input.CompressionFormat ?? 'UNCOMPRESSED',
    EncryptionConfiguration: encryptionOf(input.EncryptionConfiguration),
    CloudWatchLoggingOptions: { Enabled: false, ...input.CloudWatchLoggingOptions },
  })
}

function mergeS3(stored: S3Destination, update: S3DestinationInput): S3Destination {
  return withoutEmpty({
    RoleARN: update.RoleARN ?? stored.RoleARN,
    BucketARN: update.BucketARN ?? stored.BucketARN,
    ...pick(stored, ['Prefix', 'ErrorOutputPrefix']),
    ...pick(update, ['Prefix', 'ErrorOutputPrefix']),
    BufferingHints: hintsOf(update.BufferingHints) ?? stored.BufferingHints,
    CompressionFormat: update.CompressionFormat ?? stored.CompressionFormat,
    EncryptionConfiguration:
      update.EncryptionConfiguration === undefined
        ? stored.EncryptionConfiguration
        : encryptionOf(update.EncryptionConfiguration),
    CloudWatchLoggingOptions:
      update.CloudWatchLoggingOptions === undefined
        ? stored.CloudWatchLoggingOptions
        : { Enabled: false, ...update.CloudWatchLoggingOptions },
  })
}

/** A backup that is only now enabled must be complete. */
function mergeBackup(
  stored: S3Destination | undefined,
  update: S3DestinationInput | undefined,
): S3Destination | undefined {
  if (update === undefined) return stored
  if (stored !== undefined) return mergeS3(stored, update)
  if (update.RoleARN === undefined || update.BucketARN === undefined)
    throw invalidArgument(
      'S3BackupUpdate must contain RoleARN and BucketARN when S3 backup is configured first.',
    )
  return createS3(update, DEFAULT_HINTS)
}

function isConverting(conversion: DataFormatConversion | undefined): boolean {
  return conversion !== undefined && conversion.Enabled !== false
}

/** Member by member, and so the schema; the formats are unions, in which a new choice takes the place of the old. */
function mergeConversion(
  stored: DataFormatConversion | undefined,
  update: DataFormatConversion | undefined,
): DataFormatConversion | undefined {
  if (update === undefined || stored === undefined) return update ?? stored
  const schema = mergeMembers(stored.SchemaConfiguration, update.SchemaConfiguration)
  return { ...stored, ...update, ...(schema === undefined ? {} : { SchemaConfiguration: schema }) }
}

function mergeMembers<Members extends object>(
  stored: Members | undefined,
  update: Members | undefined,
): Members | undefined {
  return stored === undefined ? update : { ...stored, ...update }
}

/** AWS takes both hints or neither. */
function hintsOf(input: BufferingHintsInput | undefined): S3Destination['BufferingHints'] | undefined {
  const { SizeInMBs, IntervalInSeconds } = input ?? {}
  if (SizeInMBs === undefined && IntervalInSeconds === undefined) return undefined
  if (SizeInMBs === undefined || IntervalInSeconds === undefined)
    throw invalidArgument('Both SizeInMBs and IntervalInSeconds are required to configure BufferingHints.')
  return { SizeInMBs, IntervalInSeconds }
}

function encryptionOf(
  input: S3Destination['EncryptionConfiguration'] | undefined,
): S3Destination['EncryptionConfiguration'] {
  return input === undefined || Object.keys(input).length === 0
    ? { NoEncryptionConfig: 'NoEncryption' }
    : input
}

type Given<Source, Name extends keyof Source> = { [Key in Name]?: Exclude<Source[Key], undefined> }

function pick<Source extends object, Name extends keyof Source>(
  source: Source,
  names: readonly Name[],
): Given<Source, Name> {
  const given = names.filter((name) => source[name] !== undefined).map((name) => [name, source[name]])
  return Object.fromEntries(given) as Given<Source, Name>
}

function omit<Source extends object, Name extends keyof Source>(
  source: Source,
  names: readonly Name[],
): Omit<Source, Name> {
  const kept = Object.entries(source).filter(([name]) => !names.includes(name as Name))
  return Object.fromEntries(kept) as Omit<Source, Name>
}

/** Texts that are empty say the same as none, and AWS does not show them. */
function withoutEmpty<Destination extends S3Destination>(destination: Destination): Destination {
  const members = Object.entries(destination).filter(([, value]) => value !== '')
  return Object.fromEntries(members) as unknown as Destination
}
