import type { Operation } from '../../aws/service.ts'
import { removeTags } from '../tags.ts'
import type { AthenaContext } from './athena-context.ts'
import { INPUTS } from './shapes.ts'
import { changeTags } from './tags.ts'

export const untagResource: Operation<AthenaContext, { ResourceARN: string; TagKeys: string[] }> = {
  name: 'UntagResource',
  roles: ['admin'],
  input: INPUTS.UntagResource,
  handle: (context, { ResourceARN: arn, TagKeys: keys }) => {
    changeTags(context, arn, removeTags(keys))
    return {}
  },
}
