import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { invalidRequest } from './faults.ts'
import type { Tag, WorkGroupConfiguration } from './inputs.ts'
import { INPUTS } from './shapes.ts'
import { checkTags } from './tags.ts'
import { checkConfiguration } from './work-group-rules.ts'
import { createWorkGroup as create, withDefaults, workGroups } from './work-groups.ts'

interface CreateWorkGroupInput {
  Name: string
  Configuration?: WorkGroupConfiguration
  Description?: string
  Tags?: Tag[]
}

/** AWS's quota for each region. */
const WORK_GROUPS_MAX = 1000

export const createWorkGroup: Operation<AthenaContext, CreateWorkGroupInput> = {
  name: 'CreateWorkGroup',
  roles: ['admin'],
  input: INPUTS.CreateWorkGroup,
  handle: ({ catalog, sys }, { Name, Configuration = {}, Description, Tags = [] }) => {
    const { items } = catalog.athena
    checkConfiguration(Configuration)
    checkTags(Tags)
    if (workGroups(items).length >= WORK_GROUPS_MAX)
      throw invalidRequest(`There can not be more than ${WORK_GROUPS_MAX} workgroups.`)
    const made = create(items, {
      Name,
      State: 'ENABLED',
      ...(Description === undefined ? {} : { Description }),
      Configuration: withDefaults(Configuration),
      CreationTime: sys.clock.now() / 1000,
      tags: Tags,
    })
    if (!made) throw invalidRequest('WorkGroup is already created')
    return {}
  },
}
