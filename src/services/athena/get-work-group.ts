import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { workGroupNamed } from './work-groups.ts'

export const getWorkGroup: Operation<AthenaContext, { WorkGroup: string }> = {
  name: 'GetWorkGroup',
  roles: ['read', 'admin'],
  input: INPUTS.GetWorkGroup,
  handle: ({ catalog }, { WorkGroup: name }) => {
    const { tags: _, ...workGroup } = workGroupNamed(catalog.athena.items, name)
    return { WorkGroup: workGroup }
  },
}
