/**
 * The Expression of GetTables and the Pattern of functions: names as regular expressions without groups, where a `*` behind
 * a letter stands for anything, as Glue has it. Matched in one pass over the name whatever the pattern: one of its author's
 * making would keep JavaScript's own engine busy for years.
 */
import { AwsError } from '../../aws/errors.ts'

/** One sign of a name, any number of times between the two. */
interface Step {
  fits: (sign: string) => boolean
  isOptional: boolean
  isRepeated: boolean
}

/**
 * The steps of all alternatives one after the other, a bit for each and one more behind each alternative: all places that
 * a name may have led to are one number. The longest expression that Glue takes (2,048 signs) costs a microsecond or two
 * for a sign of a name, the usual ones a tenth of that.
 */
interface Places {
  first: bigint
  last: bigint
  optional: bigint
  repeated: bigint
  /** Those whose step is fulfilled by a sign. */
  fulfilledBy: (sign: string) => bigint
}

const ANYTHING: Step = { fits: () => true, isOptional: true, isRepeated: true }
const CLASSES: Record<string, RegExp> = { w: /\w/, W: /\W/, d: /\d/, D: /\D/, s: /\s/, S: /\S/ }
/** A class, an escaped sign, any other sign; and how often. */
const TOKEN = /(\[\^?\]?[^\]]*\]|\\.|[^\\[])([*+?]?)/suy

/** Throws InvalidInputException. */
export function nameMatcher(expression: string): (name: string) => boolean {
  if (/[(){}]/.test(expression)) throw unsupported(expression)
  const alternatives = expression
    .split('|')
    .map((pattern) => stepsOf(pattern.replace(/^\^|\$$/g, ''), expression))
  const places = placesOf(alternatives)
  return (name) => matches(name, places)
}

function stepsOf(pattern: string, expression: string): Step[] {
  const steps: Step[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < pattern.length) {
    const match = TOKEN.exec(pattern)
    if (match === null) throw unsupported(expression)
    const [, sign = '', count = ''] = match
    if (sign === '*') steps.push(ANYTHING)
    else if (count === '*' && !/^[.[\\]/.test(sign)) steps.push(once(sign, expression), ANYTHING)
    else
      steps.push({
        ...once(sign, expression),
        isOptional: count === '*' || count === '?',
        isRepeated: count === '*' || count === '+',
      })
  }
  return steps
}

function once(sign: string, expression: string): Step {
  return { fits: fitting(sign, expression), isOptional: false, isRepeated: false }
}

function fitting(sign: string, expression: string): Step['fits'] {
  if (sign === '.') return () => true
  if (sign.startsWith('[')) {
    try {
      const pattern = new RegExp(`^${sign.toLowerCase()}$`, 'u')
      return (letter) => pattern.test(letter)
    } catch {
      throw unsupported(expression)
    }
  }
  const escaped = sign.startsWith('\\') ? sign.slice(1) : undefined
  const known = escaped === undefined ? undefined : CLASSES[escaped]
  if (known !== undefined) return (letter) => known.test(letter)
  if (escaped !== undefined && /[A-Za-z0-9]/.test(escaped)) throw unsupported(expression)
  const plain = (escaped ?? sign).toLowerCase()
  return (letter) => letter === plain
}

function placesOf(alternatives: readonly Step[][]): Places {
  // Nothing fits the place behind an alternative: it is where a name has to end.
  const end: Step = { fits: () => false, isOptional: false, isRepeated: false }
  const steps = alternatives.flatMap((alternative) => [...alternative, end])
  const where = (is: (step: Step, at: number) => boolean): bigint =>
    // From digits: setting bits one after the other would copy the number each time.
    BigInt(
      `0b${steps
        .map((step, at) => (is(step, at) ? '1' : '0'))
        .toReversed()
        .join('')}`,
    )
  const bySign = new Map<string, bigint>()
  return {
    first: where((_, at) => at === 0 || steps[at - 1] === end),
    last: where((step) => step === end),
    optional: where(({ isOptional }) => isOptional),
    repeated: where(({ isRepeated }) => isRepeated),
    fulfilledBy: (sign) => {
      const known = bySign.get(sign)
      if (known !== undefined) return known
      const fulfilled = where(({ fits }) => fits(sign))
      bySign.set(sign, fulfilled)
      return fulfilled
    },
  }
}

function matches(name: string, { first, last, optional, repeated, fulfilledBy }: Places): boolean {
  let places = withSkipped(first, optional)
  for (const sign of name) {
    const fulfilled = places & fulfilledBy(sign)
    if (fulfilled === 0n) return false
    places = withSkipped((fulfilled << 1n) | (fulfilled & repeated), optional)
  }
  return (places & last) !== 0n
}

/**
 * With the places behind those that may be left out. Added to a row of optional places, one of them carries through the
 * rest of the row to the place behind it: what the addition changes is what can be reached.
 */
function withSkipped(places: bigint, optional: bigint): bigint {
  return places | ((optional + (places & optional)) ^ optional)
}

function unsupported(expression: string): Error {
  return new AwsError('InvalidInputException', `Unsupported expression: ${expression}`)
}
