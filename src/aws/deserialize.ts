/**
 * Parsed JSON to what a shape says: blobs become Buffers, timestamps stay numbers of seconds, members that the shape does not
 * know are dropped, and null is the same as absent. Depth is the shape's, whatever the JSON is nested like.
 */
import { decodeBase64 } from './base64.ts'
import { serializationError } from './errors.ts'
import type { ListShape, MapShape, Shape, StructureShape } from './shape.ts'

/** Texts as AWS's services in front of JSON give them. */
const LIST_FOUND = 'Start of list found where not expected'
const STRUCTURE_FOUND = 'Start of structure or map found where not expected.'
const EXPECTED = { list: 'Expected list or null', map: 'Expected map or null', structure: 'Expected null' }
const TARGETS = {
  string: 'a String',
  integer: 'an Integer',
  long: 'a Long',
  float: 'a Float',
  double: 'a Double',
  boolean: 'a Boolean',
  timestamp: 'a Timestamp',
  blob: 'a Blob',
}

const INTEGER_MAX = 2 ** 31 - 1

/** Throws SerializationException. `value` may hold Buffers where the shape has blobs. */
export function deserialize(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'structure':
      return readStructure(shape, value)
    case 'list':
      return readList(shape, value)
    case 'map':
      return readMap(shape, value)
    case 'string':
      return typeof value === 'string' ? value : refuse(shape, value)
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(shape, value)
    case 'blob':
      if (Buffer.isBuffer(value)) return value
      return typeof value === 'string' ? decodeBase64(value) : refuse(shape, value)
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
    case 'timestamp':
      return typeof value === 'number' ? readNumber(shape.type, value) : refuse(shape, value)
  }
}

function readStructure(shape: StructureShape, value: unknown): unknown {
  if (!isObject(value)) return refuse(shape, value)
  const read: Record<string, unknown> = {}
  const { members } = shape
  for (const name in members) {
    // No shape has a member that all objects have (`constructor`), so what is found here was sent.
    const member = value[name]
    if (member !== undefined && member !== null) read[name] = deserialize(members[name]!, member)
  }
  return read
}

/** A null in a list stays: validate.ts refuses it, since nobody can say what was meant. */
function readList(shape: ListShape, value: unknown): unknown {
  if (!Array.isArray(value)) return refuse(shape, value)
  // One more than there may be shows that there are too many; the others would only cost time.
  const kept = shape.max === undefined ? value : value.slice(0, shape.max + 1)
  return kept.map((member: unknown) => (member === null ? null : deserialize(shape.member, member)))
}

function readMap(shape: MapShape, value: unknown): unknown {
  if (!isObject(value)) return refuse(shape, value)
  // fromEntries defines members, so that a key `__proto__` is a key like others.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, deserialize(shape.value, member)]),
  )
}

/** AWS cuts fractions off and keeps integers in their range. */
function readNumber(type: 'integer' | 'long' | 'float' | 'double' | 'timestamp', value: number): number {
  if (type === 'integer') return Math.trunc(Math.min(Math.max(value, -INTEGER_MAX - 1), INTEGER_MAX))
  return type === 'long' ? Math.trunc(value) : value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse({ type }: Shape, value: unknown): never {
  if (Array.isArray(value)) throw serializationError(LIST_FOUND)
  if (isObject(value)) throw serializationError(STRUCTURE_FOUND)
  if (type === 'structure' || type === 'list' || type === 'map') throw serializationError(EXPECTED[type])
  throw serializationError(`${nameOf(value)} can not be converted to ${TARGETS[type]}`)
}

function nameOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
  return typeof value === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE'
}
