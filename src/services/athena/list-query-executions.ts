import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { tokenOf, type PageInput } from '../paging.ts'
import { keyIn, PAGE_SIZE_MAX } from './paging.ts'
import { INPUTS } from './shapes.ts'
import { workGroupNamed } from './work-groups.ts'

/** The newest first. */
export const listQueryExecutions: Operation<AthenaContext, PageInput & { WorkGroup?: string }> = {
  name: 'ListQueryExecutions',
  roles: ['read', 'admin'],
  input: INPUTS.ListQueryExecutions,
  handle: ({ executions, catalog }, { NextToken: token, MaxResults: wanted = 0, WorkGroup: name }) => {
    const workGroup = workGroupNamed(catalog.athena.items, name)
    const size = wanted === 0 ? PAGE_SIZE_MAX : wanted
    const after = keyIn(token)
    const ids = executions.newest(workGroup.Name, after, size + 1)
    const page = ids.slice(0, size)
    const more = ids.length > size ? { NextToken: tokenOf(page.at(-1)!) } : {}
    return { QueryExecutionIds: page, ...more }
  },
}
