/**
 * The Expression of GetTables: names with `*` and `.*` for anything, `.` for one character, `|` between alternatives. Glue
 * takes any regular expression there; what else one could say is refused, for a pattern of its author's making may keep
 * the process busy for years.
 */
import { invalidInput } from './faults.ts'

export function nameMatcher(expression: string): (name: string) => boolean {
  if (!/^[\w.*|^$ -]*$/.test(expression)) throw invalidInput(`Unsupported expression: ${expression}`)
  const patterns = expression
    .toLowerCase()
    .split('|')
    .map((part) =>
      part
        .replace(/^\^|\$$/g, '')
        .replaceAll('.*', '*')
        .replace(/\*+/g, '*'),
    )
  return (name) => patterns.some((pattern) => matches(name, pattern))
}

/** Goes back to the last `*` only, which is enough where a `*` is all that repeats. */
function matches(name: string, pattern: string): boolean {
  let [at, place, star, resume] = [0, 0, -1, 0]
  while (at < name.length) {
    const wanted = pattern[place]
    if (wanted === '*') {
      star = place++
      resume = at
    } else if (wanted === '.' || wanted === name[at]) {
      at++
      place++
    } else if (star >= 0) {
      place = star + 1
      at = ++resume
    } else return false
  }
  return /^\**$/.test(pattern.slice(place))
}
