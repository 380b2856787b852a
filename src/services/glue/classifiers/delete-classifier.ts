import type { Operation } from '../../../aws/service.ts'
import { classifierNotFound } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'

export const deleteClassifier: Operation<GlueContext, { Name: string }> = {
  name: 'DeleteClassifier',
  roles: ['admin'],
  input: INPUTS.DeleteClassifier,
  handle: ({ catalog }, { Name: name }) => {
    if (!catalog.glue.resources.delete('classifier', name)) throw classifierNotFound(name)
    return {}
  },
}
