/**
 * A partition expression made ready for a table: a test of a partition's values, with SQL's three truths (undefined is
 * unknown), and the values that the leading keys must have, by which partitions are found without reading all.
 */
import { AwsError } from '../../../aws/errors.ts'
import { NULL_FOLDER } from '../../../base/hive-folder.ts'
import { invalidInput } from '../faults.ts'
import type { GlueColumn } from '../inputs.ts'
import type { Comparison, Expression } from './expression.ts'
import { compare, isText, keyType, type KeyType, type Sortable } from './key-types.ts'

export interface Matcher {
  /** Throws InvalidStateException: a value is not of its key's type. */
  matches(values: readonly string[]): boolean
  /** Per leading key its only possible values, as far as there are such. */
  leading: string[][]
}

type Truth = boolean | undefined
type Test = (values: readonly string[]) => Truth

/** Throws InvalidInputException. */
export function matcherOf(expression: Expression, keys: readonly GlueColumn[]): Matcher {
  const test = testOf(expression, keys)
  return { matches: (values) => test(values) === true, leading: leadingValues(expression, keys) }
}

function testOf(expression: Expression, keys: readonly GlueColumn[]): Test {
  switch (expression.kind) {
    case 'and':
      return all(expression.parts.map((part) => testOf(part, keys)))
    case 'or':
      return any(expression.parts.map((part) => testOf(part, keys)))
    case 'not':
      return not(testOf(expression.part, keys))
    case 'compare': {
      const { read, literal } = operandOf(expression.key, keys)
      return compared(read, expression.operator, literal(expression.literal))
    }
    case 'in': {
      const { read, literal } = operandOf(expression.key, keys)
      return any(expression.literals.map((text) => compared(read, '=', literal(text))))
    }
    case 'between': {
      const { read, literal } = operandOf(expression.key, keys)
      return all([
        compared(read, '>=', literal(expression.low)),
        compared(read, '<=', literal(expression.high)),
      ])
    }
    case 'like': {
      const { read, type } = operandOf(expression.key, keys)
      if (type.withoutLike !== undefined)
        throw invalidInput(`${type.withoutLike} data type doesn't support operation 'LIKE'`)
      return (values) => {
        const value = read(values)
        return value === undefined ? undefined : isLike(value as string, expression.pattern)
      }
    }
    case 'null': {
      const { place } = operandOf(expression.key, keys)
      return (values) => values[place] === NULL_FOLDER
    }
  }
}

interface Operand {
  place: number
  type: KeyType
  /** Undefined: null. Throws InvalidStateException. */
  read: (values: readonly string[]) => Sortable | undefined
  /** Throws InvalidInputException. */
  literal: (text: string) => Sortable
}

function operandOf(key: string, keys: readonly GlueColumn[]): Operand {
  const place = keys.findIndex(({ Name }) => Name.toLowerCase() === key)
  const column = keys[place]
  // Glue says it of tables without partition keys, too.
  if (column === undefined) throw invalidInput('Invalid partition expression!')
  const type = keyType(column.Type ?? 'string')
  if (type === undefined) throw invalidInput(`Unknown type : '${column.Type}'`)
  return {
    place,
    type,
    read(values) {
      const text = values[place]
      if (text === undefined || text === NULL_FOLDER) return undefined
      const value = type.read(text)
      if (value === undefined) throw new AwsError('InvalidStateException', type.complaint(text))
      return value
    },
    literal(text) {
      const value = type.read(text)
      if (value === undefined) throw invalidInput(type.complaint(text))
      return value
    },
  }
}

const HOLDS: Record<Comparison, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

function compared(read: Operand['read'], operator: Comparison, literal: Sortable): Test {
  const holds = HOLDS[operator]
  return (values) => {
    const value = read(values)
    return value === undefined ? undefined : holds(compare(value, literal))
  }
}

function all(tests: readonly Test[]): Test {
  return (values) => {
    let truth: Truth = true
    for (const test of tests) {
      const one = test(values)
      if (one === false) return false
      if (one === undefined) truth = undefined
    }
    return truth
  }
}

function any(tests: readonly Test[]): Test {
  return not(all(tests.map(not)))
}

function not(test: Test): Test {
  return (values) => {
    const truth = test(values)
    return truth === undefined ? undefined : !truth
  }
}

/** `%` for anything, `_` for one character; goes back to the last `%` only, which is enough. */
function isLike(text: string, pattern: string): boolean {
  let [at, place, star, resume] = [0, 0, -1, 0]
  while (at < text.length) {
    const wanted = pattern[place]
    if (wanted === '%') {
      star = place++
      resume = at
    } else if (wanted !== undefined && (wanted === '_' || wanted === text[at])) {
      at++
      place++
    } else if (star >= 0) {
      place = star + 1
      at = ++resume
    } else return false
  }
  return /^%*$/.test(pattern.slice(place))
}

/** Texts only: of `hour = 2` the value may be `2` or `02`. */
function leadingValues(expression: Expression, keys: readonly GlueColumn[]): string[][] {
  const conditions = expression.kind === 'and' ? expression.parts : [expression]
  const leading: string[][] = []
  for (const { Name, Type = 'string' } of keys) {
    const name = Name.toLowerCase()
    const found = isText(Type) ? conditions.map((part) => valuesIn(part, name)).find(Boolean) : undefined
    if (found === undefined) return leading
    leading.push([...new Set(found)])
  }
  return leading
}

function valuesIn(part: Expression, name: string): string[] | undefined {
  if (part.kind === 'compare' && part.key === name && part.operator === '=') return [part.literal]
  if (part.kind === 'in' && part.key === name) return part.literals
  // As Trino writes it: ((dt = 'a') OR (dt = 'b')).
  if (part.kind !== 'or') return undefined
  const inner = part.parts.map((one) => valuesIn(one, name))
  return inner.every((values) => values !== undefined) ? inner.flat() : undefined
}
