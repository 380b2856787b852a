import type { Operation } from '../../aws/service.ts'
import type { GlueContext } from './glue-context.ts'
import { INPUTS } from './shapes.ts'
import { tagsOf } from './tags.ts'

export const getTags: Operation<GlueContext, { ResourceArn: string }> = {
  name: 'GetTags',
  roles: ['read', 'admin'],
  input: INPUTS.GetTags,
  handle: (context, { ResourceArn: arn }) => ({ Tags: tagsOf(context, arn) }),
}
