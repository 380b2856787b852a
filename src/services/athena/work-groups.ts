/** Workgroups: the settings that queries run under. `primary` is always there. */
import type { AthenaItems } from '../../catalog/catalog.ts'
import { DEFAULT_LOCATION } from './executions/output-location.ts'
import { invalidRequest, workGroupNotFound } from './faults.ts'
import type { Tag, WorkGroupConfiguration } from './inputs.ts'

export const PRIMARY = 'primary'
export const ENGINE_VERSION = 'Athena engine version 3'
export const AUTO = 'AUTO'

export interface WorkGroup {
  Name: string
  State: 'ENABLED' | 'DISABLED'
  Description?: string
  Configuration: WorkGroupConfiguration
  /** Seconds. */
  CreationTime: number
  tags: Tag[]
}

export function openPrimary(items: AthenaItems, nowMs: number): void {
  const configuration: WorkGroupConfiguration = {
    // Shown, since some clients go and make a bucket of their own where there is none.
    ResultConfiguration: { OutputLocation: DEFAULT_LOCATION },
    EnforceWorkGroupConfiguration: false,
  }
  items.create(
    itemOf({
      Name: PRIMARY,
      State: 'ENABLED',
      Configuration: withDefaults(configuration),
      CreationTime: nowMs / 1000,
      tags: [],
    }),
  )
}

/** What AWS fills in. */
export function withDefaults(configuration: WorkGroupConfiguration): WorkGroupConfiguration {
  return {
    ResultConfiguration: {},
    EnforceWorkGroupConfiguration: true,
    PublishCloudWatchMetricsEnabled: false,
    RequesterPaysEnabled: false,
    EnableMinimumEncryptionConfiguration: false,
    ...configuration,
    EngineVersion: engineVersion(configuration.EngineVersion?.SelectedEngineVersion),
  }
}

/** There is one engine. Throws InvalidRequestException. */
export function engineVersion(selected: string = AUTO): NonNullable<WorkGroupConfiguration['EngineVersion']> {
  if (selected !== AUTO && selected !== ENGINE_VERSION)
    throw invalidRequest(`Engine version ${selected} is not supported: there is ${ENGINE_VERSION}.`)
  return { SelectedEngineVersion: selected, EffectiveEngineVersion: ENGINE_VERSION }
}

export function workGroups(items: AthenaItems): WorkGroup[] {
  return items.all('workgroup', '').map(({ definition }) => read(definition))
}

export function findWorkGroup(items: AthenaItems, name: string): WorkGroup | undefined {
  const definition = items.find('workgroup', '', name)
  return definition === undefined ? undefined : read(definition)
}

/** Throws InvalidRequestException. */
export function workGroupNamed(items: AthenaItems, name: string = PRIMARY): WorkGroup {
  const found = findWorkGroup(items, name)
  if (found === undefined) throw workGroupNotFound(name)
  return found
}

/** Of queries and of what is made for them. Throws InvalidRequestException. */
export function enabledWorkGroup(items: AthenaItems, name?: string): WorkGroup {
  const found = workGroupNamed(items, name)
  if (found.State === 'DISABLED') throw invalidRequest(`WorkGroup ${found.Name} is disabled.`)
  return found
}

/** False: there is one already. */
export function createWorkGroup(items: AthenaItems, workGroup: WorkGroup): boolean {
  return items.create(itemOf(workGroup))
}

export function saveWorkGroup(items: AthenaItems, workGroup: WorkGroup): void {
  items.update(itemOf(workGroup))
}

function itemOf(workGroup: WorkGroup) {
  return {
    kind: 'workgroup',
    scope: '',
    name: workGroup.Name,
    definition: JSON.stringify(workGroup),
  } as const
}

function read(definition: string): WorkGroup {
  return JSON.parse(definition) as WorkGroup
}
