import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { AUTO, ENGINE_VERSION } from './work-groups.ts'

export const listEngineVersions: Operation<AthenaContext> = {
  name: 'ListEngineVersions',
  roles: ['read', 'admin'],
  input: INPUTS.ListEngineVersions,
  handle: () => ({
    EngineVersions: [AUTO, ENGINE_VERSION].map((selected) => ({
      SelectedEngineVersion: selected,
      EffectiveEngineVersion: ENGINE_VERSION,
    })),
  }),
}
