import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { tagsOf } from './tags.ts'

/** In one page: AWS's pages have 75 and more, and a resource has at most 50. */
export const listTagsForResource: Operation<AthenaContext, { ResourceARN: string }> = {
  name: 'ListTagsForResource',
  roles: ['read', 'admin'],
  input: INPUTS.ListTagsForResource,
  handle: (context, { ResourceARN: arn }) => ({ Tags: tagsOf(context, arn) }),
}
