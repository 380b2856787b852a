/**
 * The Expression of GetTables and the Pattern of functions: names as regular expressions without groups, where a `*` behind
 * a letter stands for anything, as Glue has it. Matched in one pass over the name whatever the pattern: one of its author's
 * making would keep JavaScript's own engine busy for years.
 */
import { invalidInput } from './faults.ts'

/** One sign of a name, any number of times between the two. */
interface Step {
  fits: (sign: string) => boolean
  isOptional: boolean
  isRepeated: boolean
}

const ANYTHING: Step = { fits: () => true, isOptional: true, isRepeated: true }
const CLASSES: Record<string, RegExp> = { w: /\w/, W: /\W/, d: /\d/, D: /\D/, s: /\s/, S: /\S/ }
/** A class, an escaped sign, any other sign; and how often. */
const TOKEN = /(\[\^?\]?[^\]]*\]|\\.|[^\\[])([*+?]?)/suy

/** Throws InvalidInputException. */
export function nameMatcher(expression: string): (name: string) => boolean {
  if (/[(){}]/.test(expression)) throw unsupported(expression)
  const patterns = expression
    .split('|')
    .map((pattern) => stepsOf(pattern.replace(/^\^|\$$/g, ''), expression))
  return (name) => patterns.some((steps) => matches(name, steps))
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

/** All places in the pattern that the name so far may have led to, at once. */
function matches(name: string, steps: readonly Step[]): boolean {
  let places = withSkipped(new Set([0]), steps)
  for (const sign of name) {
    const next = new Set<number>()
    for (const place of places) {
      const step = steps[place]
      if (step === undefined || !step.fits(sign)) continue
      next.add(place + 1)
      if (step.isRepeated) next.add(place)
    }
    places = withSkipped(next, steps)
    if (places.size === 0) return false
  }
  return places.has(steps.length)
}

/** With the places behind those that may be left out. */
function withSkipped(places: Set<number>, steps: readonly Step[]): Set<number> {
  // Sets give what is added to them while they are walked.
  for (const place of places) if (steps[place]?.isOptional === true) places.add(place + 1)
  return places
}

function unsupported(expression: string): Error {
  return invalidInput(`Unsupported expression: ${expression}`)
}
