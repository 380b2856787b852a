/** Where an execution's answer goes: the caller's place, or the workgroup's. */
import { isInOwnFolder } from '../../../base/own-folder.ts'
import { parseS3Location, type S3Location } from '../../../base/s3-location.ts'
import { invalidRequest } from '../faults.ts'
import type { ManagedResults, ResultConfiguration } from '../inputs.ts'
import type { WorkGroup } from '../work-groups.ts'

/** Made on first use, so that nothing need be configured. */
const DEFAULT_BUCKET = 'hozon-query-results'
export const DEFAULT_LOCATION = `s3://${DEFAULT_BUCKET}/`
/** Of managed results, which their readers see through the API only. */
const MANAGED_PREFIX = 'managed/'

export interface Location extends S3Location {
  /** Made when it is missing: it is ours. */
  isOwn: boolean
  configuration: ResultConfiguration
  managed?: ManagedResults
}

interface Given {
  client: ResultConfiguration | undefined
  workGroup: WorkGroup
  /** Of keys that may only read: what they ask for would let them write anywhere. */
  mayChoose: boolean
}

/** Throws InvalidRequestException. */
export function outputLocation({ client = {}, workGroup, mayChoose }: Given): Location {
  const settings = workGroup.Configuration
  const managed = settings.ManagedQueryResultsConfiguration
  if (managed?.Enabled === true) {
    if (client.OutputLocation !== undefined && mayChoose)
      throw invalidRequest('OutputLocation can not be set where the workgroup has managed query results.')
    return { bucket: DEFAULT_BUCKET, prefix: MANAGED_PREFIX, isOwn: true, configuration: {}, managed }
  }
  const ofGroup = settings.ResultConfiguration ?? {}
  const isEnforced = settings.EnforceWorkGroupConfiguration === true && ofGroup.OutputLocation !== undefined
  const chosen = isEnforced || !mayChoose ? ofGroup : { ...ofGroup, ...client }
  const { OutputLocation: location, ...configuration } = chosen
  const place = parseLocation(location === undefined || location === '' ? DEFAULT_LOCATION : location)
  return { ...place, isOwn: place.bucket === DEFAULT_BUCKET, configuration }
}

/** Throws InvalidRequestException. */
export function parseLocation(location: string): S3Location {
  const place = parseS3Location(location)
  if (place === undefined) throw invalidRequest('outputLocation is not a valid S3 path.')
  if (isInOwnFolder(place.prefix))
    throw invalidRequest(`outputLocation ${location} is where Hozon keeps its own objects.`)
  return place
}
