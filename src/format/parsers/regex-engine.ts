/**
 * V8 can finish a match in linear time with its second regular-expression engine when the first one backtracks too
 * often. It is off by default, and has neither lookaround nor backreferences: expressions with those stay as slow as
 * they are. The flag must be set before an expression is compiled, and changes nothing for those that behave.
 */
import { setFlagsFromString } from 'node:v8'

/** Sound expressions need a few per character of a line; catastrophic ones reach this in a millisecond. */
const BACKTRACKS_BEFORE_FALLBACK = 50_000

let limited = false

export function limitBacktracking(): void {
  if (limited) return
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
  setFlagsFromString(`--regexp-backtracks-before-fallback=${BACKTRACKS_BEFORE_FALLBACK}`)
  limited = true
}
