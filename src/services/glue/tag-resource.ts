import type { Operation } from '../../aws/service.ts'
import { addTags } from '../tags.ts'
import type { GlueContext } from './glue-context.ts'
import type { Tags } from '../data-catalog/saved-database.ts'
import { INPUTS } from './shapes.ts'
import { changeTags } from './tags.ts'

export const tagResource: Operation<GlueContext, { ResourceArn: string; TagsToAdd: Tags }> = {
  name: 'TagResource',
  roles: ['admin'],
  input: INPUTS.TagResource,
  handle: (context, { ResourceArn: arn, TagsToAdd: added }) => {
    changeTags(context, arn, addTags(Object.entries(added)))
    return {}
  },
}
