/** Which destination a request names. AWS has ten kinds and a stream exactly one; here the two of S3 are supported. */
import { invalidArgument } from './faults.ts'

export const OTHER_DESTINATIONS = [
  'Redshift',
  'Elasticsearch',
  'Amazonopensearchservice',
  'Splunk',
  'HttpEndpoint',
  'AmazonOpenSearchServerless',
  'Snowflake',
  'Iceberg',
] as const

export type OtherDestinationName = (typeof OTHER_DESTINATIONS)[number]
export type DestinationName = 'S3' | 'ExtendedS3' | OtherDestinationName

const DESTINATIONS: readonly DestinationName[] = ['S3', 'ExtendedS3', ...OTHER_DESTINATIONS]

/** `suffix`: what follows the name and `Destination` in the request. Throws InvalidArgumentException. */
export function onlyDestination(input: object, suffix: 'Configuration' | 'Update'): DestinationName {
  const given = DESTINATIONS.filter((name) => Object.hasOwn(input, `${name}Destination${suffix}`))
  const [only] = given
  if (given.length === 1 && only !== undefined) return only
  throw invalidArgument('Exactly one destination configuration is supported for a Firehose')
}

export function isS3(name: DestinationName): name is 'S3' | 'ExtendedS3' {
  return name === 'S3' || name === 'ExtendedS3'
}
