/** Our shapes beside AWS's model: what one has and the other has not, and every bound, pattern and enumeration. */
import type { Shape } from '../../src/aws/shape.ts'
import type { Model } from './botocore.ts'

/** AWS's shape in our notation, references resolved. */
export function resolve(model: Model, name: string): Shape {
  const {
    type,
    members,
    required,
    member,
    key,
    value,
    min,
    max,
    pattern,
    enum: values,
    sensitive,
  } = model.shapes[name]!
  const inner = (reference: { shape: string }): Shape => resolve(model, reference.shape)
  const all = {
    type,
    members:
      members &&
      Object.fromEntries(Object.entries(members).map(([label, reference]) => [label, inner(reference)])),
    required: required?.length ? required : undefined,
    member: member && inner(member),
    key: key && inner(key),
    value: value && inner(value),
    min,
    max,
    pattern,
    enum: values,
    sensitive,
  }
  return Object.fromEntries(Object.entries(all).filter(([, part]) => part !== undefined)) as unknown as Shape
}

/** A line per difference: `Records.Data.max: ours 1024000, AWS 1048576`. */
export function differences(ours: unknown, theirs: unknown, path: string): string[] {
  if (!isObject(ours) || !isObject(theirs))
    return JSON.stringify(ours) === JSON.stringify(theirs)
      ? []
      : [`${path}: ours ${JSON.stringify(ours)}, AWS ${JSON.stringify(theirs)}`]
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((name) =>
    differences(ours[name], theirs[name], `${path}.${name}`),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
