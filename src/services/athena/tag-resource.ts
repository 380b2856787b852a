import type { Operation } from '../../aws/service.ts'
import { addTags } from '../tags.ts'
import type { AthenaContext } from './athena-context.ts'
import type { Tag } from './inputs.ts'
import { INPUTS } from './shapes.ts'
import { changeTags, pairOf } from './tags.ts'

export const tagResource: Operation<AthenaContext, { ResourceARN: string; Tags: Tag[] }> = {
  name: 'TagResource',
  roles: ['admin'],
  input: INPUTS.TagResource,
  handle: (context, { ResourceARN: arn, Tags: added }) => {
    changeTags(context, arn, addTags(added.map(pairOf)))
    return {}
  },
}
