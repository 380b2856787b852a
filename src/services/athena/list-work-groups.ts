import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import type { PageInput } from '../paging.ts'
import { pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'
import { workGroups } from './work-groups.ts'

export const listWorkGroups: Operation<AthenaContext, PageInput> = {
  name: 'ListWorkGroups',
  roles: ['read', 'admin'],
  input: INPUTS.ListWorkGroups,
  handle: ({ catalog }, input) => {
    const all = workGroups(catalog.athena.items)
    const { items, ...more } = pageOf(all, input, ({ Name }) => Name)
    const summaries = items.map(({ Name, State, Description, CreationTime, Configuration }) => ({
      Name,
      State,
      Description: Description ?? '',
      CreationTime,
      EngineVersion: Configuration.EngineVersion,
    }))
    return { WorkGroups: summaries, ...more }
  },
}
