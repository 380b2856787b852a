/**
 * A value against its shape, with AWS's texts: all that is wrong at once, as one ValidationException. AWS names the member and never repeats
 * its value, so neither secrets nor log lines come back in an error.
 */
import { AwsError, serializationError } from './errors.ts'
import { deserialize } from './deserialize.ts'
import { byEnumHash, byMemberHash } from './java-hash-order.ts'
import type { ListShape, MapShape, NumberShape, Shape, StringShape, StructureShape } from './shape.ts'

/** Bounds the answer to some 20 KB whatever was sent. Nobody corrects more than this at once. */
const ERRORS_MAX = 100

/** `Member must …`; the order in this table is the order in an error. */
const TEXTS = {
  null: () => 'Member must not be null',
  max: (bound: number) => `Member must have length less than or equal to ${bound}`,
  min: (bound: number) => `Member must have length greater than or equal to ${bound}`,
  pattern: (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`,
  enum: (values: readonly string[]) =>
    `Member must satisfy enum value set: [${byEnumHash(values).join(', ')}]`,
  maxValue: (bound: number) => `Member must have value less than or equal to ${bound}`,
  minValue: (bound: number) => `Member must have value greater than or equal to ${bound}`,
  keys: (rules: string[]) => `Map keys must satisfy constraint: [${rules.join(', ')}]`,
  values: (rules: string[]) => `Map value must satisfy constraint: [${rules.join(', ')}]`,
}

/**
 * What an operation is handed: the value as the shape says it. Throws SerializationException (a wrong type anywhere) and else
 * ValidationException.
 */
export function validate(shape: StructureShape, json: unknown): unknown {
  // The whole body is one structure: null is no structure either.
  if (json === null) throw serializationError()
  const value = deserialize(shape, json)
  const errors: string[] = []
  check(shape, value, '', errors)
  if (errors.length > 0) throw validationError(errors)
  return value
}

function validationError(errors: readonly string[]): AwsError {
  const plural = errors.length === 1 ? '' : 's'
  return new AwsError(
    'ValidationException',
    `${errors.length} validation error${plural} detected: ${errors.join('; ')}`,
  )
}

function check(shape: Shape, value: unknown, path: string, errors: string[]): void {
  switch (shape.type) {
    case 'structure':
      return checkStructure(shape, value as Record<string, unknown>, path, errors)
    case 'list':
      return checkList(shape, value as unknown[], path, errors)
    case 'map':
      return checkMap(shape, value as Record<string, unknown>, path, errors)
    case 'string':
      return brokenRules(shape, value as string).forEach((text) => report(text, path, errors))
    case 'blob':
      return checkLength(shape, (value as Buffer).length, path, errors)
    case 'boolean':
    case 'timestamp':
      return
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return checkNumber(shape, value as number, path, errors)
  }
}

function report(text: string, path: string, errors: string[]): void {
  if (errors.length < ERRORS_MAX) errors.push(`Value at '${path}' failed to satisfy constraint: ${text}`)
}

interface Member {
  name: string
  /** As errors name it: `deliveryStreamName`. */
  label: string
  shape: Shape
  required: boolean
}

/** In the order of errors. Shapes are constants, so this is worked out once for each. */
const membersOf = new WeakMap<StructureShape, Member[]>()

function orderedMembers(shape: StructureShape): Member[] {
  const known = membersOf.get(shape)
  if (known !== undefined) return known
  const byLabel = new Map(Object.keys(shape.members).map((name) => [lowerCamel(name), name]))
  const members = byMemberHash([...byLabel.keys()]).map((label) => {
    const name = byLabel.get(label)!
    return {
      name,
      label,
      shape: shape.members[name]!,
      required: shape.required?.includes(name) ?? false,
    }
  })
  membersOf.set(shape, members)
  return members
}

function lowerCamel(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1)
}

function checkStructure(
  shape: StructureShape,
  value: Record<string, unknown>,
  path: string,
  errors: string[],
): void {
  for (const member of orderedMembers(shape)) {
    const inner = value[member.name]
    if (inner === undefined && !member.required) continue
    if (member.shape.type === 'blob' && inner !== undefined && fits(member.shape, (inner as Buffer).length))
      continue
    const innerPath = path === '' ? member.label : `${path}.${member.label}`
    if (inner === undefined) report(TEXTS.null(), innerPath, errors)
    else check(member.shape, inner, innerPath, errors)
  }
}

function checkList(shape: ListShape, value: readonly unknown[], path: string, errors: string[]): void {
  checkLength(shape, value.length, path, errors)
  // Of a list that is too long only as many as it may have: the rest is refused anyway.
  const walked = Math.min(value.length, shape.max ?? Infinity)
  for (let index = 0; index < walked && errors.length < ERRORS_MAX; index++) {
    const member = value[index]
    const memberPath = `${path}.${index + 1}.member`
    if (member === null) report(TEXTS.null(), memberPath, errors)
    else check(shape.member, member, memberPath, errors)
  }
}

/** Keys once and values once, however many are wrong, each with all rules that hold for them. */
function checkMap(shape: MapShape, value: Record<string, unknown>, path: string, errors: string[]): void {
  const keys = Object.keys(value)
  checkLength(shape, keys.length, path, errors)
  if (keys.some((key) => brokenRules(shape.key, key).length > 0))
    report(TEXTS.keys(rulesOf(shape.key)), path, errors)
  const inner = shape.value
  if (inner.type !== 'string') {
    keys.forEach((key) => check(inner, value[key], `${path}.${key}`, errors))
  } else if (keys.some((key) => brokenRules(inner, value[key] as string).length > 0)) {
    report(TEXTS.values(rulesOf(inner)), path, errors)
  }
}

interface Bounds {
  min?: number
  max?: number
}

function fits({ min = 0, max = Infinity }: Bounds, length: number): boolean {
  return length >= min && length <= max
}

function checkLength(
  { min = 0, max = Infinity }: Bounds,
  length: number,
  path: string,
  errors: string[],
): void {
  if (length > max) report(TEXTS.max(max), path, errors)
  if (length < min) report(TEXTS.min(min), path, errors)
}

function checkNumber(
  { min = -Infinity, max = Infinity }: NumberShape,
  value: number,
  path: string,
  errors: string[],
): void {
  if (value > max) report(TEXTS.maxValue(max), path, errors)
  if (value < min) report(TEXTS.minValue(min), path, errors)
}

function brokenRules(shape: StringShape, value: string): string[] {
  const broken: string[] = []
  const { min = 0, max = Infinity, pattern } = shape
  const length = value.length > max ? characters(value) : value.length
  if (length > max) broken.push(TEXTS.max(max))
  if (length < min) broken.push(TEXTS.min(min))
  // Not tried on what is too long already: nobody should choose how long a pattern works.
  if (pattern !== undefined && length <= max && !compiled(pattern).test(value))
    broken.push(TEXTS.pattern(pattern))
  if (shape.enum !== undefined && !shape.enum.includes(value)) broken.push(TEXTS.enum(shape.enum))
  return broken
}

function rulesOf({ min, max, pattern, enum: values }: StringShape): string[] {
  return [
    ...(max === undefined ? [] : [TEXTS.max(max)]),
    ...(min === undefined ? [] : [TEXTS.min(min)]),
    ...(pattern === undefined ? [] : [TEXTS.pattern(pattern)]),
    ...(values === undefined ? [] : [TEXTS.enum(values)]),
  ]
}

/** A surrogate pair is one. */
function characters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

const patterns = new Map<string, RegExp>()

/** Java's patterns are JavaScript's; only classes of Unicode and characters in two units need a flag, under which needless escapes (`\_`) are errors. */
function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern)
  if (known !== undefined) return known
  const regExp = new RegExp(`^(?:${pattern})$`, /\\p\{|\\uD800/.test(pattern) ? 'u' : '')
  patterns.set(pattern, regExp)
  return regExp
}
