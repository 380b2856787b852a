import type { Operation } from '../../aws/service.ts'
import { removeTags } from '../tags.ts'
import type { GlueContext } from './glue-context.ts'
import { INPUTS } from './shapes.ts'
import { changeTags } from './tags.ts'

export const untagResource: Operation<GlueContext, { ResourceArn: string; TagsToRemove: string[] }> = {
  name: 'UntagResource',
  roles: ['admin'],
  input: INPUTS.UntagResource,
  handle: (context, { ResourceArn: arn, TagsToRemove: removed }) => {
    changeTags(context, arn, removeTags(removed))
    return {}
  },
}
