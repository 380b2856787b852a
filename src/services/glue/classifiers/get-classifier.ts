import type { Operation } from '../../../aws/service.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { classifierNamed, classifierOutput } from './saved-classifier.ts'

export const getClassifier: Operation<GlueContext, { Name: string }> = {
  name: 'GetClassifier',
  roles: ['read', 'admin'],
  input: INPUTS.GetClassifier,
  handle: (context, { Name: name }) => ({ Classifier: classifierOutput(classifierNamed(context, name)) }),
}
