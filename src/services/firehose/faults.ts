/** The caller's faults in Firehose's own words. */
import { ACCOUNT_ID } from '../../aws/service.ts'
import { AwsError } from '../../aws/errors.ts'

/** Names in the text of an exceeded quota; AWS lists all, which would be 300 KB at its own limit. */
const NAMES_LISTED_MAX = 100

export function invalidArgument(message: string): AwsError {
  return new AwsError('InvalidArgumentException', message)
}

export function streamNotFound(name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Firehose ${name} under account ${ACCOUNT_ID} not found.`)
}

/** UpdateDestination's spelling of the same. */
export function streamNotFoundForUpdate(name: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `Firehose ${name} under accountId ${ACCOUNT_ID} not found.`,
  )
}

export function streamExists(name: string): AwsError {
  return new AwsError(
    'ResourceInUseException',
    `Firehose ${name} under accountId ${ACCOUNT_ID} already exists`,
  )
}

export function streamQuotaExceeded(quota: number, names: readonly string[]): AwsError {
  const listed = names.slice(0, NAMES_LISTED_MAX).join(', ')
  const more = names.length > NAMES_LISTED_MAX ? ', ...' : ''
  return new AwsError(
    'LimitExceededException',
    `You have already consumed your firehose quota of ${quota} hoses. Firehose names: [${listed}${more}]`,
  )
}

export function tagQuotaExceeded(quota: number): AwsError {
  return new AwsError('LimitExceededException', `A delivery stream can have at most ${quota} tags.`)
}

export function encryptionQuotaExceeded(quota: number): AwsError {
  return new AwsError(
    'LimitExceededException',
    `You have already consumed your quota of ${quota} calls of StartDeliveryStreamEncryption and StopDeliveryStreamEncryption for this delivery stream in 24 hours.`,
  )
}

export function staleVersion(name: string, current: string, specified: string): AwsError {
  return new AwsError(
    'ConcurrentModificationException',
    `Cannot update firehose: ${name} since the current version id: ${current} and specified version id: ${specified} do not match`,
  )
}

/** Streams of the pipeline file are its author's, not the API's. */
export function definedInPipeline(name: string): AwsError {
  return invalidArgument(
    `Firehose ${name} is defined in the pipeline file; change or remove it there, not through the API.`,
  )
}
