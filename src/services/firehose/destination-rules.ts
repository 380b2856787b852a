/** Everything that AWS checks of an S3 destination once its shape is right, defaults filled in, one rule after the other. */
import { isTimeZone } from '../../base/time-zone.ts'
import { isBucketName } from '../../store/object-key.ts'
import { bucketOf } from './arns.ts'
import { checkConversion } from './conversion-rules.ts'
import type { ExtendedS3Destination, S3Destination } from './definition.ts'
import { invalidArgument } from './faults.ts'
import { checkPartitioning } from './partitioning-rules.ts'
import { checkPrefixes } from './prefix-rules.ts'
import { checkProcessing } from './processing-rules.ts'

/** Of a wrong name no more is repeated. */
const BUCKET_NAME_SHOWN_MAX = 64

/** Throws InvalidArgumentException. */
export function checkDestination(destination: ExtendedS3Destination): void {
  checkConversion(destination)
  checkS3(destination, destination.DynamicPartitioningConfiguration?.Enabled === true)
  checkTimeZone(destination.CustomTimeZone)
  checkProcessing(destination)
  checkPartitioning(destination)
  checkBackup(destination)
}

function checkS3(destination: S3Destination, dynamicPartitioning: boolean): void {
  checkPrefixes(destination, dynamicPartitioning)
  checkBucket(bucketOf(destination.BucketARN))
  const { CloudWatchLoggingOptions: logging, EncryptionConfiguration: encryption } = destination
  if (logging.Enabled && (logging.LogGroupName ?? '') === '')
    throw invalidArgument('CloudWatch Log Group Name is required if CloudWatch Logging is enabled')
  if (logging.Enabled && (logging.LogStreamName ?? '') === '')
    throw invalidArgument('CloudWatch Log Stream Name is required if CloudWatch Logging is enabled')
  if (encryption.NoEncryptionConfig !== undefined && encryption.KMSEncryptionConfig !== undefined)
    throw invalidArgument('Only one of NoEncryptionConfig and KMSEncryptionConfig may be specified.')
}

/** The pattern of the ARN takes more than S3 does: there can be no such bucket. */
function checkBucket(name: string): void {
  if (!isBucketName(name))
    throw invalidArgument(
      `The specified bucket is not valid: ${name.slice(0, BUCKET_NAME_SHOWN_MAX)}. Bucket names have 3 to 63 of a-z, 0-9, dot and hyphen.`,
    )
}

/** AWS has a list of older names; here every IANA name of more than three letters is good. */
function checkTimeZone(name: string | undefined): void {
  if (name === undefined || name === 'UTC') return
  if (name.length > 3 && isTimeZone(name)) return
  throw invalidArgument(
    'Provided custom time zone is not supported. Custom time zones are limited to UTC and non-3-letter IANA time zones.',
  )
}

function checkBackup({ S3BackupMode: mode, S3BackupDescription: backup }: ExtendedS3Destination): void {
  if (mode !== 'Enabled') return
  if (backup === undefined)
    throw invalidArgument('S3 backup destination configuration is required when enabling S3 backup.')
  checkS3(backup, false)
  if (backup.BufferingHints.IntervalInSeconds === 0)
    throw invalidArgument(
      'BufferingHints.IntervalInSeconds must be greater than 0: zero buffering is not supported for S3 backup.',
    )
}
