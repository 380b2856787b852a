/** What the settings of a workgroup must be like. */
import { parseLocation } from './executions/output-location.ts'
import { invalidRequest } from './faults.ts'
import type { WorkGroupConfiguration } from './inputs.ts'
import { engineVersion } from './work-groups.ts'

/** Throws InvalidRequestException. */
export function checkConfiguration(configuration: WorkGroupConfiguration): void {
  const location = configuration.ResultConfiguration?.OutputLocation
  if (location !== undefined && location !== '') parseLocation(location)
  if (location !== undefined && configuration.ManagedQueryResultsConfiguration?.Enabled === true)
    throw invalidRequest('OutputLocation can not be set for a workgroup with managed query results.')
  engineVersion(configuration.EngineVersion?.SelectedEngineVersion)
}
