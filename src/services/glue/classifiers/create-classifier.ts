import type { Operation } from '../../../aws/service.ts'
import { alreadyExists } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { checkClassifier } from './check-classifier.ts'
import { onlyClassifier, type ClassifierInput } from './saved-classifier.ts'

export const createClassifier: Operation<GlueContext, ClassifierInput> = {
  name: 'CreateClassifier',
  roles: ['admin'],
  input: INPUTS.CreateClassifier,
  handle: ({ catalog }, input) => {
    const { kind, members } = onlyClassifier(input)
    checkClassifier(kind, members)
    const definition = JSON.stringify({ kind, members, version: 1 })
    if (!catalog.glue.resources.create('classifier', members.Name, definition))
      throw alreadyExists('Classifier')
    return {}
  },
}
