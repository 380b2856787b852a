import type { Operation } from '../../../aws/service.ts'
import { invalidInput } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'
import { checkClassifier } from './check-classifier.ts'
import { classifierNamed, onlyClassifier, savedClassifier, type ClassifierInput } from './saved-classifier.ts'

export const updateClassifier: Operation<GlueContext, ClassifierInput> = {
  name: 'UpdateClassifier',
  roles: ['admin'],
  input: INPUTS.UpdateClassifier,
  handle: (context, input) => {
    const { kind, members } = onlyClassifier(input)
    const saved = savedClassifier(classifierNamed(context, members.Name))
    if (saved.kind !== kind) throw invalidInput(`Classifier ${members.Name} is of another kind.`)
    // What is not given stays.
    const updated = { ...saved.members, ...members }
    checkClassifier(kind, updated)
    const definition = JSON.stringify({ kind, members: updated, version: saved.version + 1 })
    context.catalog.glue.resources.update('classifier', members.Name, definition)
    return {}
  },
}
