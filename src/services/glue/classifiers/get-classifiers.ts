import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import type { PageInput } from '../inputs.ts'
import { pageOf } from '../paging.ts'
import { INPUTS } from '../shapes.ts'
import { classifierOutput } from './saved-classifier.ts'

export const getClassifiers: Operation<GlueContext, PageInput> = {
  name: 'GetClassifiers',
  roles: ['read', 'admin'],
  input: INPUTS.GetClassifiers,
  handle: ({ catalog }, input) => {
    const { items, ...more } = pageOf(catalog.glue.resources.all('classifier'), input, ({ name }) => name)
    return { Classifiers: items.map(classifierOutput), ...more }
  },
}
