import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import type { ResultConfiguration, WorkGroupConfiguration } from './inputs.ts'
import { INPUTS } from './shapes.ts'
import { checkConfiguration } from './work-group-rules.ts'
import { engineVersion, saveWorkGroup, workGroupNamed } from './work-groups.ts'

type ResultUpdates = ResultConfiguration & {
  [Member in keyof ResultConfiguration as `Remove${Member}`]?: boolean
}

interface Updates extends Omit<
  WorkGroupConfiguration,
  'ResultConfiguration' | 'ManagedQueryResultsConfiguration'
> {
  ResultConfigurationUpdates?: ResultUpdates
  ManagedQueryResultsConfigurationUpdates?: {
    Enabled?: boolean
    EncryptionConfiguration?: { KmsKey: string }
    RemoveEncryptionConfiguration?: boolean
  }
  RemoveBytesScannedCutoffPerQuery?: boolean
}

interface UpdateWorkGroupInput {
  WorkGroup: string
  Description?: string
  ConfigurationUpdates?: Updates
  State?: 'ENABLED' | 'DISABLED'
}

export const updateWorkGroup: Operation<AthenaContext, UpdateWorkGroupInput> = {
  name: 'UpdateWorkGroup',
  roles: ['admin'],
  input: INPUTS.UpdateWorkGroup,
  handle: ({ catalog }, { WorkGroup: name, Description, ConfigurationUpdates: updates = {}, State }) => {
    const { items } = catalog.athena
    const workGroup = workGroupNamed(items, name)
    const Configuration = updated(workGroup.Configuration, updates)
    checkConfiguration(Configuration)
    saveWorkGroup(items, {
      ...workGroup,
      Configuration,
      ...(Description === undefined ? {} : { Description }),
      ...(State === undefined ? {} : { State }),
    })
    return {}
  },
}

/** Members that are taken over as they are. */
const PLAIN = [
  'EnforceWorkGroupConfiguration',
  'PublishCloudWatchMetricsEnabled',
  'BytesScannedCutoffPerQuery',
  'RequesterPaysEnabled',
  'EnableMinimumEncryptionConfiguration',
] as const

function updated(before: WorkGroupConfiguration, updates: Updates): WorkGroupConfiguration {
  const after: WorkGroupConfiguration = { ...before }
  for (const member of PLAIN)
    if (updates[member] !== undefined) Object.assign(after, { [member]: updates[member] })
  if (updates.RemoveBytesScannedCutoffPerQuery === true) delete after.BytesScannedCutoffPerQuery
  if (updates.EngineVersion !== undefined)
    after.EngineVersion = engineVersion(updates.EngineVersion.SelectedEngineVersion)
  if (updates.ResultConfigurationUpdates !== undefined)
    after.ResultConfiguration = withResult(
      before.ResultConfiguration ?? {},
      updates.ResultConfigurationUpdates,
    )
  const managed = updates.ManagedQueryResultsConfigurationUpdates
  if (managed !== undefined) {
    const { RemoveEncryptionConfiguration: removes, ...rest } = managed
    const merged = { Enabled: false, ...before.ManagedQueryResultsConfiguration, ...rest }
    if (removes === true) delete merged.EncryptionConfiguration
    after.ManagedQueryResultsConfiguration = merged
  }
  return after
}

const RESULT_MEMBERS = [
  'OutputLocation',
  'EncryptionConfiguration',
  'ExpectedBucketOwner',
  'AclConfiguration',
] as const

function withResult(before: ResultConfiguration, updates: ResultUpdates): ResultConfiguration {
  const after: ResultConfiguration = { ...before }
  for (const member of RESULT_MEMBERS) {
    if (updates[`Remove${member}`] === true) delete after[member]
    else if (updates[member] !== undefined) Object.assign(after, { [member]: updates[member] })
  }
  return after
}
